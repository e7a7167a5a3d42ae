import TestSupport
import Testing
import TorchModules
import TorchTensors

/// What PyTorch computes with one layer.
private struct LayerCase: Decodable {
    struct Run: Decodable {
        let output: TensorFixture
        let outputGradient: TensorFixture
        let inputGradient: TensorFixture
        let gradients: [String: TensorFixture]
        let state: [String: TensorFixture]
    }
    let name: String
    let state: [String: TensorFixture]
    let input: TensorFixture
    let training: Run
    let evaluation: Run
}

private struct LayerFile: Decodable {
    let layers: [LayerCase]
}

private func makeLayer(_ name: String) throws -> any Layer {
    var random = RandomSource(seed: 1)
    return switch name {
    case "linear": try Linear(inputs: 3, outputs: 4, random: &random)
    case "linear without bias": try Linear(inputs: 3, outputs: 4, bias: nil, random: &random)
    case "conv1d":
        try Conv1d(inputs: 4, outputs: 6, kernel: 3, stride: 2, padding: 1, groups: 2, random: &random)
    case "conv1d dilated": try Conv1d(inputs: 2, outputs: 3, kernel: 2, dilation: 3, bias: nil, random: &random)
    case "conv2d": try Conv2d(inputs: 2, outputs: 3, kernel: 3, padding: 1, random: &random)
    case "conv2d all":
        try Conv2d(
            inputs: 4, outputs: 6, kernel: 3, stride: 2, padding: 2, dilation: 2, groups: 2, bias: nil, random: &random)
    case "batchnorm1d": try BatchNorm1d(channels: 3)
    case "batchnorm1d sequence": try BatchNorm1d(channels: 3, momentum: 0.3, epsilon: 1e-3)
    case "batchnorm2d": try BatchNorm2d(channels: 3)
    case "batchnorm2d not affine": try BatchNorm2d(channels: 3, isAffine: false)
    case "batchnorm2d without statistics": try BatchNorm2d(channels: 3, tracksRunningStatistics: false)
    case "maxpool2d": MaxPool2d(kernel: 3, stride: 2, padding: 1)
    case "avgpool2d": AveragePool2d(kernel: 3, stride: 2, padding: 1)
    case "avgpool2d default": AveragePool2d(kernel: 2)
    case "adaptive": AdaptiveAveragePool2d(height: 2, width: 3)
    case "flatten": Flatten()
    case "sequential":
        Sequential(
            try Conv2d(inputs: 2, outputs: 3, kernel: 3, bias: nil, random: &random), try BatchNorm2d(channels: 3),
            ReLU(), Flatten(), try Linear(inputs: 12, outputs: 2, random: &random))
    default: throw TensorError("no layer for the fixture \(name)")
    }
}

@Suite(.leavesNothing) struct LayerTests {
    @Test(arguments: [DType.float64, .float32]) func agreesWithPyTorch(_ dtype: DType) throws {
        let cases = try Fixture.load("layers", as: LayerFile.self).layers
        #expect(cases.count == 17)
        for expected in cases {
            let layer = try makeLayer(expected.name)
            try layer.to(dtype)
            try layer.load(state: expected.state.mapValues { try $0.tensor() })
            for (mode, run) in [("training", expected.training), ("evaluation", expected.evaluation)] {
                mode == "training" ? layer.train() : layer.evaluate()
                try layer.clearGradients()
                let what = "\(expected.name), \(mode)"
                let x = try expected.input.tensor(dtype).requireGradient()
                let y = try layer(x)
                try y.backward(run.outputGradient.tensor(dtype))
                #expect(y.dtype == dtype)
                try expectClose(y, run.output, "\(what): output")
                try expectClose(x.gradient, run.inputGradient, "\(what): input gradient")
                let parameters = layer.namedParameters()
                #expect(Set(parameters.map(\.name)) == Set(run.gradients.keys), "\(what)")
                for (name, parameter) in parameters {
                    let gradient = try #require(run.gradients[name])
                    try expectClose(parameter.tensor.gradient, gradient, "\(what): gradient of \(name)")
                }
                let state = try layer.state()
                #expect(Set(state.keys) == Set(run.state.keys), "\(what)")
                for (name, tensor) in run.state { try expectClose(state[name], tensor, "\(what): \(name)") }
            }
        }
    }

    @Test func emptySequenceGivesItsInput() throws {
        let x = try Tensor([1, 2, 3] as [Float])
        #expect(try Sequential()(x).equals(x))
    }

    @Test func flattenTakesDimensions() throws {
        let x = try Tensor.zeros([2, 3, 4, 5])
        #expect(try Flatten(first: 0, last: 2)(x).shape == [24, 5])
    }

    @Test func weightDecayAppliesToWeightsOnly() throws {
        let layers = try makeLayer("sequential")
        let decayed = layers.namedParameters().filter(\.parameter.isDecayed).map(\.name)
        #expect(decayed == ["0.weight", "4.weight"])
    }

    @Test func misfitsAreOneLine() throws {
        var random = RandomSource(seed: 1)
        let linear = try Linear(inputs: 3, outputs: 4, random: &random)
        let wide = try Tensor.zeros([2, 5])
        #expect { try linear(wide) } throws: { error in
            let text = "\(error)"
            return text.contains("[2, 5]") && !text.contains("\n")
        }
        #expect { try BatchNorm2d(channels: 5)(wide) } throws: { error in
            "\(error)" == "BatchNorm2d: the input has 4 dimensions, got shape [2, 5]"
        }
        #expect { try BatchNorm1d(channels: 5)(wide[0..<1]) } throws: { error in
            "\(error)" == "BatchNorm1d: training needs more than one value per channel, got shape [1, 5]"
        }
        for shape in [[2, 4], [2, 0], [2, 6, 3]] {
            #expect { try BatchNorm1d(channels: 5)(Tensor.zeros(shape)) } throws: { error in
                "\(error)" == "BatchNorm1d: the layer has 5 channels, got shape \(shape)"
            }
        }
        let inUse = try BatchNorm1d(channels: 5)
        inUse.evaluate()
        #expect(try inUse(wide[0..<1]).shape == [1, 5])
    }

    @Test func impossibleSizesTrap() async {
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try Linear(inputs: 3, outputs: 0, random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try Conv2d(inputs: 3, outputs: 4, kernel: 1, groups: 2, random: &random)
        }
        await #expect(processExitsWith: .failure) { _ = MaxPool2d(kernel: 3, padding: 2) }
    }
}
