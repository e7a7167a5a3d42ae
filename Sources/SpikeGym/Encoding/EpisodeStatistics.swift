/// What episodes tell of each feature: its range, and its largest change from one observation to the next.
public struct EpisodeStatistics: Sendable, Hashable {
    public let featureCount: Int
    /// Of each feature; infinity before the first observation.
    public private(set) var least: [Double]
    /// Of each feature; minus infinity before the first observation.
    public private(set) var largest: [Double]
    /// Of each feature, |x[t] − x[t−1]| within an episode, in the feature's unit; 0 before the second observation.
    public private(set) var largestSteps: [Double]
    public private(set) var observationCount = 0
    public private(set) var episodeCount = 0

    public init(featureCount: Int) {
        precondition(featureCount > 0, "EpisodeStatistics: featureCount must be > 0, got \(featureCount)")
        self.featureCount = featureCount
        least = Array(repeating: .infinity, count: featureCount)
        largest = Array(repeating: -.infinity, count: featureCount)
        largestSteps = Array(repeating: 0, count: featureCount)
    }

    /// Takes in an observation, and the step from the one before; values that are not finite are left out.
    ///
    /// - Parameters:
    ///   - observation: `featureCount` values.
    ///   - previous: The observation before it in the same episode; nil for an episode's first.
    public mutating func add(_ observation: some Collection<Float>, after previous: (some Collection<Float>)?) {
        precondition(observation.count == featureCount, "EpisodeStatistics: \(observation.count) features")
        for (feature, value) in observation.enumerated() where value.isFinite {
            least[feature] = min(least[feature], Double(value))
            largest[feature] = max(largest[feature], Double(value))
        }
        observationCount += 1
        guard let previous else {
            episodeCount += 1
            return
        }
        for (feature, (value, before)) in zip(observation, previous).enumerated() {
            let step = abs(Double(value) - Double(before))
            if step.isFinite { largestSteps[feature] = max(largestSteps[feature], step) }
        }
    }

    /// Takes in what an environment shows while it is acted on at random.
    ///
    /// - Parameters:
    ///   - environment: Is reset first; it is left in the middle of episodes.
    ///   - episodes: How many are to begin, at least; fewer where `steps` come first.
    ///   - steps: Of single environments, at most.
    ///   - seed: Of the environment and of the actions.
    ///   - shouldStop: Asked before each step; true ends the episodes early.
    /// - Throws: `EnvironmentError` as the environment does.
    public init(
        ofRandomEpisodes episodes: Int, in environment: any VectorEnvironment, steps: Int = 200_000, seed: UInt64,
        shouldStop: () -> Bool = { false }
    ) throws(EnvironmentError) {
        let features = environment.observationSpace.count
        self.init(featureCount: features)
        let actions = RandomActions(space: environment.actionSpace, seed: seed)
        var current = try environment.reset(seed: seed)
        func row(_ values: [Float], _ index: Int) -> ArraySlice<Float> {
            values[index * features..<(index + 1) * features]
        }
        for index in 0..<environment.count { add(row(current, index), after: ArraySlice<Float>?.none) }
        var taken = 0
        while episodeCount < episodes && taken < steps && !shouldStop() {
            let result = try environment.step(actions.draw(count: environment.count, at: taken))
            for index in 0..<environment.count {
                add(row(result.reached, index), after: row(current, index))
                if result.isEnd(index) { add(row(result.observations, index), after: ArraySlice<Float>?.none) }
            }
            current = result.observations
            taken += environment.count
        }
    }
}
