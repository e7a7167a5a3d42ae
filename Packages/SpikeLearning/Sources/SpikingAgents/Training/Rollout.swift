import TorchTensors

/// The steps of all environments between two updates, with their advantages and returns.
struct Rollout {
    /// The encoded observations, [T, N, units], where N is the number of steps in all environments, horizon · B.
    let spikes: Tensor
    /// The actions, [N, width], in the form in which they were drawn.
    let actions: Tensor
    /// The natural logarithm of each action's probability when it was drawn, [N].
    let logProbabilities: Tensor
    /// The advantage of each action: how much better it turned out than the critic had expected, [N].
    let advantages: Tensor
    /// The returns that the critic learns to predict, [N].
    let returns: Tensor

    var count: Int { actions.shape[0] }
}

/// Computes the advantages of steps from their rewards and the critic's values.
struct AdvantageEstimator {
    /// The discount γ.
    let discount: Double
    /// The factor λ of generalised advantage estimation.
    let traceDecay: Double

    /// One step in each of B environments.
    struct Step {
        var rewards: [Double]
        /// The critic's values of the observations that were acted on, [B].
        var values: [Double]
        /// The critic's values of the observations that the step led to, [B]; 0 where the episode terminated.
        var nextValues: [Double]
        /// Whether the episode ended, terminated or cut off, [B].
        var isEnd: [Bool]
    }

    /// Computes advantages by generalised advantage estimation, backwards through time:
    ///
    ///     δ[t] = r[t] + γ·V(next) − V(t);  A[t] = δ[t] + γλ·A[t+1] unless an episode ended at t;  return = A + V
    ///
    /// For an episode that was cut off, V(next) stands for the rewards that would have followed. Source: Schulman et
    /// al. 2016, arXiv 1506.02438.
    ///
    /// - Returns: Advantages and returns, [steps, B] each, row after row.
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
