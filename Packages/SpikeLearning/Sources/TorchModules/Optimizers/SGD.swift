import TorchTensors

/// Stochastic gradient descent with optional momentum.
///
/// g ← gradient + weightDecay · p; v ← momentum · v + (1 − dampening) · g, except that the first v is g;
/// p ← p − learningRate · v, or with Nesterov's momentum p ← p − learningRate · (g + momentum · v).
/// Source: Sutskever et al. 2013, in PyTorch's form.
public final class SGD: Optimizer {
    /// The groups of parameters. The parameters of each group must stay the same. Traps if a learning rate or weight
    /// decay is negative, or two parameters have the same name.
    public var groups: [ParameterGroup] { didSet { checkGroups("SGD", groups) } }
    /// The factor by which a step keeps the velocity v, in 0 ..< 1.
    public let momentum: Double
    /// The part of g that does not enter the velocity v, in 0 ... 1.
    public let dampening: Double
    /// Whether to use Nesterov's momentum.
    public let isNesterov: Bool
    /// The velocity v of each parameter, by name.
    private var velocities: [String: Tensor] = [:]

    /// Creates an optimizer.
    ///
    /// - Parameters:
    ///   - groups: The groups of parameters.
    ///   - momentum: The factor by which a step keeps the velocity v, in 0 ..< 1. With 0, the optimizer has no state.
    ///   - dampening: The part of g that does not enter v, in 0 ... 1. It must be 0 if `momentum` is 0.
    ///   - isNesterov: Whether to use Nesterov's momentum, which requires a `momentum` above 0 and a `dampening` of 0.
    ///
    /// Traps if an argument is out of range, a learning rate or weight decay is negative, or two parameters have the
    /// same name.
    public init(_ groups: [ParameterGroup], momentum: Double = 0, dampening: Double = 0, isNesterov: Bool = false) {
        checkGroups("SGD", groups)
        precondition(0..<1 ~= momentum, "SGD: momentum must be in 0..<1, got \(momentum)")
        precondition(0...1 ~= dampening, "SGD: dampening must be in 0...1, got \(dampening)")
        precondition(
            dampening == 0 || momentum > 0, "SGD: dampening acts on momentum, which is 0; got \(dampening)")
        precondition(
            !isNesterov || momentum > 0 && dampening == 0,
            "SGD: isNesterov needs momentum > 0 and dampening 0, got \(momentum) and \(dampening)")
        self.groups = groups
        self.momentum = momentum
        self.dampening = dampening
        self.isNesterov = isNesterov
    }

    /// Changes every parameter that has a gradient.
    ///
    /// - Throws: `TensorError` if LibTorch cannot update the parameters.
    public func step() throws(TensorError) {
        for group in groups {
            for updates in group.pendingUpdates() {
                guard momentum > 0 else {
                    try apply(group, updates, velocities: [], isFirst: false)
                    continue
                }
                let later = updates.filter { velocities[$0.name] != nil }
                try apply(group, later, velocities: later.map { velocities[$0.name]! }, isFirst: false)
                let first = updates.filter { velocities[$0.name] == nil }
                let fresh = try first.map { (update) throws(TensorError) in try Tensor.zeros(like: update.tensor) }
                try apply(group, first, velocities: fresh, isFirst: true)
                for (update, velocity) in zip(first, fresh) { velocities[update.name] = velocity }
            }
        }
    }

    private func apply(
        _ group: ParameterGroup, _ updates: [PendingUpdate], velocities: [Tensor], isFirst: Bool
    ) throws(TensorError) {
        guard !updates.isEmpty else { return }
        try FusedUpdate.sgd(
            updates.map(\.tensor), gradients: updates.map(\.gradient), momentumBuffers: velocities,
            learningRate: group.learningRate, momentum: momentum, dampening: dampening,
            weightDecay: group.weightDecay, isNesterov: isNesterov, isFirst: isFirst)
    }

    /// Returns the tensor `velocity.NAME` for each parameter that has had a step with momentum. The tensors share the
    /// memory of the optimizer.
    public func state() throws(TensorError) -> [String: Tensor] {
        Dictionary(uniqueKeysWithValues: velocities.map { ("velocity.\($0)", $1) })
    }

    /// Replaces the velocities by copies of a state. A parameter that the state does not name counts as one without
    /// steps.
    ///
    /// - Throws: `TensorError` if names, shapes or values do not fit. The optimizer is then unchanged.
    public func load(state: [String: Tensor]) throws(TensorError) {
        let kinds = momentum == 0 ? [] : [StateKind(name: "velocity", shape: { $0 }, range: StateKind.anyRange)]
        velocities = try loadedState(state, kinds: kinds, of: groups, what: "SGD").mapValues { $0[0] }
    }
}
