import Foundation

/// Decodes the bytes of text files.
enum TextFile {
    /// Returns a text in UTF-8, or in UTF-16 with a byte order mark. The mark is not part of the text.
    static func decoded(_ content: [UInt8]) -> String { marked(content) ?? String(decoding: content, as: UTF8.self) }

    /// Returns a text that begins with a byte order mark, without the mark; `nil` if there is no mark.
    static func marked(_ content: [UInt8]) -> String? {
        if content.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: content.dropFirst(3), as: UTF8.self) }
        guard content.starts(with: [0xFF, 0xFE]) || content.starts(with: [0xFE, 0xFF]) else { return nil }
        let isBig = content[0] == 0xFE
        let units = stride(from: 2, to: content.count - 1, by: 2).map { place in
            UInt16(content[place + (isBig ? 0 : 1)]) << 8 | UInt16(content[place + (isBig ? 1 : 0)])
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// Returns the lines of a text without white space at their ends, and without empty lines.
    static func lines(_ content: [UInt8]) -> [String] {
        decoded(content).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}

extension Double {
    /// Reads a decimal number. Hexadecimal numbers such as `0x10`, which Swift reads too, are not accepted.
    init?(decimal text: some StringProtocol) {
        guard !text.contains(where: { $0 == "x" || $0 == "X" }) else { return nil }
        self.init(text)
    }
}
