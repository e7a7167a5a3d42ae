import TorchTensors

/// Stochastic gradient descent, with momentum if asked for.
///
/// g ← gradient + weightDecay · p; v ← momentum · v + (1 − dampening) · g, where the first g is v itself;
/// p ← p − learningRate · v, or with Nesterov's momentum p ← p − learningRate · (g + momentum · v).
/// Source: Sutskever et al. 2013, in PyTorch's form.
public final class SGD: Optimizer {
    public var groups: [ParameterGroup] { didSet { checkGroups("SGD", groups) } }
    public let momentum: Double
    public let dampening: Double
    public let isNesterov: Bool
    /// v of each parameter, by name.
    private var velocities: [String: Tensor] = [:]

    /// - Parameters:
    ///   - momentum: In 0 ..< 1; 0 is plain descent, which keeps no state.
    ///   - dampening: In 0 ... 1.
    ///   - isNesterov: Needs momentum, and no dampening.
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

    /// `velocity.NAME` for each parameter that has had a step with momentum.
    public func state() throws(TensorError) -> [String: Tensor] {
        Dictionary(uniqueKeysWithValues: velocities.map { ("velocity.\($0)", $1) })
    }

    public func load(state: [String: Tensor]) throws(TensorError) {
        let kinds = momentum == 0 ? [] : [(name: "velocity", shape: { $0 } as ([Int]) -> [Int])]
        velocities = try loadedState(state, kinds: kinds, of: groups, what: "SGD").mapValues { $0[0] }
    }
}
