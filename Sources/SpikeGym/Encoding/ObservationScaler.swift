import SpikeEncoding

/// Scales each feature of an observation to 0…1 by its bounds:
///
///     p = (x − minimum)/(maximum − minimum), clipped to 0…1
///
/// The bounds are given, taken from an observation space, or fitted to episodes.
public struct ObservationScaler: Sendable, Hashable {
    /// The value of each feature that is scaled to 0.
    public let minimum: [Double]
    /// The value of each feature that is scaled to 1.
    public let maximum: [Double]
    /// The largest change of each feature between two observations, as a share of its range, above 0; `nil` if it was
    /// not measured.
    public let largestSteps: [Double]?

    /// Creates a scaler from given bounds.
    ///
    /// - Parameters:
    ///   - minimum: The value of each feature that is scaled to 0.
    ///   - maximum: The value of each feature that is scaled to 1.
    ///   - largestSteps: The largest change of each feature between two observations, as a share of its range; `nil` if
    ///     it is not known.
    /// - Throws: `CodecError.parameter` unless all lists have the same number of values, at least one, all finite, each
    ///   minimum is below its maximum, and every largest step is above 0.
    public init(minimum: [Double], maximum: [Double], largestSteps: [Double]? = nil) throws(CodecError) {
        func refuse(_ name: String, _ value: String, _ requirement: String) -> CodecError {
            .parameter(codec: "observation scaler", name: name, value: value, requirement: requirement)
        }
        guard !minimum.isEmpty else { throw refuse("minimum", "none", "one value per feature") }
        guard maximum.count == minimum.count else {
            throw refuse("maximum", counted(maximum.count, "value"), "one value for each of \(minimum.count) minima")
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
                    "largest steps", counted(largestSteps.count, "value"), "one for each of \(minimum.count) features")
            }
            if let feature = largestSteps.firstIndex(where: { !($0.isFinite && $0 > 0) }) {
                throw refuse("largest step", "\(largestSteps[feature])", "finite and > 0 for feature \(feature)")
            }
        }
        self.minimum = minimum
        self.maximum = maximum
        self.largestSteps = largestSteps
    }

    /// Creates a scaler from the bounds of an environment's observations.
    ///
    /// - Throws: `CodecError.parameter` if a feature has no finite bounds; fit the scaler to episodes in this case.
    public init(_ space: BoxSpace) throws(CodecError) {
        for feature in 0..<space.count where !(space.low[feature].isFinite && space.high[feature].isFinite) {
            throw .parameter(
                codec: "observation scaler", name: "range", value: "\(space.low[feature])…\(space.high[feature])",
                requirement: "bounded for feature \(feature); give bounds, or fit the scaler on episodes")
        }
        try self.init(minimum: space.low.map { Double($0) }, maximum: space.high.map { Double($0) })
    }

    /// Fits a scaler to episodes: bounds that are symmetric about 0, ±max(|least|, |largest|) of each feature, and the
    /// largest changes.
    ///
    /// A feature that was always 0 gets the bounds ±1; one that never changed gets 1 as its largest step.
    /// - Throws: `CodecError.parameter` if the episodes have no observation, or values beyond what double precision can
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

    /// Returns a scaler with the same bounds, and the largest changes of episodes.
    ///
    /// - Throws: `CodecError.parameter` if the episodes have fewer features than the scaler; further features are
    ///   ignored.
    public func withLargestSteps(of episodes: EpisodeStatistics) throws(CodecError) -> ObservationScaler {
        try ObservationScaler(
            minimum: minimum, maximum: maximum,
            largestSteps: Self.scaledSteps(episodes, widths: zip(minimum, maximum).map { $1 - $0 }))
    }

    private static func scaledSteps(_ episodes: EpisodeStatistics, widths: [Double]) -> [Double] {
        zip(episodes.largestSteps, widths).map { $0 > 0 ? $0 / $1 : 1 }
    }

    /// The number of features.
    public var featureCount: Int { minimum.count }

    /// The scale of the feature `index`.
    func scale(ofFeature index: Int, _ dialect: Dialect) -> ObservationScale {
        ObservationScale(minimum: minimum[index], maximum: maximum[index], dialect: dialect)
    }
}
