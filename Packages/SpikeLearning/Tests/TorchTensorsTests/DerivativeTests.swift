import TestSupport
import Testing
import TorchTensors

/// Every differentiable operation against central differences in float64.
///
/// With a step of h = 1e-6 the difference quotient errs by h²/6 of the third derivative, and by ε/h = 2e-10 of the sum's
/// value through rounding; both are below 1e-7 for values of order 1. Arguments keep away from kinks and ties.
@Suite(.leavesNothing) struct DerivativeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let shapes: [[Int]]
        var range = -2.0...2.0
        let function: @Sendable ([Tensor]) throws -> Tensor

        init(
            _ name: String, _ shapes: [Int]..., in range: ClosedRange<Double> = -2...2,
            function: @escaping @Sendable ([Tensor]) throws -> Tensor
        ) {
            (self.name, self.shapes, self.range, self.function) = (name, shapes, range, function)
        }

        var testDescription: String { name }
    }

    static let elementwise: [Case] = [
        Case("add", [2, 3], [3]) { try $0[0] + $0[1] },
        Case("subtract", [2, 1], [3]) { try $0[0] - $0[1] },
        Case("multiply", [2, 3], [1, 3]) { try $0[0] * $0[1] },
        Case("divide", [2, 3], [3], in: 0.5...2) { try $0[0] / $0[1] },
        Case("add number", [3]) { try 2 + ($0[0] + 1) },
        Case("subtract number", [3]) { try 2 - ($0[0] - 1) },
        Case("multiply number", [3]) { try 2 * ($0[0] * 3) },
        Case("divide number", [3], in: 0.5...2) { try 2 / ($0[0] / 3) },
        Case("negative", [3]) { try -$0[0] },
        Case("in place", [3], [3], in: 0.5...2) {
            let result = try $0[0] * 1
            try result += $0[1]
            try result *= $0[1]
            try result -= $0[0]
            try result /= $0[1]
            return result
        },
        Case("remainder", [5], in: 0.1...0.7) { try $0[0].remainder(Tensor(0.75)) },
        Case("power", [3], [3], in: 0.5...2) { try $0[0].power($0[1]) },
        Case("power of a number", [3], in: 0.5...2) { try $0[0].power(2.5) },
        Case("squared", [3]) { try $0[0].squared() },
        Case("maximum of two", [5], [5]) { try Tensor.maximum($0[0], $0[1]) },
        Case("minimum of two", [5], [5]) { try Tensor.minimum($0[0], $0[1]) },
        Case("clamped", [9]) { try $0[0].clamped(to: -1...1.3) },
        Case("absolute", [7]) { try $0[0].absolute() },
        Case("exp", [5]) { try $0[0].exp() },
        Case("log", [5], in: 0.5...2) { try $0[0].log() },
        Case("sqrt", [5], in: 0.5...2) { try $0[0].sqrt() },
        Case("sin", [5]) { try $0[0].sin() },
        Case("cos", [5]) { try $0[0].cos() },
        Case("atan", [5]) { try $0[0].atan() },
        Case("tanh", [5]) { try $0[0].tanh() },
        Case("sigmoid", [5]) { try $0[0].sigmoid() },
        Case("relu", [7]) { try $0[0].relu() },
        Case("silu", [5]) { try $0[0].silu() },
        Case("floor", [5]) { try $0[0].floor() },
        Case("rounded", [5]) { try $0[0].rounded() },
        Case("sign", [5]) { try $0[0].sign() },
        Case("choose", [2, 3], [3]) { try Tensor.choose(Tensor([true, false, true]), $0[0], $0[1]) },
        Case("to", [3]) { try $0[0].to(.float64).cloned().contiguous().to(.cpu) },
    ]

    static let shapes: [Case] = [
        Case("reshaped", [2, 3]) { try $0[0].transposed().reshaped(2, 3) },
        Case("viewed", [2, 3]) { try $0[0].viewed([3, 2]) },
        Case("permuted", [2, 3, 2]) { try $0[0].permuted(2, 0, 1) },
        Case("transposed", [2, 3]) { try $0[0].transposed() },
        Case("expanded", [2, 1]) { try $0[0].expanded([2, 3]) },
        Case("squeezed", [2, 1]) { try $0[0].squeezed(1) },
        Case("unsqueezed", [2]) { try $0[0].unsqueezed(0) },
        Case("flattened", [2, 3]) { try $0[0].flattened() },
        Case("split", [5]) { try $0[0].split([2, 3])[1] },
        Case("flipped", [2, 3]) { try $0[0].flipped(1) },
        Case("tiled", [2]) { try $0[0].tiled(2, 3) },
        Case("padded", [2, 2]) { try $0[0].padded([(before: 1, after: 2)], value: 3) },
        Case("concatenated", [2, 2], [1, 2]) { try Tensor.concatenated([$0[0], $0[1], $0[0]]) },
        Case("stacked", [2], [2]) { try Tensor.stacked($0, 1) },
        Case("selected", [2, 3]) { try $0[0].selected(1, 2) },
        Case("sliced", [5]) { try $0[0].sliced(0, 0..<5, step: 2) },
        Case("subscript", [2, 3, 4]) { try $0[0][.at(1), .all, .range(1..<3)] },
        Case("taking", [3, 2]) { try $0[0].taking(Tensor([2, 0, 2])) },
        Case("gathered", [2, 3]) { try $0[0].gathered(Tensor([2, 2, 0, 1], shape: [2, 2]), 1) },
        Case("masked", [4]) { try $0[0].masked(Tensor([true, false, true, true])) },
        Case("filled", [4]) { try $0[0].filled(where: Tensor([true, false, true, false]), with: 3) },
        Case("add at indices", [3, 2], [2, 2]) {
            let result = try $0[0] * 1
            try result.add($0[1], at: Tensor([2, 2]))
            return result
        },
        Case("copy", [3], [3]) {
            let result = try $0[0] * 1
            try result[0..<2].copy(from: $0[1][1..<3])
            return result
        },
        Case("fill", [3]) {
            let result = try $0[0] * 1
            try result[0].fill(3)
            return result
        },
        Case("channels last", [1, 2, 2, 2]) { try $0[0].channelsLast() },
    ]

    static let reductions: [Case] = [
        Case("sum", [2, 3]) { try $0[0].sum(1) },
        Case("sum of all", [2, 3]) { try $0[0].sum() },
        Case("mean", [2, 3]) { try $0[0].mean(0, keepingDimensions: true) },
        Case("variance", [2, 4]) { try $0[0].variance(1) },
        Case("standard deviation", [2, 4]) { try $0[0].standardDeviation(1, correction: 0) },
        Case("maximum", [2, 3]) { try $0[0].maximum(1) },
        Case("minimum", [2, 3]) { try $0[0].minimum() },
        Case("product", [2, 3]) { try $0[0].product(1) },
        Case("cumulative sum", [2, 3]) { try $0[0].cumulativeSum(1) },
        Case("softmax", [2, 3]) { try $0[0].softmax(1) },
        Case("log softmax", [2, 3]) { try $0[0].logSoftmax(0) },
        Case("sorted", [6]) { try $0[0].sorted().values },
        Case("top", [6]) { try $0[0].top(3).values },
        Case("total norm", [3], [2, 2]) { try Tensor.totalNorm($0) },
    ]

    static let layers: [Case] = [
        Case("matmul", [2, 3], [3, 4]) { try $0[0].matmul($0[1]) },
        Case("matmul of stacks", [2, 2, 3], [3, 2]) { try $0[0].matmul($0[1]) },
        Case("linear", [2, 3], [4, 3], [4]) { try $0[0].linear($0[1], $0[2]) },
        Case("linear without bias", [2, 3], [4, 3]) { try $0[0].linear($0[1]) },
        Case("convolution 1d", [2, 2, 7], [3, 2, 3], [3]) {
            try $0[0].convolution($0[1], $0[2], stride: 2, padding: 1, dilation: 2)
        },
        Case("convolution 2d", [1, 4, 5, 4], [4, 2, 3, 2]) { try $0[0].convolution($0[1], padding: 1, groups: 2) },
        Case("max pooling", [1, 2, 4, 5]) { try $0[0].maxPool2d(kernel: 3, stride: 1, padding: 1) },
        Case("average pooling", [1, 2, 4, 4]) { try $0[0].averagePool2d(kernel: 2, padding: 1) },
        Case("adaptive pooling", [1, 2, 5, 4]) { try $0[0].adaptiveAveragePool2d(height: 2, width: 3) },
        Case("upsampled", [1, 2, 2, 3]) { try $0[0].upsampled2d(by: 2) },
        Case("batch normalisation", [4, 3], [3], [3]) {
            try $0[0].batchNorm(
                weight: $0[1], bias: $0[2], runningMean: nil, runningVariance: nil, training: true)
        },
        Case("batch normalisation by running statistics", [4, 3], [3], [3]) {
            try $0[0].batchNorm(
                weight: $0[1], bias: $0[2], runningMean: Tensor([0.1, 0.2, 0.3]),
                runningVariance: Tensor([1, 2, 3.0]), training: false)
        },
        Case("cross entropy", [3, 4]) { try $0[0].crossEntropy(Tensor([1, 0, 3]), labelSmoothing: 0.1) },
        Case("cross entropy of probabilities", [2, 3], [2, 3], in: 0.1...1) { try $0[0].crossEntropy($0[1]) },
        Case("binary cross entropy", [2, 3], [2, 3], in: 0.1...0.9) { try $0[0].binaryCrossEntropy($0[1]) },
        Case("mean squared error", [2, 3], [2, 3]) { try $0[0].meanSquaredError($0[1]) },
    ]

    @Test(arguments: elementwise + shapes + reductions + layers)
    func agreesWithDifferences(_ testCase: Case) throws {
        let values = testCase.shapes.enumerated().map { spread($1.reduce(1, *), testCase.range, salt: $0 + 1) }

        // Weighted, so that elements of the result cannot stand for one another.
        func value(_ inputs: [Tensor]) throws -> Tensor {
            let result = try testCase.function(inputs)
            return try (result * spreadTensor(result.shape, 0.5...1.5, salt: 99)).sum()
        }
        func tensors(_ values: [[Double]]) throws -> [Tensor] {
            try zip(values, testCase.shapes).map { try Tensor($0, shape: $1) }
        }

        let inputs = try tensors(values)
        for input in inputs { try input.requireGradient() }
        let gradients = try value(inputs).gradients(of: inputs)
        let step = 1e-6
        for (input, gradient) in gradients.enumerated() {
            let computed = try #require(gradient, "no gradient of input \(input)").elements(as: Double.self)
            for element in computed.indices {
                func moved(_ distance: Double) throws -> Double {
                    var values = values
                    values[input][element] += distance
                    return try value(tensors(values)).item()
                }
                let difference = try (moved(step) - moved(-step)) / (2 * step)
                #expect(
                    abs(computed[element] - difference) <= 1e-7 * max(1, abs(difference)),
                    "input \(input), element \(element): gradient \(computed[element]), difference \(difference)")
            }
        }
    }
}
