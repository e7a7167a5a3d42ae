import ArrayFiles
import Foundation

extension SafetensorsHeader {
    /// Reads the header of a file and checks it against the size of the file. The file is then positioned after the
    /// header.
    init(of file: InputFile) throws(FileError) {
        let start = try file.bytes(8)
        guard start.count == 8 else {
            throw .malformed(
                path: file.path, place: nil,
                problem:
                    "this is no safetensors file; it has \(counted(start.count, "byte")), and needs 8 for its header's length"
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
        guard text.first == UInt8(ascii: "{") else {
            throw Flaw(place: "header", text: "'{' at its beginning is missing")
        }
        if let (path, key) = JSONReader.repeatedKey(in: text) { throw Self.repeated(key, path) }
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: Data(text))
        } catch {
            throw (error as? Flaw) ?? Flaw(place: "header", text: decodingProblem(error))
        }
        var entries: [Entry] = []
        for (name, field) in fields.tensors { entries.append(try Self.entry(name, field)) }
        // An empty tensor begins where the next tensor begins, so the end decides.
        entries.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
        self.init(entries: entries, metadata: fields.metadata)
    }

    private static func repeated(_ key: String, _ path: [String]) -> Flaw {
        switch path.first {
        case nil: Flaw(place: "header", text: "\(excerpt(key)) is there twice")
        case metadataName: Flaw(place: "header", text: "the metadata \(excerpt(key)) is there twice")
        case let name?: Flaw(place: "tensor \(excerpt(name))", text: "the field \(excerpt(key)) is there twice")
        }
    }

    /// The parsed JSON text of a header.
    private struct Fields: Decodable {
        var tensors: [(name: String, field: [String: FieldValue])] = []
        var metadata: [String: String] = [:]

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            for key in values.allKeys {
                let name = key.stringValue
                if name == SafetensorsHeader.metadataName {
                    guard let texts = try? values.decode([String: String].self, forKey: key) else {
                        throw Flaw(place: "header", text: "the metadata are not texts by their names")
                    }
                    metadata = texts
                } else {
                    guard let field = try? values.decode([String: FieldValue].self, forKey: key) else {
                        throw Flaw(
                            place: "tensor \(excerpt(name))",
                            text: "its dtype is a text, shape and data_offsets are lists of whole numbers; one is not")
                    }
                    tensors.append((name, field))
                }
            }
        }
    }

    /// A text or a list of whole numbers.
    private enum FieldValue: Decodable {
        case text(String)
        case numbers([Int])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else {
                self = .numbers(try value.decode([Int].self))
            }
        }
    }

    private static func entry(_ name: String, _ field: [String: FieldValue]) throws(Flaw) -> Entry {
        func flaw(_ text: String) -> Flaw { Flaw(place: "tensor \(excerpt(name))", text: text) }
        let known = ["dtype", "shape", "data_offsets"]
        if let key = field.keys.sorted().first(where: { !known.contains($0) }) {
            throw flaw("unexpected field \(excerpt(key))")
        }
        guard case .text(let type)? = field["dtype"], case .numbers(let shape)? = field["shape"],
            case .numbers(let offsets)? = field["data_offsets"]
        else { throw flaw("it lacks dtype, shape or data_offsets") }
        guard (shape + offsets).allSatisfy({ $0 >= 0 }) else {
            throw flaw("shape \(shape) and data_offsets \(offsets) hold a number below 0")
        }
        guard let dtype = DType(safetensorsName: type) else {
            throw flaw("its type \(excerpt(type)) is not supported; convert it to one of \(DType.allSafetensorsNames)")
        }
        guard shape.count <= maximumRank else {
            throw flaw("it has \(shape.count) dimensions; at most \(maximumRank) are possible")
        }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw flaw("its data_offsets are \(offsets.prefix(3)); a beginning and an end are needed")
        }
        // Lengths of 0 are left out of the overflow check, as strides are products of the other lengths.
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

    /// Checks that the elements fill the rest of the file, one tensor after the other without gaps.
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
