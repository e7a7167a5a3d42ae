/// The records of a structured NumPy array in a `.npy` file, read in parts.
package struct NPYRecords {
    /// A field of the records.
    package struct Field: Hashable, Sendable {
        /// The name of the field; empty for bytes that only fill up.
        package let name: String
        /// NumPy's type code with its byte order, such as `<i8`.
        package let type: String
        /// The position of the field in a record, in bytes.
        package let offset: Int
        /// The size of the field in bytes.
        package let size: Int
    }

    /// The fields of each record.
    package let fields: [Field]
    /// The size of a record in bytes.
    package let recordSize: Int
    /// The number of records.
    package let count: Int
    /// The position of the first record in the file.
    package let start: Int

    /// Reads the header of a file.
    ///
    /// - Throws: `FileError` unless the file is one row of records of numbers, and as long as its header says.
    package init(_ file: InputFile) throws(FileError) {
        let (header, start) = try NPYArray.readHeader(file)
        let recordSize = header.fields.reduce(0) { $0 + $1.size }
        guard recordSize > 0, header.shape.count == 1 else {
            throw .malformed(
                path: file.path, place: "header", problem: "it is no list of records, but of shape \(header.shape)")
        }
        let (expected, overflow) = header.shape[0].multipliedReportingOverflow(by: recordSize)
        let size = file.size - start
        guard !overflow, expected == size else {
            throw .malformed(
                path: file.path, place: nil,
                problem:
                    "\(header.shape[0]) records of \(recordSize) bytes do not take the \(size) bytes that the file holds; "
                    + (overflow || size < expected ? "it was cut short" : "it has something else behind the array"))
        }
        fields = header.fields
        self.recordSize = recordSize
        count = header.shape[0]
        self.start = start
    }

    /// Whether these are the first bytes of a file of records.
    package static func isHeader(_ bytes: some Collection<UInt8>) -> Bool {
        guard bytes.starts(with: NPYHeader.magic) else { return false }
        let text = String(decoding: bytes.dropFirst(8).prefix(256), as: UTF8.self)
        return text.contains("'descr': [")
    }

    /// The bytes of a file before its records.
    ///
    /// - Parameters:
    ///   - fields: The names and types of the fields, which follow each other without gaps.
    ///   - count: The number of records.
    package static func header(fields: [(name: String, type: String)], count: Int) -> [UInt8] {
        NPYHeader(
            type: "", fields: fields.map { Field(name: $0.name, type: $0.type, offset: 0, size: 0) },
            isFortranOrder: false, shape: [count]
        ).fileBytes
    }
}
