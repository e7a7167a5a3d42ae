import TorchTensors

/// Parameters that are trained with the same settings.
public struct ParameterGroup {
    /// The parameters with their names, which identify them in the state of an optimizer.
    public let parameters: [(name: String, parameter: Parameter)]
    /// The learning rate, at least 0.
    public var learningRate: Double
    /// The factor of the weight decay, at least 0.
    public var weightDecay: Double

    /// Creates a group.
    ///
    /// - Parameters:
    ///   - parameters: The parameters with their names, which identify them in the state of an optimizer.
    ///   - learningRate: The learning rate, at least 0.
    ///   - weightDecay: The factor of the weight decay, at least 0.
    public init(
        _ parameters: [(name: String, parameter: Parameter)], learningRate: Double, weightDecay: Double = 0
    ) {
        self.parameters = parameters
        self.learningRate = learningRate
        self.weightDecay = weightDecay
    }
}

extension Module {
    /// Returns two groups: the parameters that weight decay applies to, and the others with a weight decay of 0. A
    /// group without parameters is left out.
    ///
    /// - Parameters:
    ///   - learningRate: The learning rate of both groups, at least 0.
    ///   - weightDecay: The factor of the weight decay, at least 0.
    public func parameterGroups(learningRate: Double, weightDecay: Double) -> [ParameterGroup] {
        let all = namedParameters()
        return [(true, weightDecay), (false, 0)].compactMap { isDecayed, weightDecay in
            let parameters = all.filter { $0.parameter.isDecayed == isDecayed }
            guard !parameters.isEmpty else { return nil }
            return ParameterGroup(parameters, learningRate: learningRate, weightDecay: weightDecay)
        }
    }
}

/// An object that changes parameters according to their gradients.
///
/// A parameter without a gradient keeps its value, and the step does not count for it. Learning rates and weight decays
/// may change between steps. Parameters must be on their device and have their type before the first step.
public protocol Optimizer: AnyObject {
    /// The groups of parameters. The parameters of each group must stay the same.
    var groups: [ParameterGroup] { get set }

    /// Changes every parameter that has a gradient.
    ///
    /// - Throws: `TensorError` if LibTorch cannot update the parameters.
    func step() throws(TensorError)

    /// Returns the tensors, besides parameters and gradients, that the next step depends on. Their names consist of
    /// their kind and the name of the parameter, such as `step.0.weight`. They share the memory of the optimizer: clone
    /// those that must not change with the next step.
    func state() throws(TensorError) -> [String: Tensor]

    /// Replaces the optimizer's tensors by copies of a state. A parameter that the state does not name counts as one
    /// without steps.
    ///
    /// - Throws: `TensorError` if names, shapes or values do not fit. The optimizer is then unchanged.
    func load(state: [String: Tensor]) throws(TensorError)
}

extension Optimizer {
    /// Removes the gradients of all parameters.
    public func clearGradients() throws(TensorError) {
        for group in groups {
            for (_, parameter) in group.parameters { try parameter.tensor.setGradient(nil) }
        }
    }

    /// Sets the learning rate of every group to `rate`, at least 0.
    public func setLearningRate(_ rate: Double) {
        for index in groups.indices { groups[index].learningRate = rate }
    }
}

/// A parameter's name, its tensor, and the gradient to change it by.
struct PendingUpdate {
    let name: String
    let tensor: Tensor
    let gradient: Tensor
}

extension ParameterGroup {
    /// Returns the parameters that have a gradient, grouped by type and device as LibTorch's fused updates require.
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

/// Traps if a learning rate or weight decay is negative, or if two parameters have the same name.
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

/// A kind of tensor that an optimizer keeps for each parameter.
struct StateKind {
    let name: String
    /// Returns the shape of the tensor for the shape of the parameter.
    let shape: ([Int]) -> [Int]
    let range: ClosedRange<Double>

    /// A range that includes all finite float32 numbers.
    static let anyRange = -4e38...4e38
}

/// Checks and copies a state whose tensors are named `kind.parameter`, with one tensor of each kind for every parameter
/// that it names.
///
/// - Parameter kinds: The kinds of tensor, with their shapes and ranges of valid values.
/// - Returns: For each parameter that the state names, copies on the parameter's device, in the order of `kinds`.
/// - Throws: `TensorError` if names, shapes or values do not fit.
func loadedState(
    _ state: [String: Tensor], kinds: [StateKind], of groups: [ParameterGroup], what: String
) throws(TensorError) -> [String: [Tensor]] {
    let named = groups.flatMap(\.parameters).filter { name, _ in kinds.contains { state["\($0.name).\(name)"] != nil } }
    let expected = named.flatMap { name, parameter in
        kinds.map { (name: "\($0.name).\(name)", shape: $0.shape(parameter.tensor.shape)) }
    }
    _ = try StateDifference(of: state, to: expected, strict: true, what: what)
    for (name, _) in named {
        for kind in kinds {
            let name = "\(kind.name).\(name)"
            if let problem = try valueProblem(of: state[name]!, range: kind.range) {
                throw TensorError("\(name) \(problem)")
            }
        }
    }
    var loaded: [String: [Tensor]] = [:]
    for (name, parameter) in named {
        let device = parameter.tensor.device
        loaded[name] = try kinds.map { (kind) throws(TensorError) in
            try state["\(kind.name).\(name)"]!.detached().to(device).cloned()
        }
    }
    return loaded
}
