import TorchTensors

/// Adam with weight decay apart from the gradient.
///
/// p ← p − learningRate · weightDecay · p; m ← β₁ · m + (1 − β₁) · g; v ← β₂ · v + (1 − β₂) · g²;
/// p ← p − learningRate · m̂ / (√v̂ + epsilon), where m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) at the parameter's step t.
/// Source: Loshchilov and Hutter 2019, arXiv 1711.05101.
public final class AdamW: Optimizer {
    public var groups: [ParameterGroup] { didSet { checkGroups("AdamW", groups) } }
    public let betas: (Double, Double)
    public let epsilon: Double
    /// By the parameter's name.
    private var moments: [String: Moments] = [:]

    private struct Moments {
        let first: Tensor
        let second: Tensor
        /// A float32 number on the parameter's device: how many steps there were.
        let step: Tensor
    }

    /// - Parameters:
    ///   - betas: How much of the running means of g and g² a step keeps, each in 0 ..< 1.
    ///   - epsilon: > 0.
    public init(_ groups: [ParameterGroup], betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8) {
        checkGroups("AdamW", groups)
        precondition(
            0..<1 ~= betas.0 && 0..<1 ~= betas.1, "AdamW: betas must be in 0..<1, got \(betas.0) and \(betas.1)")
        precondition(epsilon > 0, "AdamW: epsilon must be > 0, got \(epsilon)")
        self.groups = groups
        self.betas = betas
        self.epsilon = epsilon
    }

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

    /// `first_moment.NAME`, `second_moment.NAME` and `step.NAME` for each parameter that has had a step.
    public func state() throws(TensorError) -> [String: Tensor] {
        var state: [String: Tensor] = [:]
        for (name, moments) in moments {
            state["first_moment.\(name)"] = moments.first
            state["second_moment.\(name)"] = moments.second
            state["step.\(name)"] = moments.step
        }
        return state
    }

    public func load(state: [String: Tensor]) throws(TensorError) {
        let kinds: [(name: String, shape: ([Int]) -> [Int])] = [
            ("first_moment", { $0 }), ("second_moment", { $0 }), ("step", { _ in [] }),
        ]
        moments = try loadedState(state, kinds: kinds, of: groups, what: "AdamW").mapValues {
            Moments(first: $0[0], second: $0[1], step: $0[2])
        }
    }
}
