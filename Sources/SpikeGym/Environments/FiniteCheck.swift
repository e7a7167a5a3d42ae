/// Checks the observations and rewards of environments for NaN and infinity, and counts the steps of episodes so that
/// errors can say where a value occurred.
public struct FiniteCheck: Sendable {
    private let name: String
    private let featureNames: [String]
    /// The number of steps of the current episode in each environment.
    private var steps: [Int]

    /// Creates a check for environments that are about to be reset.
    ///
    /// - Parameters:
    ///   - name: The environment's name.
    ///   - count: The number B of environments.
    ///   - featureNames: The names of the features, one per feature, or empty.
    public init(_ name: String, count: Int, featureNames: [String]) {
        self.name = name
        self.featureNames = featureNames
        steps = Array(repeating: 0, count: count)
    }

    /// Creates a check for environments that are about to be reset.
    ///
    /// - Parameter environment: The environments to check.
    public init(_ environment: any VectorEnvironment) {
        self.init(environment.name, count: environment.count, featureNames: environment.featureNames)
    }

    /// Checks the first observations of episodes, and begins to count steps.
    ///
    /// - Parameter observations: The observations, [B, features].
    /// - Throws: `EnvironmentError.notFinite`.
    public mutating func begin(_ observations: [Float]) throws(EnvironmentError) {
        for copy in steps.indices { steps[copy] = 0 }
        try check(observations)
    }

    /// Checks the results of a step.
    ///
    /// The last observation of an episode that terminated is not checked: nothing is computed from it, and environments
    /// that end when their physics fails leave NaN there.
    /// - Throws: `EnvironmentError.notFinite` if another observation is NaN or infinite, or a reward is NaN or exceeds
    ///   single precision.
    public mutating func advance(_ step: EnvironmentStep) throws(EnvironmentError) {
        for copy in steps.indices {
            steps[copy] += 1
            guard Float(step.rewards[copy]).isFinite else {
                throw .notFinite(
                    environment: name, place: "the reward of \(place(copy))", value: step.rewards[copy])
            }
        }
        for copy in steps.indices where step.truncated[copy] && !step.terminated[copy] {
            try check(step.reached, copy)
        }
        for copy in steps.indices where step.isEnd(copy) { steps[copy] = 0 }
        try check(step.observations)
    }

    private func check(_ observations: [Float]) throws(EnvironmentError) {
        // Most of the time, all values are finite.
        if observations.allSatisfy(\.isFinite) { return }
        for copy in steps.indices { try check(observations, copy) }
    }

    private func check(_ observations: [Float], _ copy: Int) throws(EnvironmentError) {
        let features = observations.count / steps.count
        let row = observations[copy * features..<(copy + 1) * features]
        guard let flaw = row.firstIndex(where: { !$0.isFinite }) else { return }
        let feature = flaw - row.startIndex
        let name = featureNames.isEmpty ? "" : " (\(featureNames[feature]))"
        throw .notFinite(
            environment: self.name, place: "element \(feature)\(name) of the observation of \(place(copy))",
            value: Double(observations[flaw]))
    }

    private func place(_ copy: Int) -> String { "copy \(copy) after step \(steps[copy]) of its episode" }
}
