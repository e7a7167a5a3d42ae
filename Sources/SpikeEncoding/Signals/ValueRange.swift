import SpikeKernels

/// The least and the largest value of a channel.
///
/// ```swift
/// let ranges = try Signal(channels: [[0.5, 2, -1]]).ranges()
/// print(ranges[0].minimum, ranges[0].maximum, ranges[0].width)  // → -1.0 2.0 3.0
/// ```
public struct ValueRange: Sendable, Hashable, Codable {
    /// The least value.
    public let minimum: Float

    /// The largest value.
    public let maximum: Float

    /// A range from its ends.
    ///
    /// - Parameters:
    ///   - minimum: The least value, in the recording's unit.
    ///   - maximum: The largest value. The initializer traps unless both are finite and `minimum <= maximum`.
    public init(minimum: Float, maximum: Float) {
        precondition(
            minimum.isFinite && maximum.isFinite && minimum <= maximum,
            "ValueRange: minimum must be <= maximum, both finite, got \(minimum) and \(maximum)")
        self.minimum = minimum
        self.maximum = maximum
    }

    /// The difference between the largest and the least value.
    public var width: Float { maximum - minimum }

    /// Nil if a sample is NaN or infinite, or if there are none.
    init?(scanning samples: UnsafeBufferPointer<Float>) {
        guard let extent = extent(of: samples) else { return nil }
        minimum = extent.least
        maximum = extent.largest
    }

    enum CodingKeys: CodingKey { case minimum, maximum }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let minimum = try values.decode(Float.self, forKey: .minimum)
        let maximum = try values.decode(Float.self, forKey: .maximum)
        guard minimum.isFinite && maximum.isFinite && minimum <= maximum else {
            throw DecodingError.dataCorruptedError(
                forKey: .minimum, in: values, debugDescription: "range \(minimum)…\(maximum) is not one")
        }
        self.minimum = minimum
        self.maximum = maximum
    }
}

extension UnitScale {
    init(_ range: ValueRange) { self.init(minimum: range.minimum, maximum: range.maximum) }
}

extension SignedUnitScale {
    init(_ range: ValueRange) { self.init(UnitScale(range)) }
}
