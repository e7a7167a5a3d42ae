import TorchTensors

/// Parameters that are trained alike.
public struct ParameterGroup {
    public let parameters: [(name: String, parameter: Parameter)]
    public var learningRate: Double
    public var weightDecay: Double

    public init(
        _ parameters: [(name: String, parameter: Parameter)], learningRate: Double, weightDecay: Double = 0
    ) {
        self.parameters = parameters
        self.learningRate = learningRate
        self.weightDecay = weightDecay
    }
}

extension Module {
    /// Two groups: the parameters that weight decay applies to, and the others with a weight decay of 0. A group that
    /// would be empty is left out.
    public func parameterGroups(learningRate: Double, weightDecay: Double) -> [ParameterGroup] {
        let all = namedParameters()
        return [(true, weightDecay), (false, 0)].compactMap { isDecayed, weightDecay in
            let parameters = all.filter { $0.parameter.isDecayed == isDecayed }
            guard !parameters.isEmpty else { return nil }
            return ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)
        }
    }
}

/// Changes parameters by their gradients.
///
/// A parameter without a gradient is passed over: it keeps its value, and the step does not count for it. Learning rates
/// and weight decays may change between steps. Parameters are to be on their device, and of their type, before the
/// first step.
public protocol Optimizer: AnyObject {
    /// The parameters of each must stay what they are.
    var groups: [ParameterGroup] { get set }

    /// Changes every parameter that has a gradient.
    func step() throws(TensorError)

    /// What the next step depends on apart from parameters, gradients and settings: tensors named by kind and
    /// parameter, such as `step.0.weight`. They share the optimizer's memory: clone what is to outlast the next step.
    func state() throws(TensorError) -> [String: Tensor]

    /// Replaces that by copies. Names and shapes are checked first: nothing has changed when it throws. A parameter that
    /// the state does not name has had no step.
    func load(state: [String: Tensor]) throws(TensorError)
}

extension Optimizer {
    /// Forgets the gradients of all parameters.
    public func clearGradients() throws(TensorError) {
        for group in groups {
            for (_, parameter) in group.parameters { try parameter.tensor.setGradient(nil) }
        }
    }

    /// Gives every group the same learning rate.
    public func setLearningRate(_ rate: Double) {
        for index in groups.indices { groups[index].learningRate = rate }
    }
}

/// A parameter's name, its tensor and the gradient to change it by.
struct PendingUpdate {
    let name: String
    let tensor: Tensor
    let gradient: Tensor
}

extension ParameterGroup {
    /// Parameters that have a gradient, in parts of the same type and device, as LibTorch's fused updates want them.
    func pendingUpdates() -> [[PendingUpdate]] {
        struct Place: Hashable {
            let dtype: DType
            let device: Device
        }
        let updates = parameters.compactMap { name, parameter in
            parameter.tensor.gradient.map { PendingUpdate(name: name, tensor: parameter.tensor, gradient: $0) }
        }
        let parts = Dictionary(grouping: updates) { Place(dtype: $0.tensor.dtype, device: $0.tensor.device) }
        return Array(parts.values)
    }
}

/// Traps on settings that make no sense, and on names that state could not be told apart by.
func checkGroups(_ type: StaticString, _ groups: [ParameterGroup]) {
    var names: Set<String> = []
    for group in groups {
        precondition(group.learningRate >= 0, "\(type): learningRate must be >= 0, got \(group.learningRate)")
        precondition(group.weightDecay >= 0, "\(type): weightDecay must be >= 0, got \(group.weightDecay)")
        for (name, _) in group.parameters {
            precondition(names.insert(name).inserted, "\(type): two parameters have the name \(name)")
        }
    }
}

/// Checks a state of tensors `kind.parameter`, one of each kind for every parameter that it names.
///
/// - Parameter kinds: With the shape for a parameter's.
/// - Returns: For each parameter that the state names, copies in the order of `kinds`, on the parameter's device.
func loadedState(
    _ state: [String: Tensor], kinds: [(name: String, shape: ([Int]) -> [Int])], of groups: [ParameterGroup],
    what: String
) throws(TensorError) -> [String: [Tensor]] {
    let named = groups.flatMap(\.parameters).filter { name, _ in kinds.contains { state["\($0.name).\(name)"] != nil } }
    let expected = named.flatMap { name, parameter in
        kinds.map { (name: "\($0.name).\(name)", shape: $0.shape(parameter.tensor.shape)) }
    }
    _ = try StateDifference(of: state, to: expected, strict: true, what: what)
    var loaded: [String: [Tensor]] = [:]
    for (name, parameter) in named {
        let device = parameter.tensor.device
        loaded[name] = try kinds.map { (kind) throws(TensorError) in
            try state["\(kind.name).\(name)"]!.detached().to(device).cloned()
        }
    }
    return loaded
}
