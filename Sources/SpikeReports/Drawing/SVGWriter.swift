/// Builds the elements of an SVG image. Text and text attributes are escaped.
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

    /// Writes an element.
    ///
    /// - Parameters:
    ///   - name: The name of the element.
    ///   - style: The classes from `Theme`, with spaces between them.
    ///   - attributes: The attributes of the element, which override those of the style.
    ///   - content: Writes the content of the element; `nil` for an empty element.
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

    /// Writes a line of text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - position: The position of the anchor on the base line of the text.
    ///   - anchor: The part of the text that is at the position.
    ///   - style: The classes from `Theme`, with spaces between them.
    ///   - turned: Whether the text runs upwards.
    ///   - tooltip: A text that browsers show when the pointer rests on the text; `nil` for none.
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
        // The title is beside the text element, because some programs would show a title inside of it as text.
        element("g") { writer in
            writer.element("title") { $0.characters(tooltip) }
            writer.element("text", style: style, attributes) { $0.characters(text) }
        }
    }

    /// Writes a thicker copy of a text in the colour of the surface, which sets the text apart from lines behind it.
    /// Call it before the text is written. Screen readers ignore the copy.
    mutating func halo(_ text: String, at position: Point) {
        element(
            "text", style: "halo",
            [.number("x", position.x), .number("y", position.y), .text("aria-hidden", "true")]
        ) { $0.characters(text) }
    }

    /// The text of a whole SVG image.
    ///
    /// - Parameters:
    ///   - title: The name of the image for screen readers.
    ///   - description: A sentence that says what the image shows.
    ///   - width: The width of the image, in pixels.
    ///   - height: The height of the image, in pixels.
    ///   - content: Writes the content of the image.
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
