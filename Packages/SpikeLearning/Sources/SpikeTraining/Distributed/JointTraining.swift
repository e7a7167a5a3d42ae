import TorchModules
import TorchTensors

/// Makes the workers of a run train a network as one would: batch normalisation uses the statistics of the whole batch,
/// and gradients are added up. With a single worker it does nothing but compute gradients.
final class JointTraining {
    /// Adds up the gradients; `nil` for a single worker.
    let synchronizer: GradientSynchronizer?

    private let group: ProcessGroup?
    private let exchange: NormalizationExchange?
    /// The running statistics of batch normalisation that each worker has of its own.
    private let ownStatistics: [Buffer]

    /// - Parameters:
    ///   - network: The network, on its device, with the same weights in all workers.
    ///   - workers: The workers that train together.
    ///   - synchronizesNormalization: Whether batch normalisation uses the statistics of the whole batch, and not those
    ///     of a worker's share.
    init(
        _ network: any Module, _ workers: Workers, synchronizesNormalization: Bool
    ) throws(TensorError) {
        group = workers.group
        if let group {
            exchange = synchronizesNormalization ? NormalizationExchange(group) : nil
            synchronizer = try GradientSynchronizer(network.parameters, group)
        } else {
            (exchange, synchronizer) = (nil, nil)
        }
        exchange?.attach(to: network)
        ownStatistics = group == nil || exchange != nil ? [] : network.namedBuffers().map(\.buffer)
    }

    /// Notes whether the images of the next batch only stand in, as `ImageBatch.isStandIn` says. Call this before the
    /// network computes.
    func begin(isStandIn: Bool) { exchange?.begin(isStandIn: isStandIn) }

    /// Adds the gradients of this worker's part of a loss to those that the parameters have.
    ///
    /// - Parameters:
    ///   - loss: The part; the sum over all workers is the loss of the whole batch.
    ///   - isLast: Whether the parameters' gradients, from this batch and those before it, are then replaced by their
    ///     sums over all workers. If not, each worker keeps its own.
    /// - Throws: `TensorError` if another worker has ended or does not take part in time.
    func addGradients(of loss: Tensor, isLast: Bool) throws {
        synchronizer?.isActive = isLast
        try loss.backward()
        if isLast { try synchronizer?.finish() }
    }

    /// Gives all workers the running statistics of the main worker, which count if they are not synchronised. Call this
    /// before the network is tested; training does not use them.
    func shareStatistics() throws(TensorError) {
        // Tensors of one type travel together.
        let tensors = ownStatistics.map(\.tensor)
        try group?.broadcast(tensors.filter(\.dtype.isFloatingPoint) + tensors.filter { !$0.dtype.isFloatingPoint })
    }
}
