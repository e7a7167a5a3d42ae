import TorchTensors

/// The optimizer Adam with weight decay that is decoupled from the gradient.
///
/// p ← p − learningRate · weightDecay · p; m ← β₁ · m + (1 − β₁) · g; v ← β₂ · v + (1 − β₂) · g²;
/// p ← p − learningRate · m̂ / (√v̂ + epsilon), where m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) at step t of p.
/// Source: Loshchilov and Hutter 2019, arXiv 1711.05101.
public final class AdamW: Optimizer {
    /// The groups of parameters. The parameters of each group must stay the same. Traps if a learning rate or weight
    /// decay is negative, or two parameters have the same name.
    public var groups: [ParameterGroup] { didSet { checkGroups("AdamW", groups) } }
    /// The factors β₁ and β₂ by which a step keeps the running means of g and g².
    public let betas: (Double, Double)
    /// The number added to √v̂.
    public let epsilon: Double
    /// The running means by the name of the parameter.
    private var moments: [String: Moments] = [:]

    private struct Moments {
        let first: Tensor
        let second: Tensor
        /// The number of steps so far: a float32 tensor of one element on the parameter's device.
        let step: Tensor
    }

    /// Creates an optimizer.
    ///
    /// - Parameters:
    ///   - groups: The groups of parameters.
    ///   - betas: The factors by which a step keeps the running means of g and g², each in 0 ..< 1.
    ///   - epsilon: The number added to √v̂, above 0.
    ///
    /// Traps if an argument is out of range, a learning rate or weight decay is negative, or two parameters have the
    /// same name.
    public init(_ groups: [ParameterGroup], betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8) {
        checkGroups("AdamW", groups)
        precondition(
            0..<1 ~= betas.0 && 0..<1 ~= betas.1, "AdamW: betas must be in 0..<1, got \(betas.0) and \(betas.1)")
        precondition(epsilon > 0, "AdamW: epsilon must be > 0, got \(epsilon)")
        self.groups = groups
        self.betas = betas
        self.epsilon = epsilon
    }

    /// Changes every parameter that has a gradient.
    ///
    /// - Throws: `TensorError` if LibTorch cannot update the parameters.
    public func step() throws(TensorError) {
        for group in groups {
            for updates in group.pendingUpdates() {
                let moments = try updates.map { (update) throws(TensorError) in try self.moments(of: update) }
                try FusedUpdate.adamW(
                    updates.map(\.tensor), gradients: updates.map(\.gradient), firstMoments: moments.map(\.first),
                    secondMoments: moments.map(\.second), steps: moments.map(\.step),
                    learningRate: group.learningRate, betas: betas, epsilon: epsilon, weightDecay: group.weightDecay)
            }
        }
    }

    private func moments(of update: PendingUpdate) throws(TensorError) -> Moments {
        if let known = moments[update.name] { return known }
        let new = Moments(
            first: try Tensor.zeros(like: update.tensor), second: try Tensor.zeros(like: update.tensor),
            step: try Tensor.zeros([], dtype: .float32, device: update.tensor.device))
        moments[update.name] = new
        return new
    }

    /// Returns the tensors `first_moment.NAME`, `second_moment.NAME` and `step.NAME` for each parameter that has had a
    /// step. They share the memory of the optimizer.
    public func state() throws(TensorError) -> [String: Tensor] {
        var state: [String: Tensor] = [:]
        for (name, moments) in moments {
            state["first_moment.\(name)"] = moments.first
            state["second_moment.\(name)"] = moments.second
            state["step.\(name)"] = moments.step
        }
        return state
    }

    /// Replaces the running means and step counts by copies of a state. A parameter that the state does not name counts
    /// as one without steps.
    ///
    /// - Throws: `TensorError` if names, shapes or values do not fit. The optimizer is then unchanged.
    public func load(state: [String: Tensor]) throws(TensorError) {
        let kinds = [
            StateKind(name: "first_moment", shape: { $0 }, range: StateKind.anyRange),
            StateKind(name: "second_moment", shape: { $0 }, range: 0...4e38),
            StateKind(name: "step", shape: { _ in [] }, range: 0...1e18),
        ]
        moments = try loadedState(state, kinds: kinds, of: groups, what: "AdamW").mapValues {
            Moments(first: $0[0], second: $0[1], step: $0[2])
        }
    }
}
