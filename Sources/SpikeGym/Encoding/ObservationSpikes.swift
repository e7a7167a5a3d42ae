import SpikeEncoding

/// The spikes of a batch of observations: `[T, B, units]`, each 0 or 1.
public struct ObservationSpikes: Sendable, Hashable {
    /// The number of time steps T.
    public let steps: Int
    /// The number B of rows.
    public let batch: Int
    /// The number of units of each row.
    public let units: Int
    /// The spikes in the order `[T, B, units]`, with the units innermost.
    public let values: [Int8]

    /// Creates spikes from values in the order `[T, B, units]`. Traps unless there are `steps * batch * units` of them.
    public init(values: [Int8], steps: Int, batch: Int, units: Int) {
        precondition(
            values.count == steps * batch * units,
            "ObservationSpikes: \(values.count) values do not fill [\(steps), \(batch), \(units)]")
        self.values = values
        self.steps = steps
        self.batch = batch
        self.units = units
    }

    /// The spike of a unit in a row at a time step, 0 or 1. An index outside its dimension is only detected if it leads
    /// outside `values`.
    public subscript(step: Int, row: Int, unit: Int) -> Int8 { values[(step * batch + row) * units + unit] }

    /// The number of spikes of all rows and units.
    public var spikeCount: Int { values.reduce(0) { $0 + Int($1) } }

    /// The spikes of one row, `units × T`. Traps if there is no such row.
    public func train(ofRow row: Int) -> SpikeTrain {
        precondition(row >= 0 && row < batch, "ObservationSpikes: row \(row) outside 0..<\(batch)")
        var signs: [Int8] = []
        signs.reserveCapacity(units * steps)
        for unit in 0..<units {
            for step in 0..<steps { signs.append(self[step, row, unit]) }
        }
        return SpikeTrain(signs: signs, unitCount: units)
    }

    /// Joins the spikes of several batches along time: `[ΣT, B, units]`. Traps if there is no part, or the parts differ
    /// in rows or units.
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
