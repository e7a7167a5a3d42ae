import TestSupport
import Testing
import TorchModules
import TorchTensors

/// Batch normalisation of workers, each with a part of the batch, against that of the whole batch.
@Suite("Synchronised batch normalisation", .leavesNothing) struct SynchronizedBatchNormTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let shape: [Int]
        let dtype: DType
        let isChannelsLast: Bool
        /// The numbers of rows in the parts.
        let parts: [Int]
        var isAffine = true

        var testDescription: String {
            "\(shape) \(dtype)\(isChannelsLast ? ", channels last" : ""), \(parts)\(isAffine ? "" : ", not affine")"
        }
    }

    struct Outcome: Sendable {
        let result: Tensor
        let gradient: Tensor
        let parameters: [Tensor]
        let state: [String: Tensor]
    }

    static let cases = [
        Case(shape: [8, 64, 5, 3], dtype: .float32, isChannelsLast: true, parts: [4, 4]),
        Case(shape: [7, 17, 3, 3], dtype: .float32, isChannelsLast: true, parts: [3, 2, 2]),
        Case(shape: [8, 5, 4, 4], dtype: .float32, isChannelsLast: false, parts: [5, 3]),
        Case(shape: [6, 3, 4, 4], dtype: .float64, isChannelsLast: false, parts: [1, 2, 3]),
        Case(shape: [5, 4], dtype: .float64, isChannelsLast: false, parts: [4, 1]),
        Case(shape: [5, 4, 6], dtype: .float32, isChannelsLast: false, parts: [2, 2, 1], isAffine: false),
    ]

    private static func layer(_ test: Case) throws -> BatchNorm {
        let channels = test.shape[1]
        let layer: BatchNorm =
            test.shape.count == 4
            ? try BatchNorm2d(channels: channels, momentum: 0.3, isAffine: test.isAffine)
            : try BatchNorm1d(channels: channels, momentum: 0.3, isAffine: test.isAffine)
        try layer.to(test.dtype)
        try withoutGradient {
            let numbers = try Tensor.arange(channels).to(test.dtype)
            try layer.weight?.copy(from: numbers * 0.1 + 0.5)
            try layer.bias?.copy(from: numbers * 0.2 - 1)
        }
        return layer
    }

    private static func outcome(
        _ test: Case, _ x: Tensor, _ upstream: Tensor, _ exchange: (any StatisticsExchange)?
    ) throws -> Outcome {
        let layer = try layer(test)
        layer.exchange = exchange
        let x = try x.detached().cloned().requireGradient()
        let result = try layer(x)
        try result.backward(upstream)
        return Outcome(
            result: try result.detached(), gradient: x.gradient!,
            parameters: layer.parameters.map { $0.tensor.gradient! }, state: try layer.state())
    }

    private func expectClose(_ a: Tensor, _ b: Tensor, _ test: Case, _ what: String) throws {
        let tolerance = test.dtype == .float64 ? 1e-12 : 1e-5
        let (a, b) = (try a.to(.float64), try b.to(.float64))
        let scale = max(1, try b.absolute().maximum().item())
        #expect(a.shape == b.shape, "\(what), \(test)")
        #expect(try (a - b).absolute().maximum().item() <= tolerance * scale, "\(what), \(test)")
    }

    /// - Parameter standIns: The number of workers more that have no part of the batch.
    @Test(arguments: cases, [0, 1]) func partsAreNormalisedAsTheWhole(_ test: Case, standIns: Int) throws {
        var random = TestRandom()
        func make() throws -> Tensor {
            let values = try (random.normal(test.shape) * 2 + 3).to(test.dtype)
            return test.isChannelsLast ? try values.channelsLast() : values
        }
        let (x, upstream) = (try make(), try make())
        let whole = try Self.outcome(test, x, upstream, nil)
        let counts = test.parts.map { _ in true } + Array(repeating: false, count: standIns)
        var start = 0
        let ranges = test.parts.map { count in
            defer { start += count }
            return start..<start + count
        }
        let outcomes = try ThreadExchange.run(counts: counts) { exchange in
            // A stand-in has a row of the batch, and its loss has no weight.
            let range = exchange.counts ? ranges[exchange.rank] : 0..<1
            let gradient = try exchange.counts ? upstream[range] : Tensor.zeros(like: upstream[range])
            return try Self.outcome(test, x[range], gradient, exchange)
        }
        let parts = Array(outcomes.prefix(test.parts.count))
        try expectClose(Tensor.concatenated(parts.map(\.result)), whole.result, test, "result, seed \(random.seed)")
        try expectClose(
            Tensor.concatenated(parts.map(\.gradient)), whole.gradient, test, "gradient, seed \(random.seed)")
        for (index, expected) in whole.parameters.enumerated() {
            var sum = try outcomes[0].parameters[index].cloned()
            for other in outcomes.dropFirst() { sum = try sum + other.parameters[index] }
            try expectClose(sum, expected, test, "parameter \(index), seed \(random.seed)")
        }
        for outcome in outcomes {
            #expect(outcome.state.keys.sorted() == whole.state.keys.sorted())
            for (name, tensor) in whole.state {
                try expectClose(outcome.state[name]!, tensor, test, "\(name), seed \(random.seed)")
            }
        }
        for outcome in outcomes.suffix(standIns) {
            #expect(try outcome.gradient.absolute().maximum().item() == 0)
            for gradient in outcome.parameters { #expect(try gradient.absolute().maximum().item() == 0) }
        }
    }

    /// One value per channel is too few; one in each of two workers is enough.
    @Test func theWholeBatchNeedsTwoValues() throws {
        let x = try Tensor([1.0, 3.0], shape: [2, 1])
        let results = try ThreadExchange.run(counts: [true, true]) { exchange in
            let layer = try BatchNorm1d(channels: 1)
            try layer.to(.float64)
            layer.exchange = exchange
            return try layer(x[exchange.rank..<exchange.rank + 1]).item()
        }
        // The mean is 2 and the variance 1.
        #expect(abs(results[0] + 1) < 1e-5 && abs(results[1] - 1) < 1e-5)
        let messages = try ThreadExchange.run(counts: [true, false]) { exchange in
            let layer = try BatchNorm1d(channels: 1)
            try layer.to(.float64)
            layer.exchange = exchange
            return message { _ = try layer(x[0..<1]) }
        }
        #expect(messages == ["batch normalisation: training needs more than one value per channel", messages[1]])
        #expect(messages[0] == messages[1])
    }

    @Test func inUseNothingIsExchanged() throws {
        final class Refusing: StatisticsExchange {
            var counts: Bool { true }
            func sum(_ values: Tensor) throws(TensorError) { throw TensorError("asked") }
        }
        let layer = try BatchNorm2d(channels: 2)
        layer.exchange = Refusing()
        let x = try Tensor.ones([2, 2, 3, 3])
        #expect(message { _ = try layer(x) } == "asked")
        layer.evaluate()
        #expect(try layer(x).shape == x.shape)
    }
}
