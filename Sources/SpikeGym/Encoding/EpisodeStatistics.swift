/// Statistics of each feature over episodes: its range, and its largest change from one observation to the next.
public struct EpisodeStatistics: Sendable, Hashable {
    /// The number of features of an observation.
    public let featureCount: Int
    /// The smallest value of each feature; infinity before the first observation.
    public private(set) var least: [Double]
    /// The largest value of each feature; minus infinity before the first observation.
    public private(set) var largest: [Double]
    /// The largest change |x[t] − x[t−1]| of each feature within an episode, in the feature's unit; 0 before the second
    /// observation.
    public private(set) var largestSteps: [Double]
    /// The number of observations added.
    public private(set) var observationCount = 0
    /// The number of episodes that began.
    public private(set) var episodeCount = 0

    /// Creates statistics without observations. Traps unless `featureCount` is above 0.
    public init(featureCount: Int) {
        precondition(featureCount > 0, "EpisodeStatistics: featureCount must be > 0, got \(featureCount)")
        self.featureCount = featureCount
        least = Array(repeating: .infinity, count: featureCount)
        largest = Array(repeating: -.infinity, count: featureCount)
        largestSteps = Array(repeating: 0, count: featureCount)
    }

    /// Adds an observation, and its change from the one before. Values that are not finite are left out.
    ///
    /// - Parameters:
    ///   - observation: The values of the observation, `featureCount` of them; another number traps.
    ///   - previous: The observation before it in the same episode; `nil` for an episode's first.
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

    /// Collects statistics from an environment with random actions.
    ///
    /// - Parameters:
    ///   - episodes: The number of episodes to begin, at least, unless `steps` is reached first.
    ///   - environment: The environment to act in. It is reset first, and left in the middle of episodes.
    ///   - steps: The number of steps, summed over all environments, after which no further step is taken.
    ///   - seed: The seed of the environment and of the actions.
    ///   - shouldStop: Called before each step. Return true to end early.
    /// - Throws: The environment's `EnvironmentError`.
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
