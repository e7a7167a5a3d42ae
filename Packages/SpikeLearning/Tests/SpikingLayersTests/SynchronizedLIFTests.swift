import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingLayers

/// Normalisation and neurons of workers, each with a part of the batch, against those of the whole batch.
@Suite("Synchronised normalised LIF", .leavesNothing) struct SynchronizedLIFTests {
    struct Outcome: Sendable {
        let spikes: Tensor
        let gradient: Tensor
        let parameters: [Tensor]
        let state: [String: Tensor]
    }

    private static func outcome(
        _ x: Tensor, _ upstream: Tensor, _ exchange: (any StatisticsExchange)?
    ) throws -> Outcome {
        let normalization = try BatchNorm2d(channels: 32)
        normalization.exchange = exchange
        let frames = try x.detached().requireGradient()
        #expect(NormalizedLIFKernel.suits(frames, channels: 32))
        let spikes = try LIFNeuron()(frames, normalizedBy: normalization)
        try (spikes * upstream).sum().backward()
        return Outcome(
            spikes: try spikes.detached(), gradient: frames.gradient!,
            parameters: normalization.parameters.map { $0.tensor.gradient! }, state: try normalization.state())
    }

    /// A part [T, B′, C, H, W] with the channels innermost, dense.
    private static func part(_ x: Tensor, _ range: Range<Int>) throws -> Tensor {
        try x.sliced(1, range).permuted([0, 1, 3, 4, 2]).contiguous().permuted([0, 1, 4, 2, 3])
    }

    @Test(arguments: [[2, 2], [3, 1, 2]], [0, 1]) func partsFireAsTheWhole(parts: [Int], standIns: Int) throws {
        var random = TestRandom()
        let shape = [3, parts.reduce(0, +), 4, 4, 32]
        let x = try (random.normal(shape) * 1.5 + 0.5).permuted([0, 1, 4, 2, 3])
        let upstream = try random.normal(shape).permuted([0, 1, 4, 2, 3])
        let whole = try Self.outcome(x, upstream, nil)
        var start = 0
        let ranges = parts.map { count in
            defer { start += count }
            return start..<start + count
        }
        let counts = parts.map { _ in true } + Array(repeating: false, count: standIns)
        let outcomes = try ThreadExchange.run(counts: counts) { exchange in
            let range = exchange.counts ? ranges[exchange.rank] : 0..<1
            let gradient = try Self.part(upstream, range)
            return try Self.outcome(
                Self.part(x, range), exchange.counts ? gradient : Tensor.zeros(like: gradient), exchange)
        }
        let own = Array(outcomes.prefix(parts.count))
        let differences = try (Tensor.concatenated(own.map(\.spikes), 1) .!= whole.spikes).to(.float64).sum().item()
        // A mean whose last digit differs may move a current over its threshold.
        #expect(differences <= 1, "seed \(random.seed)")
        guard differences == 0 else { return }
        func expectClose(_ a: Tensor, _ b: Tensor, _ what: String) throws {
            let scale = max(1, try b.absolute().maximum().item())
            #expect(try (a - b).absolute().maximum().item() <= 1e-5 * scale, "\(what), seed \(random.seed)")
        }
        try expectClose(Tensor.concatenated(own.map(\.gradient), 1), whole.gradient, "gradient")
        for (index, expected) in whole.parameters.enumerated() {
            var sum = try outcomes[0].parameters[index].cloned()
            for other in outcomes.dropFirst() { sum = try sum + other.parameters[index] }
            try expectClose(sum, expected, "parameter \(index)")
        }
        for outcome in outcomes {
            for (name, tensor) in whole.state {
                try expectClose(outcome.state[name]!.to(.float64), tensor.to(.float64), name)
            }
        }
        for outcome in outcomes.suffix(standIns) {
            #expect(try outcome.gradient.absolute().maximum().item() == 0)
        }
    }
}
