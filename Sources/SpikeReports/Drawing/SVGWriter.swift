/// Builds the elements of an image; all text and every attribute is escaped.
struct SVGWriter {
    enum Attribute {
        case number(String, Double)
        case text(String, String)
        case path(PathData)

        var name: String {
            switch self {
            case .number(let name, _), .text(let name, _): name
            case .path: "d"
            }
        }
    }

    private(set) var bytes: [UInt8] = []

    /// - Parameters:
    ///   - style: Classes, with spaces between them, that say how the element looks; see `Theme`.
    ///   - attributes: Win over what the style says.
    mutating func element(
        _ name: String, style: String? = nil, _ attributes: [Attribute] = [],
        content: ((inout SVGWriter) -> Void)? = nil
    ) {
        bytes += "<\(name)".utf8
        let look = Theme.attributes(of: name, styles: style ?? "").filter { look in
            !attributes.contains { $0.name == look.name }
        }
        let all =
            [style.map { .text("class", $0) }].compactMap(\.self) + look.map { .text($0.name, $0.value) } + attributes
        for attribute in all {
            switch attribute {
            case .number(let name, let value):
                bytes += " \(name)=\"".utf8
                FixedDecimal.append(tenths: FixedDecimal.tenths(value), to: &bytes)
            case .text(let name, let value):
                bytes += " \(name)=\"\(Markup.escape(value))".utf8
            case .path(let data):
                bytes += " d=\"".utf8
                bytes += data.bytes
            }
            bytes.append(UInt8(ascii: "\""))
        }
        guard let content else {
            bytes += "/>\n".utf8
            return
        }
        bytes.append(UInt8(ascii: ">"))
        content(&self)
        bytes += "</\(name)>\n".utf8
    }

    mutating func characters(_ text: String) { bytes += Markup.escape(text).utf8 }

    mutating func path(_ style: String, _ data: PathData) {
        if !data.isEmpty { element("path", style: style, [.path(data)]) }
    }

    mutating func line(_ style: String, from start: Point, to end: Point) {
        var data = PathData()
        data.move(to: start)
        data.line(to: end)
        path(style, data)
    }

    enum Anchor: String { case start, middle, end }

    /// - Parameters:
    ///   - position: Of the text's anchor on its base line.
    ///   - tooltip: Shown by browsers when the pointer rests on the text.
    mutating func text(
        _ text: String, at position: Point, anchor: Anchor = .start, style: String? = nil, turned: Bool = false,
        tooltip: String? = nil
    ) {
        var attributes: [Attribute] = [.number("x", position.x), .number("y", position.y)]
        if anchor != .start { attributes.append(.text("text-anchor", anchor.rawValue)) }
        if turned {
            let centre = "\(FixedDecimal.text(position.x)) \(FixedDecimal.text(position.y))"
            attributes.append(.text("transform", "rotate(-90 \(centre))"))
        }
        guard let tooltip else { return element("text", style: style, attributes) { $0.characters(text) } }
        // Around the text: within it, some programs show the tooltip as well.
        element("g") { writer in
            writer.element("title") { $0.characters(tooltip) }
            writer.element("text", style: style, attributes) { $0.characters(text) }
        }
    }

    /// What keeps a text apart from lines that pass behind it: the text itself in the colour of the surface, thicker. It
    /// goes before the text, and screen readers pass over it.
    mutating func halo(_ text: String, at position: Point) {
        element(
            "text", style: "halo",
            [.number("x", position.x), .number("y", position.y), .text("aria-hidden", "true")]
        ) { $0.characters(text) }
    }

    /// A whole image.
    ///
    /// - Parameters:
    ///   - title: Read out by screen readers as the image's name.
    ///   - description: What there is to see, in a sentence.
    static func document(
        title: String, description: String, width: Double, height: Double, content: (inout SVGWriter) -> Void
    ) -> String {
        var writer = SVGWriter()
        withoutActuallyEscaping(content) { content in
            writer.element(
                "svg",
                [
                    .text("xmlns", "http://www.w3.org/2000/svg"), .text("class", "sk-plot"),
                    .number("width", width), .number("height", height),
                    .text("viewBox", "0 0 \(FixedDecimal.text(width)) \(FixedDecimal.text(height))"),
                    .text("role", "img"), .text("font-family", "sans-serif"), .text("font-size", "12"),
                ]
            ) { writer in
                writer.element("title") { $0.characters(title) }
                writer.element("desc") { $0.characters(description) }
                writer.element(
                    "rect", style: "surface", [.number("width", width), .number("height", height)])
                content(&writer)
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
