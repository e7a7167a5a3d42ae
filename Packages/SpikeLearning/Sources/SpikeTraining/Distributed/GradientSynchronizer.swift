import Foundation
import TorchModules
import TorchTensors

/// Replaces the gradients of all workers by their sum, while the backward pass is still running.
///
/// The parameters are divided into buckets of at most 25 MB, those of the last layers first, as their gradients are the
/// first to be complete. As soon as all gradients of a bucket are there, one message adds it up in the background. All
/// workers send the buckets in the same order, so that they never wait for each other's.
final class GradientSynchronizer: @unchecked Sendable {
    /// Whether the current backward pass ends with sums. If not, gradients stay in this worker, and a later pass adds to
    /// them.
    var isActive = true

    private let group: ProcessGroup
    private let buckets: [[Tensor]]
    private var states: [BucketState]
    /// The first bucket that has not been sent.
    private var next = 0

    /// The figures of all messages so far.
    private(set) var traffic = GradientTraffic()

    private struct BucketState {
        var missing: Int
        var sum: (pending: ProcessGroup.PendingSum, parts: [Tensor], begin: ContinuousClock.Instant)?
    }

    /// Creates a synchronizer, and attaches it to the parameters.
    ///
    /// - Parameter parameters: The parameters of the network. Those that are not trained are ignored.
    init(_ parameters: [Parameter], _ group: ProcessGroup) throws(TensorError) {
        self.group = group
        buckets = ProcessGroup.buckets(parameters.map(\.tensor).filter(\.requiresGradient).reversed())
        states = buckets.map { BucketState(missing: $0.count) }
        for (index, bucket) in buckets.enumerated() {
            for tensor in bucket {
                try tensor.onGradient { [weak self] in try self?.arrived(in: index) }
            }
        }
    }

    deinit {
        for tensor in buckets.joined() { try? tensor.removeGradientHook() }
    }

    private func arrived(in index: Int) throws {
        guard isActive else { return }
        states[index].missing -= 1
        while next < buckets.count, states[next].missing <= 0 { try send() }
    }

    /// Sends the next bucket. Parameters without a gradient, which are the same in all workers, are left out.
    private func send() throws(TensorError) {
        let index = next
        next += 1
        let gradients = buckets[index].compactMap(\.gradient)
        guard !gradients.isEmpty else { return }
        let message = try withoutGradient { () throws(TensorError) in
            var parts: [Tensor] = []
            for gradient in gradients { parts.append(try gradient.flattened()) }
            let joined = try Tensor.concatenated(parts)
            return try joined.to(group.messageDevice(joined.device))
        }
        traffic.messages += 1
        traffic.bytes += message.count * message.dtype.size
        states[index].sum = (try group.beginSum(message), gradients, ContinuousClock.now)
    }

    /// Sends what the backward pass has not, and waits until the gradients of all parameters are sums over all workers.
    /// Does nothing if `isActive` is false.
    ///
    /// - Throws: `TensorError` if another worker has ended or does not take part in time.
    func finish() throws(TensorError) {
        guard isActive else { return }
        defer {
            states = buckets.map { BucketState(missing: $0.count) }
            next = 0
        }
        while next < buckets.count { try send() }
        traffic.updates += 1
        let begin = states.compactMap { $0.sum?.begin }.min()
        for state in states {
            guard let (pending, gradients, _) = state.sum else { continue }
            let waitBegin = ContinuousClock.now
            let message = try pending.finish()
            traffic.waiting += (ContinuousClock.now - waitBegin) / .seconds(1)
            try withoutGradient { () throws(TensorError) in
                let sums = try message.split(gradients.map(\.count))
                for (gradient, sum) in zip(gradients, sums) { try gradient.copy(from: sum.reshaped(gradient.shape)) }
            }
        }
        if let begin { traffic.sending += (ContinuousClock.now - begin) / .seconds(1) }
    }
}

/// What the messages with the gradients of a worker have cost since its training began or resumed. Times are those of the
/// CPU: messages of NCCL take none of them, as the GPU waits.
public struct GradientTraffic: Sendable, Hashable {
    /// The number of updates of the weights.
    public var updates = 0
    /// The number of sums.
    public var messages = 0
    /// The number of bytes that were added up.
    public var bytes = 0
    /// The time in seconds in which sums were under way, from the first to the last of each update.
    public var sending = 0.0
    /// The part of that time in which the worker had nothing else to do.
    public var waiting = 0.0
}
