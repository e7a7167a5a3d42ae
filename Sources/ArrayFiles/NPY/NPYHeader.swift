/// The contents of the header of a `.npy` file.
struct NPYHeader: Hashable {
    /// NumPy's type code with its byte order, such as `<f4`; of records, `V` and their size.
    var type: String
    /// The fields of records; empty if each element is one number.
    var fields: [NPYRecords.Field] = []
    var isFortranOrder: Bool
    var shape: [Int]

    /// The error that a header is not well-formed.
    struct Flaw: Error {
        let text: String
    }
}

extension NPYHeader {
    /// Reads a header from its bytes, which must hold one Python dictionary and nothing else.
    init(parsing bytes: [UInt8]) throws(Flaw) {
        var reader = LiteralReader(bytes: bytes)
        var type: (code: String, fields: [NPYRecords.Field])?
        var isFortranOrder: Bool?
        var shape: [Int]?
        try reader.expect("{")
        while !reader.skip("}") {
            let key = try reader.string()
            try reader.expect(":")
            switch key {
            case "descr" where type == nil: type = try reader.type()
            case "fortran_order" where isFortranOrder == nil: isFortranOrder = try reader.boolean()
            case "shape" where shape == nil: shape = try reader.dimensions()
            default: throw Flaw(text: "unexpected or repeated field \(excerpt(key.utf8))")
            }
            if !reader.skip(",") {
                try reader.expect("}")
                break
            }
        }
        try reader.expectEnd()
        guard let type, let isFortranOrder, let shape else {
            throw Flaw(text: "lacks descr, fortran_order or shape")
        }
        self.init(type: type.code, fields: type.fields, isFortranOrder: isFortranOrder, shape: shape)
    }

    /// The number of elements, which is the product of the dimensions; `nil` if it does not fit into `Int`.
    var elementCount: Int? {
        if shape.contains(0) { return 0 }
        var count = 1
        for dimension in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            if overflow { return nil }
            count = product
        }
        return count
    }

    /// The bytes of a file before its data, padded so that the data starts at a multiple of 64 bytes.
    var fileBytes: [UInt8] {
        let dimensions = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        let list = fields.map { "('\($0.name)', '\($0.type)')" }.joined(separator: ", ")
        let description = fields.isEmpty ? "'\(type)'" : "[\(list)]"
        let text =
            "{'descr': \(description), 'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': (\(dimensions)), }"
        let isShort = text.utf8.count + 64 <= Int(UInt16.max)
        let preamble = isShort ? 10 : 12
        let length = (preamble + text.utf8.count + 1 + 63) / 64 * 64 - preamble
        var bytes = NPYHeader.magic + [isShort ? 1 : 2, 0]
        for shift in 0..<preamble - 8 { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * shift))) }
        bytes += Array(text.utf8)
        bytes += Array(repeating: UInt8(ascii: " "), count: length - text.utf8.count - 1) + [UInt8(ascii: "\n")]
        return bytes
    }

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
}

/// Reads the few Python literals that a header may hold.
private struct LiteralReader {
    let bytes: [UInt8]
    var position = 0

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 32 || byte == 10 || byte == 9 || byte == 13 { position += 1 }
    }

    /// Skips blanks, and the text if it comes next. Returns whether it did.
    mutating func skip(_ text: String) -> Bool {
        skipSpace()
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    mutating func expect(_ text: String) throws(NPYHeader.Flaw) {
        guard skip(text) else { throw unexpected("'\(text)'") }
    }

    mutating func expectEnd() throws(NPYHeader.Flaw) {
        skipSpace()
        guard next == nil else { throw unexpected("nothing more") }
    }

    mutating func string() throws(NPYHeader.Flaw) -> String {
        skipSpace()
        guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
            let end = bytes[(position + 1)...].firstIndex(of: quote)
        else { throw unexpected("a string") }
        defer { position = end + 1 }
        return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
    }

    mutating func type() throws(NPYHeader.Flaw) -> (code: String, fields: [NPYRecords.Field]) {
        guard skip("[") else { return (try string(), []) }
        var fields: [NPYRecords.Field] = []
        var size = 0
        while !skip("]") {
            try expect("(")
            let name: String
            if skip("(") {
                // A title precedes the name.
                _ = try string()
                try expect(",")
                name = try string()
                try expect(")")
            } else {
                name = try string()
            }
            try expect(",")
            let type = try string()
            guard let width = Int(type.drop { !$0.isWholeNumber }), 0...1_000_000 ~= width, !skip(",") else {
                throw NPYHeader.Flaw(text: "the field \(excerpt(name.utf8)) of its records is not one number")
            }
            try expect(")")
            fields.append(NPYRecords.Field(name: name, type: type, offset: size, size: width))
            size += width
            if !skip(",") {
                try expect("]")
                break
            }
        }
        return ("V\(size)", fields)
    }

    mutating func boolean() throws(NPYHeader.Flaw) -> Bool {
        if skip("True") { return true }
        try expect("False")
        return false
    }

    mutating func dimensions() throws(NPYHeader.Flaw) -> [Int] {
        try expect("(")
        var dimensions: [Int] = []
        while !skip(")") {
            skipSpace()
            let digits = bytes[position...].prefix { $0 &- 48 < 10 }
            guard let dimension = Int(String(decoding: digits, as: UTF8.self)) else { throw unexpected("a dimension") }
            position = digits.endIndex
            dimensions.append(dimension)
            if !skip(",") {
                try expect(")")
                break
            }
        }
        return dimensions
    }

    private func unexpected(_ wanted: String) -> NPYHeader.Flaw {
        NPYHeader.Flaw(
            text: "\(wanted) is missing at byte \(position) of \(excerpt(bytes[min(position, bytes.count)...]))")
    }
}
