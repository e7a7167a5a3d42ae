import ArrayFiles

/// The header of a safetensors file: the metadata, and the names, types, shapes and positions of its tensors.
struct SafetensorsHeader {
    /// The tensors, in the order of their elements in the file.
    let entries: [Entry]
    let metadata: [String: String]

    struct Entry {
        let name: String
        let dtype: DType
        let shape: [Int]
        /// The position of the elements, in bytes from the end of the header.
        let bytes: Range<Int>

        var place: String { "tensor \(excerpt(name))" }
    }

    /// A problem of a header, and the place in the header where it is.
    struct Flaw: Error {
        let place: String
        let text: String
    }

    static let metadataName = "__metadata__"

    /// The largest size of a header in bytes, which the reference implementation also has.
    static let maximumSize = 100_000_000

    /// The largest number of dimensions that LibTorch's operations support.
    static let maximumRank = 64
}

extension SafetensorsHeader {
    /// Places the tensors in a file: larger element types first, so that all elements are aligned, and by name within a
    /// type.
    init(_ tensors: [String: Tensor], _ metadata: [String: String], path: String) throws(FileError) {
        var entries: [Entry] = []
        var offset = 0
        let all = tensors.map { (name: $0.key, dtype: $0.value.dtype, shape: $0.value.shape) }.sorted { a, b in
            (a.dtype.safetensorsRank, ByteOrder(a.name)) < (b.dtype.safetensorsRank, ByteOrder(b.name))
        }
        for (name, dtype, shape) in all {
            if name == Self.metadataName {
                throw .unsuitable(path: path, problem: "no tensor can be named \(name) in this format; rename it")
            }
            if shape.count > Self.maximumRank {
                throw .unsuitable(
                    path: path,
                    problem:
                        "tensor \(excerpt(name)) has \(shape.count) dimensions; at most \(Self.maximumRank) can be read"
                )
            }
            let size = shape.reduce(dtype.size, *)
            entries.append(Entry(name: name, dtype: dtype, shape: shape, bytes: offset..<offset + size))
            offset += size
        }
        self.init(entries: entries, metadata: metadata)
        if text.count > Self.maximumSize {
            throw .tooLarge(
                path: path, problem: "the names and metadata take \(text.count) bytes; the format has room for 100 MB")
        }
    }

    /// The beginning of a file up to the elements. It is padded so that the elements start at a multiple of 8 bytes.
    var fileBytes: [UInt8] {
        let text = text
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
    }

    private var text: [UInt8] {
        var fields = entries.map { entry in
            """
            \(quoted(entry.name)):{"dtype":"\(entry.dtype.safetensorsName)",\
            "shape":[\(entry.shape.map(String.init).joined(separator: ","))],\
            "data_offsets":[\(entry.bytes.lowerBound),\(entry.bytes.upperBound)]}
            """
        }
        if !metadata.isEmpty {
            let texts = metadata.sorted { ByteOrder($0.key) < ByteOrder($1.key) }.map {
                quoted($0.key) + ":" + quoted($0.value)
            }
            fields.insert("\"\(Self.metadataName)\":{\(texts.joined(separator: ","))}", at: 0)
        }
        let text = Array("{\(fields.joined(separator: ","))}".utf8)
        return text + Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    }

    /// Returns a text as a JSON string.
    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case ..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Orders texts by their UTF-8 bytes.
private struct ByteOrder: Comparable {
    let text: String

    init(_ text: String) { self.text = text }

    static func < (a: ByteOrder, b: ByteOrder) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }
}

/// Returns a name in quotes, shortened to 60 characters, for error messages.
func excerpt(_ name: String) -> String {
    "\"" + name.prefix(60) + (name.count > 60 ? "…" : "") + "\""
}

extension DType {
    /// The names of types in the format, in the order of the reference implementation.
    private static let safetensorsNames: [(name: String, dtype: DType)] = [
        ("I64", .int64), ("F64", .float64), ("F32", .float32), ("I32", .int32), ("BF16", .bfloat16), ("F16", .float16),
        ("I16", .int16), ("I8", .int8), ("U8", .uint8), ("BOOL", .bool),
    ]

    init?(safetensorsName name: String) {
        guard let match = Self.safetensorsNames.first(where: { $0.name == name }) else { return nil }
        self = match.dtype
    }

    var safetensorsRank: Int { Self.safetensorsNames.firstIndex { $0.dtype == self }! }

    var safetensorsName: String { Self.safetensorsNames[safetensorsRank].name }

    static var allSafetensorsNames: String { safetensorsNames.map(\.name).joined(separator: ", ") }
}
