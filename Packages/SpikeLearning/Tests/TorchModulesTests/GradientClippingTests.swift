import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite(.leavesNothing) struct GradientClippingTests {
    @Test(arguments: [DType.float64, .float32]) func agreesWithPyTorch(_ dtype: DType) throws {
        let file = try TrainingFile.load()
        for (maximum, expected) in [(0.5, file.clippedNorm), (50, file.keptNorm)] {
            let pair = try Pair(file, dtype)
            try pair.setGradients(file.gradients[2])
            let norm = try clipGradientNorm(pair.parameters, maximum: maximum)
            #expect(abs(norm - expected.norm) <= tolerance(dtype) * expected.norm)
            for (name, parameter) in pair.namedParameters() {
                try expectClose(parameter.tensor.gradient, expected.gradients[name]!, "\(name) to \(maximum)")
            }
        }
        let pair = try Pair(file, dtype)
        try pair.setGradients(file.gradients[2])
        try clipGradientValue(pair.parameters, maximum: 0.5)
        for (name, parameter) in pair.namedParameters() {
            try expectClose(parameter.tensor.gradient, file.clippedValue.gradients[name]!, "\(name) by value")
        }
    }

    @Test func smallGradientsStayBitForBit() throws {
        let file = try TrainingFile.load()
        let pair = try Pair(file)
        try pair.setGradients(file.gradients[2])
        try clipGradientNorm(pair.parameters, maximum: 50)
        #expect(try pair.a.gradient!.elements(as: Double.self) == file.gradients[2]["a"]!.values)
    }

    @Test func withoutGradientsTheNormIsZero() throws {
        let pair = try Pair(TrainingFile.load())
        #expect(try clipGradientNorm(pair.parameters, maximum: 1) == 0)
        try clipGradientValue(pair.parameters, maximum: 1)
    }

    @Test func parametersWithoutGradientArePassedOver() throws {
        let file = try TrainingFile.load()
        let pair = try Pair(file)
        try pair.setGradients(file.gradients[0])
        let norm = try clipGradientNorm(pair.parameters, maximum: 1e9)
        let squares = file.gradients[0]["a"]!.values.reduce(0) { $0 + $1 * $1 }
        #expect(abs(norm - squares.squareRoot()) < 1e-12)
    }

    @Test(arguments: [Double.nan, .infinity]) func boundlessNormsThrow(_ value: Double) throws {
        let pair = try Pair(TrainingFile.load())
        try pair.b.setGradient(Tensor([1, value, 100]))
        #expect { try clipGradientNorm(pair.parameters, maximum: 1) } throws: { error in
            "\(error)" == "clipGradientNorm: the norm is \(value); try a lower learning rate"
        }
        let after = try pair.b.gradient!.elements(as: Double.self)
        #expect(after[0] == 1 && after[2] == 100)
        try clipGradientValue(pair.parameters, maximum: 1)
        #expect(try pair.b.gradient!.elements(as: Double.self)[2] == 1)
    }
}
