/// Builds the elements of a picture; all text and every attribute is escaped.
struct SVGWriter {
    enum Attribute {
        case number(String, Double)
        case text(String, String)
        case path(PathData)
    }

    private(set) var bytes: [UInt8] = []

    mutating func element(
        _ name: String, _ attributes: [Attribute] = [], content: ((inout SVGWriter) -> Void)? = nil
    ) {
        bytes += "<\(name)".utf8
        for attribute in attributes {
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
        if !data.isEmpty { element("path", [.text("class", style), .path(data)]) }
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
        if let style { attributes.append(.text("class", style)) }
        if turned {
            let centre = "\(FixedDecimal.text(position.x)) \(FixedDecimal.text(position.y))"
            attributes.append(.text("transform", "rotate(-90 \(centre))"))
        }
        element("text", attributes) { writer in
            if let tooltip { writer.element("title") { $0.characters(tooltip) } }
            writer.characters(text)
        }
    }

    /// Draws inside `area` only, with positions still those of the whole picture. A nested `svg` clips without an id,
    /// which would have to be unique in a page.
    mutating func clipped(to area: Rectangle, content: (inout SVGWriter) -> Void) {
        let box = [area.x, area.y, area.width, area.height].map(FixedDecimal.text).joined(separator: " ")
        withoutActuallyEscaping(content) { content in
            element(
                "svg",
                [
                    .number("x", area.x), .number("y", area.y), .number("width", area.width),
                    .number("height", area.height), .text("viewBox", box), .text("overflow", "hidden"),
                ], content: content)
        }
    }

    /// A whole picture.
    ///
    /// - Parameters:
    ///   - title: Read out by screen readers as the picture's name.
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
                    .text("role", "img"),
                ]
            ) { writer in
                writer.element("title") { $0.characters(title) }
                writer.element("desc") { $0.characters(description) }
                writer.element("style") { $0.bytes += Theme.pictureStyle.utf8 }
                writer.element(
                    "rect",
                    [
                        .text("class", "surface"), .number("width", width), .number("height", height),
                    ])
                content(&writer)
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
