/// Spikes of several units over time: `units × steps`, each +1 (up, on), −1 (down, off) or 0.
///
/// ```swift
/// let train = SpikeTrain(signs: [0, 1, 0, -1, 0, 0, 0, 1], unitCount: 2)
/// print(train.stepCount, train.spikeCount, train[0, 3], Array(train.unit(1)))  // → 4 3 -1 [0, 0, 0, 1]
/// ```
///
/// A graded code keeps the size of its spikes beside their signs.
public struct SpikeTrain: Sendable, Hashable, Codable {
    /// The number of units.
    public let unitCount: Int

    /// The number of steps of each unit.
    public let stepCount: Int

    /// `unitCount * stepCount` signs, unit after unit.
    public let signs: [Int8]

    /// The sizes of graded spikes, laid out as `signs`; `nil` if every spike counts one.
    public let amplitudes: [Float]?

    /// Spikes that count one each.
    ///
    /// - Parameters:
    ///   - signs: The signs, `units × steps`, unit after unit. The initializer traps unless they divide into the units,
    ///     and unless each is −1, 0 or 1.
    ///   - unitCount: The number of units.
    public init(signs: [Int8], unitCount: Int) {
        self.init(unchecked: signs, amplitudes: nil, unitCount: unitCount)
        precondition(signs.allSatisfy { -1...1 ~= $0 }, "SpikeTrain: signs must be -1, 0 or 1")
    }

    /// Graded spikes, whose signs follow from their sizes. An amplitude of 0 is no spike.
    ///
    /// - Parameters:
    ///   - amplitudes: The amplitudes, `units × steps`, unit after unit. The initializer traps unless they divide into
    ///     the units.
    ///   - unitCount: The number of units.
    public init(amplitudes: [Float], unitCount: Int) {
        let signs = amplitudes.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 as Int8 }
        self.init(unchecked: signs, amplitudes: amplitudes, unitCount: unitCount)
    }

    init(unchecked signs: [Int8], amplitudes: [Float]?, unitCount: Int) {
        precondition(unitCount >= 0, "SpikeTrain: unitCount must be >= 0, got \(unitCount)")
        let stepCount = unitCount == 0 ? 0 : signs.count / unitCount
        precondition(
            signs.count == unitCount * stepCount,
            "SpikeTrain: \(signs.count) signs do not divide into \(unitCount) units")
        self.signs = signs
        self.amplitudes = amplitudes
        self.unitCount = unitCount
        self.stepCount = stepCount
    }

    /// The sign in one step of one unit: +1, −1, or 0 for no spike; traps for a step that does not exist.
    ///
    /// - Parameters:
    ///   - unit: The index of the unit, counted from 0.
    ///   - step: The index of the step, counted from 0.
    public subscript(unit: Int, step: Int) -> Int8 {
        precondition(step >= 0 && step < stepCount, "SpikeTrain: step \(step) outside 0..<\(stepCount)")
        return signs[unit * stepCount + step]
    }

    /// The signs of one unit, one per step; traps for a unit that does not exist.
    ///
    /// - Parameter index: The index of the unit, counted from 0.
    public func unit(_ index: Int) -> ArraySlice<Int8> {
        signs[index * stepCount..<(index + 1) * stepCount]
    }

    /// The number of spikes, up or down.
    public var spikeCount: Int { spikeCount(ofUnits: 0..<unitCount) }

    /// The number of spikes, up or down, of some units.
    ///
    /// - Parameter units: The indices of the units, counted from 0.
    public func spikeCount(ofUnits units: Range<Int>) -> Int {
        signs[units.lowerBound * stepCount..<units.upperBound * stepCount].reduce(0) { $0 &+ ($1 == 0 ? 0 : 1) }
    }

    /// The share of steps without a spike, 0…1; 1 for an empty train.
    public var sparsity: Double { signs.isEmpty ? 1 : 1 - Double(spikeCount) / Double(signs.count) }

    /// Joins trains of the same units one after the other in time.
    ///
    /// - Parameter parts: The trains, in order. Traps unless they have the same number of units, and all or none are
    ///   graded.
    public static func joined(_ parts: [SpikeTrain]) -> SpikeTrain {
        guard let first = parts.first else { return SpikeTrain(unchecked: [], amplitudes: nil, unitCount: 0) }
        precondition(
            parts.allSatisfy { $0.unitCount == first.unitCount && ($0.amplitudes == nil) == (first.amplitudes == nil) },
            "SpikeTrain.joined: the parts differ in units or kind")
        func join<Value>(_ values: (SpikeTrain) -> [Value]) -> [Value] {
            let rows = parts.map { (part: $0, values: values($0)) }
            return (0..<first.unitCount).flatMap { unit in
                rows.flatMap { $0.values[unit * $0.part.stepCount..<(unit + 1) * $0.part.stepCount] }
            }
        }
        return SpikeTrain(
            unchecked: join(\.signs), amplitudes: first.amplitudes == nil ? nil : join { $0.amplitudes ?? [] },
            unitCount: first.unitCount)
    }

    enum CodingKeys: CodingKey { case unitCount, signs, amplitudes }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(unitCount, forKey: .unitCount)
        if let amplitudes {
            try values.encode(amplitudes, forKey: .amplitudes)
        } else {
            try values.encode(signs, forKey: .signs)
        }
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let unitCount = try values.decode(Int.self, forKey: .unitCount)
        func check(_ count: Int, _ key: CodingKeys) throws {
            guard unitCount >= 0, unitCount == 0 ? count == 0 : count % unitCount == 0 else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: values,
                    debugDescription:
                        "the number of values, \(count), is no multiple of the number of units, \(unitCount)")
            }
        }
        if let amplitudes = try values.decodeIfPresent([Float].self, forKey: .amplitudes) {
            try check(amplitudes.count, .amplitudes)
            self.init(amplitudes: amplitudes, unitCount: unitCount)
        } else {
            let signs = try values.decode([Int8].self, forKey: .signs)
            try check(signs.count, .signs)
            guard signs.allSatisfy({ -1...1 ~= $0 }) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .signs, in: values, debugDescription: "a sign is not -1, 0 or 1")
            }
            self.init(unchecked: signs, amplitudes: nil, unitCount: unitCount)
        }
    }
}
