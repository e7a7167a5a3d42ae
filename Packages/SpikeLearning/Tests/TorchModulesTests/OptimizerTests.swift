import TestSupport
import Testing
import TorchModules
import TorchTensors

/// What PyTorch computes in training.
struct TrainingFile: Decodable {
    struct Course: Decodable {
        let name: String
        let course: [[String: TensorFixture]]
    }
    struct Clipping: Decodable {
        let norm: Double
        let gradients: [String: TensorFixture]
    }
    let start: [String: TensorFixture]
    let gradients: [[String: TensorFixture]]
    let optimizers: [Course]
    let clippedNorm: Clipping
    let keptNorm: Clipping
    let clippedValue: Clipping
    let average: [String: TensorFixture]
    let rates: [Double]

    static func load() throws -> TrainingFile { try Fixture.load("training") }
}

/// Two parameters, a buffer, and gradients from the fixtures.
final class Pair: Module {
    @Parameter var a: Tensor
    @Parameter var b: Tensor
    @Buffer var seen: Tensor
    var isTraining = true

    init(_ file: TrainingFile, _ dtype: DType = .float64) throws {
        _a = try Parameter(file.start["a"]!.tensor(dtype), isDecayed: true)
        _b = try Parameter(file.start["b"]!.tensor(dtype))
        _seen = Buffer(try Tensor.zeros([], dtype: .int64))
    }

    /// Those of a step; a parameter that it does not name has none.
    func setGradients(_ step: [String: TensorFixture]) throws {
        for (name, parameter) in namedParameters() {
            try parameter.tensor.setGradient(step[name]?.tensor(parameter.tensor.dtype))
        }
    }

    func setParameters(_ step: [String: TensorFixture]) throws {
        try load(state: step.mapValues { try $0.tensor() }, strict: false)
    }
}

private func makeOptimizer(_ name: String, _ pair: Pair) throws -> any Optimizer {
    var groups = pair.parameterGroups(learningRate: 0.05, weightDecay: 0.1)
    groups[1].learningRate = 0.02
    switch name {
    case "sgd": return SGD(groups)
    case "momentum": return SGD(groups, momentum: 0.9)
    case "dampening": return SGD(groups, momentum: 0.8, dampening: 0.3)
    case "nesterov": return SGD(groups, momentum: 0.9, isNesterov: true)
    case "adamw": return AdamW(groups)
    case "adamw betas": return AdamW(groups, betas: (0.7, 0.95), epsilon: 1e-3)
    default: throw TensorError("no optimizer for the fixture \(name)")
    }
}

@Suite(.leavesNothing) struct OptimizerTests {
    static let names = ["sgd", "momentum", "dampening", "nesterov", "adamw", "adamw betas"]

    @Test(arguments: [DType.float64, .float32], names) func agreesWithPyTorch(_ dtype: DType, _ name: String) throws {
        let file = try TrainingFile.load()
        let expected = try #require(file.optimizers.first { $0.name == name })
        let pair = try Pair(file, dtype)
        let optimizer = try makeOptimizer(name, pair)
        for (index, step) in file.gradients.enumerated() {
            try pair.setGradients(step)
            let before = try pair.b.detached().cloned()
            try optimizer.step()
            // Bit for bit: without a gradient nothing happens, neither decay nor momentum.
            if step["b"] == nil { #expect(try pair.b.equals(before)) }
            for (name, parameter) in pair.namedParameters() {
                try expectClose(parameter.tensor, expected.course[index][name]!, "\(name) after step \(index)")
            }
        }
    }

    @Test(arguments: names) func resumesBitForBit(_ name: String) throws {
        let file = try TrainingFile.load()
        let (through, first) = (try Pair(file, .float32), try Pair(file, .float32))
        let throughOptimizer = try makeOptimizer(name, through)
        let firstOptimizer = try makeOptimizer(name, first)
        for step in file.gradients {
            try through.setGradients(step)
            try throughOptimizer.step()
        }
        // Interrupted after two steps, where `b` has had no gradient yet, and after nine.
        var (pair, optimizer) = (first, firstOptimizer)
        for (index, step) in file.gradients.enumerated() {
            if index == 2 || index == 9 {
                let resumed = try Pair(file, .float32)
                let resumedOptimizer = try makeOptimizer(name, resumed)
                try resumed.load(state: pair.state())
                try resumedOptimizer.load(state: optimizer.state())
                let names = Set(try optimizer.state().keys.map { $0.suffix(2) })
                #expect(name == "sgd" ? names.isEmpty : names == (index == 2 ? [".a"] : [".a", ".b"]))
                (pair, optimizer) = (resumed, resumedOptimizer)
            }
            try pair.setGradients(step)
            try optimizer.step()
        }
        #expect(try pair.a.equals(through.a))
        #expect(try pair.b.equals(through.b))
        // The one that was resumed shares no memory with the one before.
        let old = try firstOptimizer.state()
        for (name, tensor) in try optimizer.state() {
            #expect(old[name].map { !$0.sharesMemory(with: tensor) } ?? true)
        }
    }

    @Test func stateThatDoesNotFitChangesNothing() throws {
        let file = try TrainingFile.load()
        let pair = try Pair(file)
        let optimizer = try makeOptimizer("adamw", pair)
        try pair.setGradients(file.gradients[2])
        try optimizer.step()
        let before = try optimizer.state().mapValues { try $0.cloned() }
        var state = before
        state["step.b"] = nil
        state["velocity.a"] = try Tensor.zeros([3, 2])
        state["first_moment.a"] = try Tensor.zeros([2, 3])
        #expect { try optimizer.load(state: state) } throws: { error in
            "\(error)" == "AdamW: the state does not fit: missing step.b; unexpected velocity.a; "
                + "of another shape first_moment.a [2, 3] instead of [3, 2]"
        }
        for (name, tensor) in try optimizer.state() { #expect(try tensor.equals(before[name]!)) }
        let values: [(String, Double, String)] = [
            ("second_moment.a", -1e-9, "holds -"), ("step.a", -1, "holds -1.0, and its values are within 0.0"),
            ("first_moment.b", .nan, "holds numbers that are not finite"),
        ]
        for (name, value, problem) in values {
            var state = before
            state[name] = try Tensor.full(state[name]!.shape, value)
            let found = message { try optimizer.load(state: state) }
            #expect(found?.hasPrefix("\(name) \(problem)") == true, "\(found ?? "")")
        }
        for (name, tensor) in try optimizer.state() { #expect(try tensor.equals(before[name]!)) }
        let plain = SGD(optimizer.groups)
        #expect(throws: TensorError.self) { try plain.load(state: before) }
        try optimizer.load(state: [:])
        #expect(try optimizer.state().isEmpty)
    }

    @Test func groupsDivideByDecay() throws {
        var random = RandomSource(seed: 1)
        let network = Sequential(
            try Linear(inputs: 2, outputs: 3, random: &random), try BatchNorm1d(channels: 3),
            try Linear(inputs: 3, outputs: 1, bias: nil, random: &random))
        let groups = network.parameterGroups(learningRate: 0.5, weightDecay: 0.25)
        #expect(
            groups.map { $0.parameters.map(\.name) } == [["0.weight", "2.weight"], ["0.bias", "1.weight", "1.bias"]])
        #expect(groups.map(\.weightDecay) == [0.25, 0])
        #expect(groups.map(\.learningRate) == [0.5, 0.5])
        let only = try Linear(inputs: 3, outputs: 1, bias: nil, random: &random)
        #expect(only.parameterGroups(learningRate: 1, weightDecay: 1).count == 1)
    }

    @Test func learningRatesChangeBetweenSteps() throws {
        let file = try TrainingFile.load()
        let pair = try Pair(file)
        let optimizer = SGD(pair.parameterGroups(learningRate: 1, weightDecay: 0))
        optimizer.setLearningRate(0)
        try pair.setGradients(file.gradients[2])
        let before = try pair.a.elements(as: Double.self)
        try optimizer.step()
        #expect(try pair.a.elements(as: Double.self) == before)
        optimizer.groups[0].learningRate = 0.5
        try optimizer.step()
        let gradient = file.gradients[2]["a"]!.values
        #expect(try pair.a.elements(as: Double.self) == zip(before, gradient).map { $0 - 0.5 * $1 })
        try optimizer.clearGradients()
        #expect(pair.a.gradient == nil && pair.b.gradient == nil)
    }

    /// Tensors of several types take part in one step.
    @Test func mixedTypes() throws {
        let file = try TrainingFile.load()
        let pair = try Pair(file)
        let single = try Parameter(Tensor([1] as [Float]))
        try single.tensor.setGradient(Tensor([1] as [Float]))
        try pair.setGradients(file.gradients[2])
        let group = ParameterGroup(pair.namedParameters() + [("c", single)], learningRate: 0.5)
        for optimizer in [AdamW([group]), SGD([group], momentum: 0.5)] as [any Optimizer] {
            let before = try single.tensor.item()
            try optimizer.step()
            // The first step of either is learningRate · gradient / |gradient|, as the gradient is 1.
            #expect(abs(try single.tensor.item() - (before - 0.5)) < 1e-6)
        }
    }
}
