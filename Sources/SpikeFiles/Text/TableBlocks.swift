/// Rows of values in the order they arrive, kept in blocks so that growing never copies them.
struct TableBlocks<Element: Numeric & BitwiseCopyable> {
    let columnCount: Int
    private(set) var rowCount = 0
    private var full: [[Element]] = []
    private var current: [Element] = []
    private let blockCount: Int

    init(columnCount: Int) {
        self.columnCount = columnCount
        blockCount = max(1, (1 << 18) / columnCount) * columnCount
    }

    @inline(__always)
    mutating func append(row: UnsafeBufferPointer<Double>) where Element: BinaryFloatingPoint {
        makeRoom()
        for value in row { current.append(Element(value)) }
        rowCount &+= 1
    }

    /// Appends several rows.
    ///
    /// - Parameter rows: The values of whole rows, row after row.
    mutating func append(rows: UnsafeBufferPointer<Element>) {
        for start in stride(from: 0, to: rows.count, by: columnCount) {
            makeRoom()
            current.append(contentsOf: rows[start..<start + columnCount])
        }
        rowCount += rows.count / columnCount
    }

    @inline(__always)
    private mutating func makeRoom() {
        guard current.count == blockCount else { return }
        full.append(current)
        current = []
        current.reserveCapacity(blockCount)
    }

    /// The values, `columns × rows`, column after column.
    consuming func columnMajor(_ columns: [Int]) -> [Element] {
        let (blocks, width, rows) = (full + [current], columnCount, rowCount)
        return [Element](unsafeUninitializedCapacity: columns.count * rows) { output, count in
            var firstRow = 0
            for block in blocks {
                let blockRows = block.count / width
                block.withUnsafeBufferPointer { block in
                    for (index, column) in columns.enumerated() {
                        var target = output.baseAddress! + index * rows + firstRow
                        for row in 0..<blockRows {
                            target.initialize(to: block[row &* width &+ column])
                            target += 1
                        }
                    }
                }
                firstRow += blockRows
            }
            count = columns.count * rows
        }
    }

    /// The values, `rows × columns`, row after row.
    consuming func rowMajor(_ columns: [Int]) -> [Element] {
        var values: [Element] = []
        values.reserveCapacity(columns.count * rowCount)
        for block in full + [current] {
            for start in stride(from: 0, to: block.count, by: columnCount) {
                for column in columns { values.append(block[start + column]) }
            }
        }
        return values
    }
}
