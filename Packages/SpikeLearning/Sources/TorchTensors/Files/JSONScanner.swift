/// Reads the little JSON that a safetensors header may hold: objects, strings and lists of counts.
struct JSONScanner {
    private let bytes: [UInt8]
    private var position = 0

    struct Flaw: Error {
        let text: String
        /// What it is in, if not the header as a whole.
        var place: String?
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Whether this character comes next; it is then passed.
    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Flaw) {
        guard skip(character) else { throw unexpected("'\(character)'") }
    }

    mutating func end() throws(Flaw) {
        skipSpace()
        guard next == nil else { throw unexpected("its end") }
    }

    /// - Parameter field: Reads the value of the field that it is given the name of.
    mutating func object(_ field: (String, inout JSONScanner) throws(Flaw) -> Void) throws(Flaw) {
        try expect("{")
        if skip("}") { return }
        repeat {
            let name = try string()
            try expect(":")
            try field(name, &self)
        } while skip(",")
        try expect("}")
    }

    /// Whole numbers of 0 and up.
    mutating func counts() throws(Flaw) -> [Int] {
        try expect("[")
        if skip("]") { return [] }
        var counts: [Int] = []
        repeat { counts.append(try count()) } while skip(",")
        try expect("]")
        return counts
    }

    private mutating func count() throws(Flaw) -> Int {
        skipSpace()
        let digits = bytes[position...].prefix { $0 &- 0x30 < 10 }
        guard let first = digits.first, first != 0x30 || digits.count == 1 else { throw unexpected("a whole number") }
        guard let count = Int(String(decoding: digits, as: UTF8.self)) else {
            throw flaw("a number of \(digits.count) digits at byte \(position) is too large")
        }
        position = digits.endIndex
        return count
    }

    mutating func string() throws(Flaw) -> String {
        try expect("\"")
        let start = position
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                let string = String(decoding: text, as: UTF8.self)
                guard string.utf8.elementsEqual(text) else { throw flaw("the text at byte \(start) is not UTF-8") }
                return string
            case UInt8(ascii: "\\"): text += try escape()
            case ..<0x20: throw flaw("the text at byte \(start) holds a control character")
            default: text.append(byte)
            }
        }
        throw flaw("the text at byte \(start) has no end")
    }

    /// What follows a backslash, in UTF-8.
    private mutating func escape() throws(Flaw) -> [UInt8] {
        guard let byte = next else { throw unexpected("an escape sequence") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var units = [try unit()]
            if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: "\\u".utf8) {
                position += 2
                units.append(try unit())
            }
            let text = String(decoding: units, as: UTF16.self)
            guard text.utf16.elementsEqual(units) else { throw flaw("half a surrogate pair before byte \(position)") }
            return Array(text.utf8)
        default:
            position -= 1
            throw unexpected("an escape sequence")
        }
    }

    /// Four hexadecimal digits.
    private mutating func unit() throws(Flaw) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw unexpected("four hexadecimal digits") }
        position += 4
        return unit
    }

    func flaw(_ text: String) -> Flaw { Flaw(text: text) }

    func unexpected(_ wanted: String) -> Flaw {
        let rest = String(decoding: bytes[min(position, bytes.count)...].prefix(80), as: UTF8.self)
        return Flaw(text: "\(wanted) is missing at byte \(position) of \(excerpt(rest))")
    }
}
