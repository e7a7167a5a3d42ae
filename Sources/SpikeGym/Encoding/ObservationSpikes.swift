import SpikeEncoding

/// Spikes of a batch of observations: `[T, B, units]`, each 0 or 1.
public struct ObservationSpikes: Sendable, Hashable {
    /// T
    public let steps: Int
    /// B
    public let batch: Int
    public let units: Int
    /// `steps * batch * units` values, the units innermost.
    public let values: [Int8]

    /// Traps unless `values` has as many as the dimensions say.
    public init(values: [Int8], steps: Int, batch: Int, units: Int) {
        precondition(
            values.count == steps * batch * units,
            "ObservationSpikes: \(values.count) values do not fill [\(steps), \(batch), \(units)]")
        self.values = values
        self.steps = steps
        self.batch = batch
        self.units = units
    }

    public subscript(step: Int, row: Int, unit: Int) -> Int8 { values[(step * batch + row) * units + unit] }

    public var spikeCount: Int { values.reduce(0) { $0 + Int($1) } }

    /// The spikes of one of the batch, `units × T`.
    public func train(ofRow row: Int) -> SpikeTrain {
        precondition(row >= 0 && row < batch, "ObservationSpikes: row \(row) outside 0..<\(batch)")
        var signs: [Int8] = []
        signs.reserveCapacity(units * steps)
        for unit in 0..<units {
            for step in 0..<steps { signs.append(self[step, row, unit]) }
        }
        return SpikeTrain(signs: signs, unitCount: units)
    }

    /// The spikes of several batches of the same size one after the other: `[ΣT, B, units]`.
    public static func joined(_ parts: [ObservationSpikes]) -> ObservationSpikes {
        guard let first = parts.first else { preconditionFailure("ObservationSpikes.joined: needs a part") }
        precondition(
            parts.allSatisfy { $0.batch == first.batch && $0.units == first.units },
            "ObservationSpikes.joined: the parts differ in batch or units")
        return ObservationSpikes(
            values: parts.flatMap(\.values), steps: parts.reduce(0) { $0 + $1.steps }, batch: first.batch,
            units: first.units)
    }
}
