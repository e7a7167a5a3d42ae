import SpikeEncoding

/// Spikes counted in a grid of rows (units) and columns (steps), no finer than pixels.
struct SpikeGrid: Sendable {
    let rowCount: Int
    let columnCount: Int

    /// `rows × columns`: how many up spikes a cell has or, of graded spikes, the size of its largest.
    let up: [Float]
    /// As `up`, of down spikes, above 0 too.
    let down: [Float]

    /// The largest cell, above 0.
    let peak: Float
    let isGraded: Bool
    /// Several steps or units share a cell.
    let isMerged: Bool

    var hasDown: Bool { down.contains { $0 > 0 } }

    /// - Parameters:
    ///   - maximumRows: At least 1.
    ///   - maximumColumns: At least 1.
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
