/// The least and the largest value of a channel.
public struct ValueRange: Sendable, Hashable, Codable {
    public let minimum: Float
    public let maximum: Float

    /// Traps unless both are finite and in order.
    public init(minimum: Float, maximum: Float) {
        precondition(
            minimum.isFinite && maximum.isFinite && minimum <= maximum,
            "ValueRange: minimum must be <= maximum, both finite, got \(minimum) and \(maximum)")
        self.minimum = minimum
        self.maximum = maximum
    }

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

/// `scale · (x − minimum)`: a channel's range to 0…1; a constant channel, or one too narrow for Float32, to 0.
struct UnitScale: Sendable {
    let minimum: Float
    let width: Float
    let scale: Float

    init(_ range: ValueRange) {
        let inverse = 1 / range.width
        minimum = range.minimum
        width = inverse.isFinite ? range.width : 0
        scale = inverse.isFinite ? inverse : 0
    }

    func callAsFunction(_ x: Float) -> Float { scale * (x - minimum) }

    func inverse(_ y: Float) -> Float { minimum + y * width }
}

/// A channel's range to −1…1; a constant channel to 0.
struct SignedUnitScale: Sendable {
    let unit: UnitScale
    /// 0 for a constant channel, whose every sample is the middle.
    let one: Float

    init(_ range: ValueRange) {
        unit = UnitScale(range)
        one = unit.scale == 0 ? 0 : 1
    }

    func callAsFunction(_ x: Float) -> Float { 2 * unit(x) - one }

    func inverse(_ y: Float) -> Float { unit.inverse((y + 1) * 0.5) }
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
