import SpikeEncoding

/// The spikes of each cell of a grid of rows (units) and columns (steps), which is no finer than the pixels of an
/// image.
struct SpikeGrid: Sendable {
    let rowCount: Int
    let columnCount: Int

    /// The number of up spikes in each cell, `rows × columns`; for graded spikes, the amplitude of the largest.
    let up: [Float]
    /// The number of down spikes in each cell, `rows × columns`; for graded spikes, the magnitude of the largest.
    let down: [Float]

    /// The largest value of `up` and `down`; 1 if there are no spikes.
    let peak: Float
    let isGraded: Bool
    /// Whether several steps or units share a cell.
    let isMerged: Bool

    var hasDown: Bool { down.contains { $0 > 0 } }

    /// Counts the spikes of some units and steps in a grid.
    ///
    /// - Parameters:
    ///   - spikes: The spikes.
    ///   - units: The units to count.
    ///   - steps: The steps to count.
    ///   - maximumRows: The largest number of rows, at least 1.
    ///   - maximumColumns: The largest number of columns, at least 1.
    init(_ spikes: SpikeTrain, units: Range<Int>, steps: Range<Int>, maximumRows: Int, maximumColumns: Int) {
        let rowCount = min(units.count, maximumRows)
        let columnCount = min(steps.count, maximumColumns)
        var up = [Float](repeating: 0, count: rowCount * columnCount)
        var down = up
        for unit in units {
            guard columnCount > 0 else { break }
            let row = (unit - units.lowerBound) * rowCount / units.count
            Self.add(
                spikes, unit: unit, steps: steps, to: &up, &down,
                cells: row * columnCount..<(row + 1) * columnCount)
        }
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.isGraded = spikes.amplitudes != nil
        self.isMerged = rowCount < units.count || columnCount < steps.count
        let largest = max(up.max() ?? 0, down.max() ?? 0)
        self.peak = largest > 0 ? largest : 1
        self.up = up
        self.down = down
    }

    private static func add(
        _ spikes: SpikeTrain, unit: Int, steps: Range<Int>, to up: inout [Float], _ down: inout [Float],
        cells: Range<Int>
    ) {
        let start = unit * spikes.stepCount + steps.lowerBound
        for (column, cell) in cells.enumerated() {
            let lower = start + column * steps.count / cells.count
            let upper = start + (column + 1) * steps.count / cells.count
            if let amplitudes = spikes.amplitudes {
                amplitudes.withUnsafeBufferPointer { amplitudes in
                    for index in lower..<upper where amplitudes[index].isFinite {
                        up[cell] = max(up[cell], amplitudes[index])
                        down[cell] = max(down[cell], -amplitudes[index])
                    }
                }
            } else {
                let counts = spikes.signs.withUnsafeBufferPointer { signs in
                    var sum = 0
                    var count = 0
                    for index in lower..<upper {
                        sum &+= Int(signs[index])
                        count &+= Int(signs[index] & 1)
                    }
                    return (up: (count + sum) / 2, down: (count - sum) / 2)
                }
                up[cell] += Float(counts.up)
                down[cell] += Float(counts.down)
            }
        }
    }
}
