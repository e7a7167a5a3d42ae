/// The values of a parameter that a search looks through.
public struct ParameterSearch: Sendable {
    /// The way in which the search spreads its trials over the range.
    public enum Scale: String, Sendable, Codable {
        /// Evenly over the range.
        case linear
        /// Evenly over the logarithms of the range.
        case logarithmic
        /// Evenly over the range, rounded to whole numbers.
        case integer
    }

    /// How the search spreads its trials over the range.
    public let scale: Scale

    /// The range in words, such as "0.005 to 2".
    public let rangeText: String

    private let makeRange: @Sendable (Signal, ValueRange) throws(CodecError) -> ClosedRange<Double>

    /// A range that follows from the recording.
    ///
    /// - Parameters:
    ///   - scale: How the search spreads its trials over the range.
    ///   - rangeText: The range in words.
    ///   - range: The range for a recording of one channel whose values span the given range.
    public init(
        _ scale: Scale, _ rangeText: String,
        range: @escaping @Sendable (Signal, ValueRange) throws(CodecError) -> ClosedRange<Double>
    ) {
        self.scale = scale
        self.rangeText = rangeText
        makeRange = range
    }

    /// A range that is the same for every recording.
    ///
    /// - Parameters:
    ///   - scale: The way in which the search spreads its trials over the range.
    ///   - range: The range.
    public init(_ scale: Scale, _ range: ClosedRange<Double>) {
        let (lower, upper) = (ParameterBounds.text(range.lowerBound), ParameterBounds.text(range.upperBound))
        self.init(scale, "\(lower) to \(upper)") { _, _ in range }
    }

    /// The range to search for a channel.
    ///
    /// - Parameters:
    ///   - channel: A recording of this channel alone.
    ///   - values: The least and the largest sample of the channel.
    /// - Throws: `CodecError` for a recording that cannot be measured.
    public func range(
        for channel: Signal, values: ValueRange
    ) throws(CodecError) -> ClosedRange<Double> { try makeRange(channel, values) }

    /// The range and the scale in words.
    public var text: String { scale == .logarithmic ? "\(rangeText), logarithmic" : rangeText }
}
