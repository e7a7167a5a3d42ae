/// The records of files, one after the other in one piece of memory, in the form in which an index stores them. A million
/// records take a fraction of the memory of as many arrays.
struct FileRecords<Finding: ImageFinding>: Sendable {
    private(set) var bytes: [UInt8] = []
    private var starts: [Int] = []

    /// The number of records.
    var count: Int { starts.count }

    subscript(index: Int) -> FileRecord<Finding> { bytes.withUnsafeBytes { FileRecord($0, at: starts[index]) } }

    mutating func append(_ record: FileRecord<Finding>) {
        starts.append(bytes.count)
        record.append(to: &bytes)
    }

    init() {}

    /// Makes room for as many records as another object has, so that growing does not copy them.
    mutating func reserveCapacity(of other: FileRecords) {
        bytes.reserveCapacity(other.bytes.count)
        starts.reserveCapacity(other.count)
    }

    /// Takes over stored records.
    ///
    /// - Parameters:
    ///   - bytes: Records one after the other.
    ///   - count: The number of records; `nil` to take all.
    /// - Returns: `nil` unless the bytes are exactly as many records.
    init?(_ bytes: [UInt8], count: Int? = nil) {
        var (starts, place): ([Int], Int) = ([], 0)
        let isWhole = bytes.withUnsafeBytes { bytes in
            while place < bytes.count {
                guard let found = FileRecord<Finding>.path(in: bytes, at: place) else { return false }
                starts.append(place)
                place = found.end
            }
            return true
        }
        guard isWhole, count == nil || starts.count == count else { return nil }
        self.bytes = bytes
        self.starts = starts
    }

    /// Calls `body` with the stored path of a record.
    func withPath<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { body(FileRecord<Finding>.path(in: $0, at: starts[index])!.path) }
    }
}

/// The places of records, by their paths.
struct FileRecordPlaces<Finding: ImageFinding>: Sendable {
    private let records: FileRecords<Finding>
    private var places: [UInt64: Int] = [:]

    init(_ records: FileRecords<Finding>) {
        self.records = records
        places.reserveCapacity(records.count)
        for index in 0..<records.count {
            // Two paths with the same hash value share a place, so the file of one of them is read anew each time.
            places[records.withPath(index) { Self.hash($0) }] = index
        }
    }

    /// Returns the record of a path; `nil` if there is none.
    subscript(path: [UInt8]) -> FileRecord<Finding>? {
        path.withUnsafeBytes { path in
            guard let index = places[Self.hash(path)],
                records.withPath(index, { $0.elementsEqual(path) })
            else { return nil }
            return records[index]
        }
    }

    /// FNV-1a. Source: Fowler, Noll and Vo, as in RFC 9923.
    private static func hash(_ path: UnsafeRawBufferPointer) -> UInt64 {
        path.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
