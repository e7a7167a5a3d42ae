/// Looks for NaN and infinity in what the copies of an environment give, and counts the steps of their episodes to say
/// where it was.
public struct FiniteCheck: Sendable {
    private let name: String
    private let featureNames: [String]
    /// Of the episode under way in each copy.
    private var steps: [Int]

    /// - Parameters:
    ///   - name: The environment's.
    ///   - count: B
    ///   - featureNames: One for each feature, or empty.
    public init(_ name: String, count: Int, featureNames: [String]) {
        self.name = name
        self.featureNames = featureNames
        steps = Array(repeating: 0, count: count)
    }

    public init(_ environment: any VectorEnvironment) {
        self.init(environment.name, count: environment.count, featureNames: environment.featureNames)
    }

    /// Takes in the first observations of episodes, [B, features].
    ///
    /// - Throws: `EnvironmentError.notFinite`.
    public mutating func begin(_ observations: [Float]) throws(EnvironmentError) {
        for copy in steps.indices { steps[copy] = 0 }
        try check(observations)
    }

    /// Takes in a step. The last observation of an episode that came to its own end may be anything: nothing follows
    /// from it, and environments that end where their physics fails leave NaN there.
    ///
    /// - Throws: `EnvironmentError.notFinite` for an observation that is NaN or infinite, or a reward that is not within
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
        // Nearly always there is nothing to say.
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
