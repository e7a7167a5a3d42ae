/// Estimates of the width of text, in pixels. They are generous, because the reader's font is not known.
enum TextMetrics {
    static let labelSize = 12.0
    /// The font size to estimate titles with. Their bold letters of 15 pixels are about as wide as plain ones of this
    /// size.
    static let titleSize = 17.0

    static func width(_ text: String, size: Double = labelSize) -> Double {
        text.unicodeScalars.reduce(0) { $0 + em($1) } * size
    }

    /// The text if it fits into `width`; otherwise as much of its beginning as fits, with an ellipsis.
    static func fitted(_ text: String, to width: Double, size: Double = labelSize) -> String {
        if Self.width(text, size: size) <= width { return text }
        var kept = ""
        var used = em("…") * size
        for character in text {
            used += Self.width(String(character), size: size)
            if used > width { break }
            kept.append(character)
        }
        while kept.last == " " { kept.removeLast() }
        return kept + "…"
    }

    /// The text broken at spaces into lines that fit into `width`. If more than `lineLimit` lines were needed, the last
    /// line is cut.
    static func wrapped(_ text: String, to width: Double, size: Double, lineLimit: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, lines.count == lineLimit || Self.width("\(last) \(word)", size: size) <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.map { fitted($0, to: width, size: size) }
    }

    private static func em(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ": 0.34
        case "f", "r", "t", "(", ")", "[", "]", "-", "/": 0.42
        case "m", "w", "M", "W", "@", "%": 0.95
        case "A"..."Z": 0.72
        case "0"..."9", "\u{2212}", "+", "=", "<", ">": 0.62
        case "\u{2009}": 0.22
        case "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻": 0.42
        case "\u{300}"..."\u{36F}": 0
        case "\u{1100}"..."\u{115F}", "\u{2E80}"..."\u{A4CF}", "\u{AC00}"..."\u{D7A3}", "\u{FF00}"..."\u{FF60}",
            "\u{1F000}"...:
            1.1
        default: 0.6
        }
    }
}
