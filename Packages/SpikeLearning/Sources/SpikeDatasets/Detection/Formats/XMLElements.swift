import Foundation

/// Visits the elements of an XML document. Attributes are skipped.
///
/// Annotations of VOC need no more than this. Foundation's parser is not used, because on Linux it links to libxml2 and ICU
/// in the versions of the machine that builds, also in programs that are otherwise linked statically for other machines.
enum XMLElements {
    /// Calls a function at the end of each element.
    ///
    /// - Parameters:
    ///   - content: The document, in UTF-8, UTF-16 with a byte order mark, or Latin-1 if it says so.
    ///   - visit: Takes the names of the element and those around it, from the outermost, and the element's own text
    ///     without white space at its ends.
    /// - Returns: False if the content is no XML: elements without an end, or none at all.
    static func visit(_ content: [UInt8], _ visit: (_ path: [String], _ text: String) -> Void) -> Bool {
        let bytes = utf8(content)
        var names: [String] = []
        var texts: [[UInt8]] = []
        var place = 0
        var hasRoot = false
        /// Moves behind the next occurrence of a mark, and returns what is before it.
        func skip(to mark: String) -> ArraySlice<UInt8>? {
            let mark = Array(mark.utf8)
            var end = place
            while end + mark.count <= bytes.count {
                if bytes[end] == mark[0], bytes[end..<end + mark.count].elementsEqual(mark) {
                    defer { place = end + mark.count }
                    return bytes[place..<end]
                }
                end += 1
            }
            return nil
        }
        func close() {
            visit(names, text(texts.removeLast()))
            names.removeLast()
        }
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else {
                if !texts.isEmpty { texts[texts.count - 1].append(bytes[place]) }
                place += 1
                continue
            }
            let rest = bytes[place...]
            if rest.starts(with: "<!--".utf8) {
                place += 4
                guard skip(to: "-->") != nil else { return false }
            } else if rest.starts(with: "<![CDATA[".utf8) {
                place += 9
                guard let part = skip(to: "]]>"), !texts.isEmpty else { return false }
                // What looks like a reference is none here.
                for byte in part { texts[texts.count - 1] += byte == UInt8(ascii: "&") ? Array("&amp;".utf8) : [byte] }
            } else if rest.starts(with: "<?".utf8) {
                guard skip(to: "?>") != nil else { return false }
            } else if rest.starts(with: "<!".utf8) {
                // A document type may hold declarations in brackets.
                guard let type = skip(to: ">") else { return false }
                if type.contains(UInt8(ascii: "[")), !type.contains(UInt8(ascii: "]")) {
                    guard skip(to: "]") != nil, skip(to: ">") != nil else { return false }
                }
            } else {
                place += 1
                guard let tag = tag(bytes, &place) else { return false }
                let isEnd = tag.first == UInt8(ascii: "/")
                let name = String(
                    decoding: tag.drop { $0 == UInt8(ascii: "/") }.prefix { !isSpace($0) && $0 != UInt8(ascii: "/") },
                    as: UTF8.self)
                guard !name.isEmpty else { return false }
                if isEnd {
                    guard names.last == name else { return false }
                    close()
                } else {
                    if names.isEmpty, hasRoot { return false }
                    hasRoot = true
                    names.append(name)
                    texts.append([])
                    if tag.last == UInt8(ascii: "/") { close() }
                }
            }
        }
        return hasRoot && names.isEmpty
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

    /// Returns what is between the angle brackets of a tag, and moves behind it.
    private static func tag(_ bytes: [UInt8], _ place: inout Int) -> ArraySlice<UInt8>? {
        let start = place
        var quote: UInt8?
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return bytes[start..<place - 1]
            } else if byte == UInt8(ascii: "<") {
                return nil
            }
        }
        return nil
    }

    /// Returns a text without white space at its ends, with its references replaced.
    private static func text(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.contains("&") else { return text }
        return text.replacing(#/&(#?)(\w+);/#) { match -> String in
            let name = String(match.2)
            if match.1.isEmpty {
                return ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"][name] ?? String(match.0)
            }
            let code = name.hasPrefix("x") ? UInt32(name.dropFirst(), radix: 16) : UInt32(name)
            return code.flatMap(Unicode.Scalar.init).map { String($0) } ?? String(match.0)
        }
    }

    /// Returns a document in UTF-8, without a byte order mark.
    private static func utf8(_ content: [UInt8]) -> [UInt8] {
        if let marked = TextFile.marked(content) { return Array(marked.utf8) }
        let declaration = String(decoding: content.prefix(100), as: UTF8.self).lowercased()
        let isLatin = ["iso-8859-1", "latin-1", "latin1", "windows-1252"].contains { declaration.contains($0) }
        guard declaration.hasPrefix("<?xml"), isLatin else { return content }
        return Array(String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) })).utf8)
    }
}
