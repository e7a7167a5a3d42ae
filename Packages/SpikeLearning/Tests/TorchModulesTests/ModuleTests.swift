import TestSupport
import Testing
import TorchTensors

@testable import TorchModules

/// Of the shape that names in PyTorch often have.
private class Block: Module {
    let projConv: Conv2d
    let bn1: BatchNorm2d
    let shortcut: Linear?
    @OptionalParameter var gain: Tensor?
    var isTraining = true

    class var stateNames: [String: String] { [:] }

    init(hasShortcut: Bool, random: inout RandomSource) throws(TensorError) {
        projConv = try Conv2d(inputs: 1, outputs: 2, kernel: 1, bias: nil, random: &random)
        bn1 = try BatchNorm2d(channels: 2)
        shortcut = hasShortcut ? try Linear(inputs: 2, outputs: 1, random: &random) : nil
        _gain = OptionalParameter(hasShortcut ? try Parameter(Tensor.ones([3])) : nil)
    }
}

private final class GatedBlock: Block {
    @Parameter var gateScale: Tensor

    override class var stateNames: [String: String] { ["gateScale": "gate.s"] }

    override init(hasShortcut: Bool, random: inout RandomSource) throws(TensorError) {
        _gateScale = try Parameter(Tensor.ones([]))
        try super.init(hasShortcut: hasShortcut, random: &random)
    }
}

private final class Network: Module {
    let patchEmbed1: Block
    let stage1: [Block]
    var optionalStage: [any Layer]?
    let head: Sequential
    let notAModule = [1.5, 2.5]
    @Buffer var thresholdMask: Tensor
    var isTraining = true

    init(seed: UInt64 = 1) throws(TensorError) {
        var random = RandomSource(seed: seed)
        patchEmbed1 = try Block(hasShortcut: true, random: &random)
        stage1 = [try Block(hasShortcut: false, random: &random)]
        optionalStage = [try Linear(inputs: 1, outputs: 1, bias: nil, random: &random)]
        head = Sequential(ReLU(), try Linear(inputs: 2, outputs: 3, random: &random))
        _thresholdMask = Buffer(try Tensor.zeros([2], dtype: .bool))
    }
}

@Suite(.leavesNothing) struct ModuleTests {
    static let blockParameters = ["proj_conv.weight", "bn1.weight", "bn1.bias"]
    static let blockBuffers = ["bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked"]

    @Test func findsAllWithPyTorchsNames() throws {
        let network = try Network()
        let first = (Self.blockParameters + ["shortcut.weight", "shortcut.bias", "gain"]).map { "patch_embed1.\($0)" }
        let second = Self.blockParameters.map { "stage1.0.\($0)" }
        let parameters = first + second + ["optional_stage.0.weight", "head.1.weight", "head.1.bias"]
        #expect(network.namedParameters().map(\.name) == parameters)
        let buffers = ["patch_embed1.", "stage1.0."].flatMap { block in Self.blockBuffers.map { block + $0 } }
        #expect(network.namedBuffers().map(\.name) == buffers + ["threshold_mask"])
        #expect(
            network.namedModules().map(\.name) == [
                "", "patch_embed1", "patch_embed1.proj_conv", "patch_embed1.bn1", "patch_embed1.shortcut", "stage1.0",
                "stage1.0.proj_conv", "stage1.0.bn1", "optional_stage.0", "head", "head.0", "head.1",
            ])
        #expect(try Set(network.state().keys) == Set(parameters + buffers + ["threshold_mask"]))
        #expect(network.parameterCount == (2 + 2 + 2 + 2 + 1 + 3) + (2 + 2 + 2) + 1 + (6 + 3))
    }

    @Test func findsSuperclassesFirstAndTakesGivenNames() throws {
        var random = RandomSource(seed: 1)
        let block = try GatedBlock(hasShortcut: false, random: &random)
        #expect(block.namedParameters().map(\.name) == Self.blockParameters + ["gate.s"])
    }

    /// Begins the names of what it holds.
    private final class Prefixed: Module {
        let first: Linear
        let inner: Sequential
        var isTraining = true

        static var stateNames: [String: String] { ["first": "head_", "inner": "block_"] }

        init(_ first: Linear, _ inner: Sequential) { (self.first, self.inner) = (first, inner) }
    }

    @Test func nameThatEndsInUnderscoreBeginsOthers() throws {
        var random = RandomSource(seed: 1)
        let first = try Linear(inputs: 2, outputs: 2, bias: nil, random: &random)
        let second = try Linear(inputs: 2, outputs: 2, bias: nil, random: &random)
        let module = Prefixed(first, Sequential(second))
        #expect(module.namedParameters().map(\.name) == ["head_weight", "block_0.weight"])
    }

    @Test(arguments: [
        ("projConv", "proj_conv"), ("patchEmbed1", "patch_embed1"), ("numBatchesTracked", "num_batches_tracked"),
        ("attentionLIF", "attention_lif"), ("LIFLayer", "lif_layer"), ("bn1", "bn1"), ("conv1BN", "conv1_bn"),
        ("q_conv", "q_conv"), ("weight", "weight"),
    ])
    func snakeCased(_ property: String, _ name: String) {
        #expect(snakeCase(property) == name)
    }

    @Test func sharedPartsComeOnceButAreSavedTwice() throws {
        var random = RandomSource(seed: 1)
        let linear = try Linear(inputs: 2, outputs: 2, bias: nil, random: &random)
        let twice = Sequential(linear, linear)
        #expect(twice.namedParameters().map(\.name) == ["0.weight"])
        #expect(twice.namedModules().map(\.name) == ["", "0"])
        #expect(try Set(twice.state().keys) == ["0.weight", "1.weight"])
        #expect(twice.parameterCount == 4)
    }

    @Test func modesReachAllModules() throws {
        let network = try Network()
        network.evaluate()
        #expect(network.namedModules().allSatisfy { !$0.module.isTraining })
        network.train()
        #expect(network.namedModules().allSatisfy { $0.module.isTraining })
    }

    @Test func stateIsCopiedInPlace() throws {
        let (source, target) = (try Network(seed: 1), try Network(seed: 2))
        let weight = target.patchEmbed1.projConv.weight
        #expect(try !weight.equals(source.patchEmbed1.projConv.weight))
        try source.stage1[0].bn1.numBatchesTracked! += Tensor(7)
        let result = try target.load(state: source.state())
        #expect(result.missing.isEmpty && result.unexpected.isEmpty)
        for (name, tensor) in try source.state() { #expect(try target.state()[name]!.equals(tensor), "\(name)") }
        // The tensors are those from before, leaves that take gradients.
        #expect(weight.sharesMemory(with: target.patchEmbed1.projConv.weight))
        #expect(try weight.equals(source.patchEmbed1.projConv.weight))
        #expect(weight.requiresGradient && weight.isLeaf)
        #expect(try target.state().values.allSatisfy { !$0.requiresGradient })
        #expect(try target.stage1[0].bn1.numBatchesTracked!.item() == 7)
    }

    @Test func stateIsConvertedToTheModulesTypes() throws {
        let network = try Network()
        let state = try network.state().mapValues { try $0.to(.float64) }
        try network.load(state: state)
        #expect(network.head.namedParameters().allSatisfy { $0.parameter.tensor.dtype == .float32 })
        #expect(network.thresholdMask.dtype == .bool)
    }

    @Test func misfitsAreAllNamedAndChangeNothing() throws {
        let (source, target) = (try Network(seed: 1), try Network(seed: 2))
        let before = try target.state().mapValues { try $0.cloned() }
        var state = try source.state()
        state["head.1.bias"] = nil
        state["head.2.bias"] = try Tensor.zeros([3])
        state["patch_embed1.gain"] = try Tensor.zeros([4])
        #expect { try target.load(state: state) } throws: { error in
            "\(error)" == "Network: the state does not fit: missing head.1.bias; unexpected head.2.bias; "
                + "of another shape patch_embed1.gain [4] instead of [3]"
        }
        #expect { try target.load(state: state, strict: false) } throws: { error in
            "\(error)" == "Network: the state does not fit: of another shape patch_embed1.gain [4] instead of [3]"
        }
        for (name, tensor) in try target.state() { #expect(try tensor.equals(before[name]!), "\(name)") }

        state["patch_embed1.gain"] = nil
        let result = try target.load(state: state, strict: false)
        #expect(result.missing == ["patch_embed1.gain", "head.1.bias"])
        #expect(result.unexpected == ["head.2.bias"])
        #expect(try target.head.state()["1.weight"]!.equals(source.head.state()["1.weight"]!))
        #expect(try target.head.state()["1.bias"]!.equals(before["head.1.bias"]!))
    }

    @Test func valuesThatMakeNoSenseChangeNothing() throws {
        let (source, target) = (try Network(seed: 1), try Network(seed: 2))
        let before = try target.state().mapValues { try $0.cloned() }
        let variance = "patch_embed1.bn1.running_var"
        let cases: [(name: String, value: Double, problem: String)] = [
            (variance, -1e-3, "holds -0.001"), (variance, .infinity, "holds numbers that are not finite"),
            ("patch_embed1.bn1.num_batches_tracked", -1, "holds -1.0, and its values are within 0.0...1e+18"),
            ("patch_embed1.bn1.running_mean", .nan, "holds numbers that are not finite"),
            ("head.1.bias", 1e9, "holds 1000000000.0, and its values are within -100000000.0...100000000.0"),
            ("head.1.weight", -.infinity, "holds numbers that are not finite"),
        ]
        for (name, value, problem) in cases {
            var state = try source.state()
            let old = try #require(state[name])
            // One element of all.
            let new = try old.cloned()
            try withoutGradient { try new.reshaped([new.count])[new.count - 1].copy(from: Tensor(value).to(old.dtype)) }
            state[name] = new
            let found = message { try target.load(state: state) }
            #expect(found?.hasPrefix("\(name) \(problem)") == true, "\(found ?? "")")
        }
        for (name, tensor) in try target.state() { #expect(try tensor.equals(before[name]!), "\(name)") }
        // 0 is a variance, and infinite float64 numbers are not let in by conversion.
        var state = try source.state()
        state[variance] = try Tensor.zeros(state[variance]!.shape)
        try target.load(state: state)
        #expect(try target.stateProblem() == nil)
        state["head.1.weight"] = try Tensor.full(state["head.1.weight"]!.shape, 1e300, dtype: .float64)
        #expect(message { try target.load(state: state) }?.hasPrefix("head.1.weight holds 1e+300") == true)
        try withoutGradient { try target.head.namedParameters()[1].parameter.tensor *= .nan }
        #expect(try target.stateProblem() == "head.1.bias holds numbers that are not finite")
    }

    @Test func longListsAreCut() throws {
        let network = try Network()
        #expect { try network.load(state: [:]) } throws: { error in
            "\(error)".hasSuffix("and \(try! network.state().count - 10) more") && !"\(error)".contains("\n")
        }
    }

    @Test func convertsFloatingPointOnly() throws {
        let network = try Network()
        let bias = network.head.namedParameters()[1].parameter
        try bias.tensor.setGradient(Tensor([1, 2, 3] as [Float]))
        let values = try network.patchEmbed1.projConv.weight.elements(as: Double.self)
        try network.patchEmbed1.projConv.weight.requireGradient(false)
        try network.to(.float64)
        #expect(network.namedParameters().allSatisfy { $0.parameter.tensor.dtype == .float64 })
        #expect(network.patchEmbed1.bn1.runningVariance!.dtype == .float64)
        #expect(network.patchEmbed1.bn1.numBatchesTracked!.dtype == .int64)
        #expect(network.thresholdMask.dtype == .bool)
        #expect(try network.patchEmbed1.projConv.weight.elements(as: Double.self) == values)
        #expect(!network.patchEmbed1.projConv.weight.requiresGradient, "frozen parameters stay so")
        #expect(bias.tensor.requiresGradient && bias.tensor.isLeaf)
        #expect(bias.tensor.gradient?.dtype == .float64)
        #expect(try bias.tensor.gradient?.elements(as: Double.self) == [1, 2, 3])
        let same = network.head.namedParameters()[0].parameter.tensor
        try network.to(Device.cpu)
        #expect(same.sharesMemory(with: network.head.namedParameters()[0].parameter.tensor))
    }

    @Test func clearsGradients() throws {
        var random = RandomSource(seed: 1)
        let layer = try Linear(inputs: 2, outputs: 1, random: &random)
        try layer(Tensor.ones([1, 2])).sum().backward()
        #expect(layer.parameters.allSatisfy { $0.tensor.gradient != nil })
        try layer.clearGradients()
        #expect(layer.parameters.allSatisfy { $0.tensor.gradient == nil })
    }

    @Test func parametersAreOfFloatingPoint() {
        #expect(throws: TensorError.self) { try Parameter(Tensor.zeros([2], dtype: .int64)) }
    }
}
