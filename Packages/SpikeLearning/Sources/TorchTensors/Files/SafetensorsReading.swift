import ArrayFiles

extension SafetensorsHeader {
    /// Reads the header of a file, which is then positioned behind it, and holds it to the file's size.
    init(of file: InputFile) throws(FileError) {
        let start = try file.bytes(8)
        guard start.count == 8 else {
            throw .malformed(
                path: file.path, place: nil,
                problem: "this is no safetensors file; it has \(start.count) bytes, and needs 8 for its header's length"
            )
        }
        let size = start.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard size <= UInt64(max(file.size - 8, 0)) else {
            throw .malformed(
                path: file.path, place: "byte 0",
                problem: "the header should take \(size) bytes, the file has \(file.size) in all; "
                    + "it was cut short or is no safetensors file")
        }
        guard size <= UInt64(Self.maximumSize) else {
            throw .tooLarge(
                path: file.path, problem: "the header takes \(size) bytes, more than the 100 MB that the format allows")
        }
        let text = try file.bytes(Int(size))
        do throws(Flaw) {
            try self.init(parsing: text)
            try check(dataSize: file.size - 8 - Int(size))
        } catch {
            throw .malformed(path: file.path, place: error.place, problem: error.text)
        }
    }

    init(parsing text: [UInt8]) throws(Flaw) {
        var scanner = JSONScanner(text)
        do throws(JSONScanner.Flaw) {
            guard text.first == UInt8(ascii: "{") else { throw scanner.unexpected("'{' at its beginning") }
            var entries: [Entry] = []
            var names: Set<String> = []
            var metadata: [String: String] = [:]
            try scanner.object { (name, scanner) throws(JSONScanner.Flaw) in
                guard names.insert(name).inserted else { throw scanner.flaw("\(excerpt(name)) is there twice") }
                if name == Self.metadataName {
                    try scanner.object { (key, scanner) throws(JSONScanner.Flaw) in
                        guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
                            throw scanner.flaw("the metadata \(excerpt(key)) is there twice")
                        }
                    }
                } else {
                    entries.append(try Self.entry(name, &scanner))
                }
            }
            try scanner.end()
            // An empty tensor begins where the next one does.
            entries.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
            self.init(entries: entries, metadata: metadata)
        } catch {
            throw Flaw(place: error.place ?? "header", text: error.text)
        }
    }

    private static func entry(_ name: String, _ scanner: inout JSONScanner) throws(JSONScanner.Flaw) -> Entry {
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        func flaw(_ text: String) -> JSONScanner.Flaw {
            JSONScanner.Flaw(text: text, place: "tensor \(excerpt(name))")
        }
        try scanner.object { (key, scanner) throws(JSONScanner.Flaw) in
            switch key {
            case "dtype" where type == nil: type = try scanner.string()
            case "shape" where shape == nil: shape = try scanner.counts()
            case "data_offsets" where offsets == nil: offsets = try scanner.counts()
            default: throw flaw("unexpected or repeated field \(excerpt(key))")
            }
        }
        guard let type, let shape, let offsets else { throw flaw("it lacks dtype, shape or data_offsets") }
        guard let dtype = DType(safetensorsName: type) else {
            throw flaw("its type \(excerpt(type)) is not supported; convert it to one of \(DType.allSafetensorsNames)")
        }
        guard shape.count <= maximumRank else {
            throw flaw("it has \(shape.count) dimensions; at most \(maximumRank) are possible")
        }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw flaw("its data_offsets are \(offsets.prefix(3)); a beginning and an end are needed")
        }
        // Also where a dimension of 0 hides it, as strides are products of dimensions.
        var size = dtype.size
        for dimension in shape where dimension > 0 {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw flaw("its shape \(shape) is beyond any memory") }
            size = product
        }
        if shape.contains(0) { size = 0 }
        guard offsets[1] - offsets[0] == size else {
            throw flaw(
                "shape \(shape) of \(type) takes \(size) bytes, its data_offsets \(offsets) span \(offsets[1] - offsets[0])"
            )
        }
        return Entry(name: name, dtype: dtype, shape: shape, bytes: offsets[0]..<offsets[1])
    }

    /// The elements fill the rest of the file, one tensor after the other.
    private func check(dataSize: Int) throws(Flaw) {
        var end = 0
        for entry in entries {
            if entry.bytes.lowerBound < end {
                throw Flaw(
                    place: entry.place, text: "it begins at byte \(entry.bytes.lowerBound), within the one before it")
            }
            if entry.bytes.lowerBound > end {
                throw Flaw(
                    place: entry.place,
                    text: "it begins at byte \(entry.bytes.lowerBound), \(entry.bytes.lowerBound - end) bytes behind "
                        + "the one before it; there must be no gap")
            }
            end = entry.bytes.upperBound
            if end > dataSize {
                throw Flaw(
                    place: entry.place,
                    text: "it ends at byte \(end), the file holds \(dataSize) bytes of data; it was cut short")
            }
        }
        guard end == dataSize else {
            throw Flaw(
                place: "byte \(end) of the data", text: "\(dataSize - end) bytes follow that belong to no tensor")
        }
    }
}
