import SpikeFiles

/// The datasets of an HDF5 file that hold the fields of events.
struct HDF5EventColumns {
    /// Where the fields are.
    private enum Place {
        /// One dataset of records with the fields `t`, `x`, `y` and `p`.
        case records(String)
        /// One dataset for each field: times, columns, rows, polarities.
        case datasets([String])

        private static let names = [
            ["t", "ts", "timestamp", "timestamps"], ["x", "xs"], ["y", "ys"], ["p", "ps", "pol", "polarity"],
        ]

        static func find(in file: HDF5File) throws(FileError) -> Place? {
            if try file.has("CD/events"), try !file.has("CD/events/t") { return .records("CD/events") }
            for group in ["CD/events/", "CD/", "events/", ""] {
                var found: [String] = []
                for names in names {
                    for name in names where try file.has(group + name) {
                        found.append(group + name)
                        break
                    }
                }
                if found.count == names.count { return .datasets(found) }
            }
            return nil
        }
    }

    /// A dataset of numbers, or a field of a dataset of records.
    private struct Column {
        let dataset: HDF5Dataset
        let field: String?

        func integers(_ rows: Range<Int>) throws(FileError) -> [Int64] {
            guard let field else { return try dataset.integers(rows: rows) }
            return try dataset.integers(field: field, rows: rows)
        }
    }

    private let columns: [Column]
    /// What is added to all times: the dataset `t_offset` of DSEC.
    private let timeOffset: Int64
    /// The number of events.
    let count: Int
    /// The size of the sensor, if the attribute `geometry` of Prophesee says it.
    let size: SensorSize?

    /// Whether a file has datasets of events.
    static func areIn(_ path: String) -> Bool {
        guard let file = try? HDF5File(path) else { return false }
        return (try? Place.find(in: file)) != nil
    }

    init(_ path: String) throws(FileError) {
        let file = try HDF5File(path)
        guard let place = try Place.find(in: file) else {
            throw .malformed(path: path, place: nil, problem: "has no events that are known")
        }
        size = (try? file.attribute("geometry")?.texts().first).flatMap(SensorSize.init(geometry:))
        func dataset(_ name: String) throws(FileError) -> HDF5Dataset {
            guard let dataset = try file.dataset(name), dataset.shape.count == 1 else {
                throw .malformed(path: path, place: "dataset \(name)", problem: "is not a row of values")
            }
            return dataset
        }
        switch place {
        case .records(let name):
            let records = try dataset(name)
            count = records.count
            columns = ["t", "x", "y", "p"].map { Column(dataset: records, field: $0) }
        case .datasets(let names):
            var columns: [Column] = []
            for name in names { columns.append(Column(dataset: try dataset(name), field: nil)) }
            let counts = columns.map(\.dataset.count)
            guard Set(counts).count == 1 else {
                throw .malformed(
                    path: path, place: "datasets \(names.joined(separator: ", "))",
                    problem: "have different lengths: \(counts.map(String.init).joined(separator: ", "))")
            }
            count = counts[0]
            self.columns = columns
        }
        guard let offset = try file.dataset("t_offset") else {
            timeOffset = 0
            return
        }
        guard offset.count == 1 else {
            throw .malformed(path: path, place: "dataset t_offset", problem: "is not one number")
        }
        timeOffset = try offset.integers()[0]
    }

    /// Reads events. Returns the numbers of those that were passed over as their pixel or their time is out of range.
    func read(
        _ range: Range<Int>, into events: EventBuffer
    ) throws(FileError) -> (outside: Int, late: Int) {
        let fields = try columns.map { (column) throws(FileError) in try column.integers(range) }
        return events.add(room: range.count) { events in
            var (outside, late) = (0, 0)
            for index in 0..<range.count {
                guard let column = UInt16(exactly: fields[1][index]), let row = UInt16(exactly: fields[2][index]) else {
                    outside += 1
                    continue
                }
                // Unsigned times beyond the largest signed number are read as that.
                let (time, isBeyond) = fields[0][index].addingReportingOverflow(timeOffset)
                guard !isBeyond, fields[0][index] < .max else {
                    late += 1
                    continue
                }
                events.append(time, column, row, fields[3][index] > 0)
            }
            return (outside, late)
        }
    }
}
