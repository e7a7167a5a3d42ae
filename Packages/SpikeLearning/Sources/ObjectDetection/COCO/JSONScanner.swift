import ArrayFiles
import Foundation

/// Reads JSON in one pass, value by value, as the caller asks for them.
///
/// Files of boxes hold millions of small objects, of which a general decoder makes dictionaries first; this reader makes
/// nothing that is not asked for. Its errors name the place of a value, such as `[3].bbox[2]`.
struct JSONScanner {
    private let bytes: [UInt8]
    private let path: String
    private var place = 0
    private var steps: [Step] = []

    private enum Step {
        case key(String)
        case index(Int)
    }

    /// The depth of nested lists and objects that is accepted.
    private static let depthLimit = 256

    /// - Parameter path: The path of the file, for messages.
    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    enum Kind {
        case object, list, text, number, other
    }

    /// The kind of the next value.
    var kind: Kind {
        mutating get {
            skipSpace()
            guard place < bytes.count else { return .other }
            switch bytes[place] {
            case UInt8(ascii: "{"): return .object
            case UInt8(ascii: "["): return .list
            case UInt8(ascii: "\""): return .text
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
            default: return .other
            }
        }
    }

    /// The place of the value that is being read, such as `annotations[3].bbox`; `nil` for the whole file.
    var location: String? {
        let text = steps.reduce("") { text, step in
            switch step {
            case .key(let key): text.isEmpty ? key : "\(text).\(key)"
            case .index(let index): "\(text)[\(index)]"
            }
        }
        return text.isEmpty ? nil : text
    }

    /// A place in the file to which the scanner can return.
    struct Mark {
        fileprivate let place: Int
        fileprivate let depth: Int
    }

    /// The place before the next value.
    var mark: Mark { Mark(place: place, depth: steps.count) }

    /// Returns to an earlier place, from the same value or from one within it.
    mutating func rewind(to mark: Mark) {
        place = mark.place
        steps.removeLast(steps.count - mark.depth)
    }

    /// Returns an error about the value that is being read.
    func problem(_ text: String) -> FileError { .malformed(path: path, place: location, problem: text) }

    /// Reads an object.
    ///
    /// - Parameter visit: Reads or skips the value of a key.
    /// - Throws: The error of `visit`, or `FileError` if the next value is no object or has a key twice.
    mutating func object(_ visit: (inout JSONScanner, String) throws(FileError) -> Void) throws(FileError) {
        guard kind == .object else { throw problem("\(try found()) stands where an object in { } is needed") }
        var keys: [String] = []
        try enclosed(UInt8(ascii: "}")) { (scanner) throws(FileError) in
            let key = try scanner.text()
            if keys.contains(key) { throw scanner.problem("\(key) is there twice") }
            keys.append(key)
            try scanner.expect(UInt8(ascii: ":"), "a colon after the key \(key)")
            scanner.steps.append(.key(key))
            try visit(&scanner, key)
            scanner.steps.removeLast()
        }
    }

    /// Reads a list.
    ///
    /// - Parameter visit: Reads or skips an element.
    /// - Throws: The error of `visit`, or `FileError` if the next value is no list.
    mutating func list(_ visit: (inout JSONScanner) throws(FileError) -> Void) throws(FileError) {
        guard kind == .list else { throw problem("\(try found()) stands where a list in [ ] is needed") }
        var index = 0
        try enclosed(UInt8(ascii: "]")) { (scanner) throws(FileError) in
            scanner.steps.append(.index(index))
            try visit(&scanner)
            scanner.steps.removeLast()
            index += 1
        }
    }

    /// Reads a number.
    ///
    /// - Throws: `FileError` if the next value is no finite number.
    mutating func number() throws(FileError) -> Double {
        guard kind == .number else { throw problem("\(try found()) stands where a number is needed") }
        let start = place
        if bytes[place] == UInt8(ascii: "-") { place += 1 }
        var (digits, mantissa, exponent) = (0, 0, 0)
        func digit(_ place: Int) -> Int? {
            guard place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10 else { return nil }
            return Int(bytes[place] &- UInt8(ascii: "0"))
        }
        while let value = digit(place) {
            if digits < 18 { mantissa = 10 * mantissa + value }
            digits += 1
            place += 1
        }
        if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
            place += 1
            while let value = digit(place) {
                if digits < 18 {
                    mantissa = 10 * mantissa + value
                    exponent -= 1
                }
                digits += 1
                place += 1
            }
        }
        var isPlain = digits > 0 && digits < 18
        if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
            isPlain = false
            place += 1
            if place < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[place]) { place += 1 }
            while digit(place) != nil { place += 1 }
        }
        // Both are exact in 64 bits, and so their quotient is rounded once.
        if isPlain, mantissa < 1 << 53, exponent >= -22 {
            let value = exponent == 0 ? Double(mantissa) : Double(mantissa) / Self.powers[-exponent]
            return bytes[start] == UInt8(ascii: "-") ? -value : value
        }
        if digits == 0 {
            // Such as -Infinity, which some programs write.
            place = start
            throw problem("\(String(decoding: word, as: UTF8.self)) stands where a number is needed")
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        guard let value = Double(text) else { throw problem("\(text) is no number") }
        guard value.isFinite else { throw problem("\(text) is out of range") }
        return value
    }

    private static let powers: [Double] = (0...22).map { Double("1e\($0)")! }

    /// Reads a whole number.
    ///
    /// - Throws: `FileError` if the next value is no whole number of at most 2⁵³.
    mutating func wholeNumber() throws(FileError) -> Int {
        let value = try number()
        guard let whole = Int(exactly: value), abs(whole) <= 1 << 53 else {
            throw problem("\(value) stands where a whole number is needed")
        }
        return whole
    }

    /// Reads a text.
    ///
    /// - Throws: `FileError` if the next value is no text.
    mutating func text() throws(FileError) -> String {
        guard kind == .text else { throw problem("\(try found()) stands where text in quotation marks is needed") }
        let start = place + 1
        let isEscaped = try skipText()
        let part = bytes[start..<place - 1]
        guard isEscaped else { return String(decoding: part, as: UTF8.self) }
        let literal = [UInt8(ascii: "\"")] + part + [UInt8(ascii: "\"")]
        guard let text = try? JSONDecoder().decode(String.self, from: Data(literal)) else {
            throw problem("\(excerpt(literal)) has an escape that is not valid")
        }
        return text
    }

    /// Reads a flag: `true` or `false`, or a number, of which 0 is false.
    ///
    /// - Throws: `FileError` if the next value is none of these.
    mutating func flag() throws(FileError) -> Bool {
        if kind == .number { return try number() != 0 }
        for (word, value) in [("true", true), ("false", false)] where bytes[place...].starts(with: word.utf8) {
            place += word.utf8.count
            return value
        }
        throw problem("\(try found()) stands where 0 or 1 is needed")
    }

    /// Skips the next value, whatever it is.
    mutating func skip() throws(FileError) {
        var depth = 0
        repeat {
            skipSpace()
            guard place < bytes.count else { throw cutShort }
            switch bytes[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                place += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw problem("a value is missing") }
                depth -= 1
                place += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw problem("a value is missing") }
                place += 1
            case UInt8(ascii: "\""): _ = try skipText()
            default: place = word.endIndex
            }
        } while depth > 0
    }

    /// Checks that nothing follows the value that was read.
    mutating func end() throws(FileError) {
        skipSpace()
        guard place == bytes.count else { throw problem("\(excerpt(bytes[place...])) follows the end of the JSON") }
    }

    /// Returns a description of the next value for messages, such as `the text "a"`.
    mutating func found() throws(FileError) -> String {
        switch kind {
        case .object: return "an object"
        case .list: return "a list"
        case .text: return "the text \(excerpt(Array(try text().utf8)))"
        case .number: return "the number \(try number())"
        case .other:
            guard place < bytes.count else { throw cutShort }
            let text = String(decoding: word, as: UTF8.self)
            return text.isEmpty ? excerpt(bytes[place...].prefix(1)) : String(text.prefix(20))
        }
    }

    private var cutShort: FileError { .damaged(path: path, problem: "the JSON is cut short; fetch or write it again") }

    /// The bytes up to the next delimiter, such as those of `null` or `NaN`.
    private var word: ArraySlice<UInt8> {
        bytes[place...].prefix { !Self.delimiters.contains($0) }
    }

    private static let delimiters = Set(" \t\r\n,:{}[]\"".utf8)

    @inline(__always)
    private mutating func skipSpace() {
        while place < bytes.count, bytes[place] == 0x20 || (9...13).contains(bytes[place]) { place += 1 }
    }

    private mutating func expect(_ byte: UInt8, _ name: String) throws(FileError) {
        skipSpace()
        guard place < bytes.count else { throw cutShort }
        guard bytes[place] == byte else { throw problem("\(try found()) stands where \(name) is needed") }
        place += 1
    }

    /// Skips a text and its quotation marks; returns whether it has escapes.
    private mutating func skipText() throws(FileError) -> Bool {
        var isEscaped = false
        place += 1
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            let isEscape = bytes[place] == UInt8(ascii: "\\")
            isEscaped = isEscaped || isEscape
            place += isEscape ? 2 : 1
        }
        guard place < bytes.count else { throw cutShort }
        place += 1
        return isEscaped
    }

    /// Reads the elements of a list or object up to a closing bracket.
    private mutating func enclosed(
        _ end: UInt8, _ element: (inout JSONScanner) throws(FileError) -> Void
    ) throws(FileError) {
        guard steps.count < Self.depthLimit else { throw problem("lists are nested too deep") }
        place += 1
        skipSpace()
        if place < bytes.count, bytes[place] == end {
            place += 1
            return
        }
        while true {
            try element(&self)
            skipSpace()
            guard place < bytes.count else { throw cutShort }
            if bytes[place] == end { break }
            try expect(UInt8(ascii: ","), "a comma or a closing bracket")
        }
        place += 1
    }
}

/// The beginning of a text from a file in quotation marks.
private func excerpt(_ bytes: some Collection<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(160), as: UTF8.self)
    return "\"\(text.prefix(40))\(text.count > 40 || bytes.count > 160 ? "…" : "")\""
}
