import SpikeEncoding

/// Each feature of an observation scaled to 0…1 by its bounds:
///
///     p = (x − minimum)/(maximum − minimum), clipped to 0…1
///
/// The bounds are known, an observation space's, or fitted on episodes.
public struct ObservationScaler: Sendable, Hashable {
    /// A feature's value that is scaled to 0; one a feature.
    public let minimum: [Double]
    /// A feature's value that is scaled to 1; one a feature.
    public let maximum: [Double]
    /// Each feature's largest change between two observations, of the scaled value, above 0; nil where no episodes
    /// told.
    public let largestSteps: [Double]?

    /// Known bounds.
    ///
    /// - Throws: `CodecError.parameter` unless there are as many minima as maxima, at least one, all finite, each
    ///   minimum below its maximum, and every largest step above 0.
    public init(minimum: [Double], maximum: [Double], largestSteps: [Double]? = nil) throws(CodecError) {
        func refuse(_ name: String, _ value: String, _ requirement: String) -> CodecError {
            .parameter(codec: "observation scaler", name: name, value: value, requirement: requirement)
        }
        guard !minimum.isEmpty else { throw refuse("minimum", "none", "one value a feature") }
        guard maximum.count == minimum.count else {
            throw refuse("maximum", "\(maximum.count) values", "one value for each of \(minimum.count) minima")
        }
        for (feature, (low, high)) in zip(minimum, maximum).enumerated() {
            guard low.isFinite && high.isFinite && (high - low).isFinite else {
                throw refuse("range", "\(low)…\(high)", "finite for feature \(feature)")
            }
            guard low < high else {
                throw refuse("maximum", "\(high)", "above minimum \(low) for feature \(feature)")
            }
        }
        if let largestSteps {
            guard largestSteps.count == minimum.count else {
                throw refuse(
                    "largest steps", "\(largestSteps.count) values", "one for each of \(minimum.count) features")
            }
            if let feature = largestSteps.firstIndex(where: { !($0.isFinite && $0 > 0) }) {
                throw refuse("largest step", "\(largestSteps[feature])", "finite and > 0 for feature \(feature)")
            }
        }
        self.minimum = minimum
        self.maximum = maximum
        self.largestSteps = largestSteps
    }

    /// The bounds of an environment's observations.
    ///
    /// - Throws: `CodecError.parameter` for a feature without bounds; fit the scaler on episodes then.
    public init(_ space: BoxSpace) throws(CodecError) {
        for feature in 0..<space.count where !(space.low[feature].isFinite && space.high[feature].isFinite) {
            throw .parameter(
                codec: "observation scaler", name: "range", value: "\(space.low[feature])…\(space.high[feature])",
                requirement: "bounded for feature \(feature); give bounds, or fit the scaler on episodes")
        }
        try self.init(minimum: space.low.map { Double($0) }, maximum: space.high.map { Double($0) })
    }

    /// Bounds that are symmetric about 0, ±max(|least|, |largest|) of each feature over all episodes, and the largest
    /// steps.
    ///
    /// A feature that was always 0 has the bounds ±1; one that never changed has 1 as its largest step.
    /// - Throws: `CodecError.parameter` if the episodes have no observation, or one beyond what double precision can
    ///   scale.
    public init(fittedTo episodes: EpisodeStatistics) throws(CodecError) {
        let bounds = zip(episodes.least, episodes.largest).map { low, high in
            let bound = max(abs(low), abs(high))
            return bound > 0 ? bound : 1
        }
        try self.init(
            minimum: bounds.map { -$0 }, maximum: bounds,
            largestSteps: Self.scaledSteps(episodes, widths: bounds.map { 2 * $0 }))
    }

    /// The same bounds with the largest steps that episodes showed.
    ///
    /// - Throws: `CodecError.parameter` if the episodes have another number of features.
    public func withLargestSteps(of episodes: EpisodeStatistics) throws(CodecError) -> ObservationScaler {
        try ObservationScaler(
            minimum: minimum, maximum: maximum,
            largestSteps: Self.scaledSteps(episodes, widths: zip(minimum, maximum).map { $1 - $0 }))
    }

    private static func scaledSteps(_ episodes: EpisodeStatistics, widths: [Double]) -> [Double] {
        zip(episodes.largestSteps, widths).map { $0 > 0 ? $0 / $1 : 1 }
    }

    public var featureCount: Int { minimum.count }

    /// Feature `index` as a scale.
    func scale(ofFeature index: Int, _ dialect: Dialect) -> ObservationScale {
        ObservationScale(minimum: minimum[index], maximum: maximum[index], dialect: dialect)
    }
}
