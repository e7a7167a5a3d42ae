import TorchTensors

/// What the copies of an environment went through between two updates, and what it was worth.
struct Rollout {
    /// [T, N, units] with N = horizon · B.
    let spikes: Tensor
    /// [N, width], as the distribution gave them.
    let actions: Tensor
    /// ln of their probability when they were drawn, [N].
    let logProbabilities: Tensor
    /// How much better they turned out than the critic had expected, [N].
    let advantages: Tensor
    /// What the critic should have expected, [N].
    let returns: Tensor

    var count: Int { actions.shape[0] }
}

/// Steps and what the critic said of them, B a step; turned into advantages.
struct AdvantageEstimator {
    /// γ
    let discount: Double
    /// λ
    let traceDecay: Double

    /// One step of B copies.
    struct Step {
        var rewards: [Double]
        /// V of the observations that were acted on.
        var values: [Double]
        /// V of what the step led to: 0 where an episode ended by itself.
        var nextValues: [Double]
        /// Whether an episode was over, in either way.
        var isEnd: [Bool]
    }

    /// Generalised advantage estimation, backwards through time:
    ///
    ///     δ[t] = r[t] + γ·V(next) − V(t);  A[t] = δ[t] + γλ·A[t+1] unless an episode ended at t;  return = A + V
    ///
    /// An episode that was only cut off goes on in V(next). Source: Schulman et al. 2016, arXiv 1506.02438.
    /// - Returns: Advantages and returns, step after step, B each.
    func estimate(_ steps: [Step]) -> (advantages: [Float], returns: [Float]) {
        guard let batch = steps.first?.rewards.count else { return ([], []) }
        var advantages = [Float](repeating: 0, count: steps.count * batch)
        var returns = advantages
        for row in 0..<batch {
            var advantage = 0.0
            for index in steps.indices.reversed() {
                let step = steps[index]
                let error = step.rewards[row] + discount * step.nextValues[row] - step.values[row]
                advantage = error + (step.isEnd[row] ? 0 : discount * traceDecay * advantage)
                advantages[index * batch + row] = Float(advantage)
                returns[index * batch + row] = Float(advantage + step.values[row])
            }
        }
        return (advantages, returns)
    }
}
