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
        guard let start = samples.baseAddress, samples.count > 0 else { return nil }
        var least = SIMD16<Float>(repeating: samples[0])
        var largest = least
        var flaw = SIMD16<Float>.zero
        let whole = samples.count & ~15
        let raw = UnsafeRawPointer(start)
        for index in stride(from: 0, to: whole, by: 16) {
            let x = raw.loadUnaligned(fromByteOffset: index &* 4, as: SIMD16<Float>.self)
            least.replace(with: x, where: x .< least)
            largest.replace(with: x, where: x .> largest)
            flaw += x - x
        }
        for index in whole..<samples.count {
            let x = samples[index]
            least[0] = Swift.min(least[0], x)
            largest[0] = Swift.max(largest[0], x)
            flaw[0] += x - x
        }
        if flaw != .zero { return nil }
        self.minimum = least.min()
        self.maximum = largest.max()
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

/// Whether every sample is finite.
func isFinite(_ samples: UnsafeBufferPointer<Float>) -> Bool {
    guard let start = samples.baseAddress else { return true }
    let raw = UnsafeRawPointer(start)
    let whole = samples.count & ~15
    var flaw = SIMD16<Float>.zero
    for index in stride(from: 0, to: whole, by: 16) {
        let x = raw.loadUnaligned(fromByteOffset: index &* 4, as: SIMD16<Float>.self)
        flaw += x - x
    }
    for index in whole..<samples.count { flaw[0] += samples[index] - samples[index] }
    return flaw == .zero
}
