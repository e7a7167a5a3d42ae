/// A part of a report under its own heading.
public struct ReportSection: Sendable {
    /// The heading of the section.
    public let heading: String

    /// The contents of the section, in their order.
    public var blocks: [ReportBlock]

    /// Creates a section.
    ///
    /// - Parameters:
    ///   - heading: The heading of the section.
    ///   - blocks: The contents of the section, in their order.
    public init(_ heading: String, _ blocks: [ReportBlock] = []) {
        self.heading = heading
        self.blocks = blocks
    }

    /// The section as HTML.
    ///
    /// - Parameter name: A name for links within the page, which must be unique there; `nil` for none.
    func html(name: String?) -> String {
        "<section\(name.map { " id=\"\($0)\"" } ?? "")>\n<h2>\(Markup.escape(heading))</h2>\n"
            + "\(blocks.map(\.html).joined())</section>\n"
    }
}

/// A piece of content of a section. All text is shown as it is given, without markup.
public indirect enum ReportBlock: Sendable {
    /// A paragraph of text.
    case paragraph(String)
    /// A list of names and their values.
    case keyValues([ReportFact])
    /// A table.
    case table(ReportTable)
    /// A plot with a caption below it.
    case figure(any Plot, caption: String)
    /// A command line, or other text whose line breaks matter.
    case command(String)
    /// Blocks that the reader can open and close under a summary line that is always visible.
    case details(String, [ReportBlock])

    var html: String {
        switch self {
        case .paragraph(let text):
            "<p>\(Markup.escape(text))</p>\n"
        case .keyValues(let facts):
            "<dl>\n\(facts.map(\.html).joined())</dl>\n"
        case .table(let table):
            table.html
        case .figure(let plot, let caption):
            "<figure>\n\(plot.svg)<figcaption>\(Markup.escape(caption))</figcaption>\n</figure>\n"
        case .details(let summary, let blocks):
            "<details>\n<summary>\(Markup.escape(summary))</summary>\n\(blocks.map(\.html).joined())</details>\n"
        case .command(let text):
            "<pre><code>\(text.split(separator: " ", omittingEmptySubsequences: false).map(word).joined(separator: " "))</code></pre>\n"
        }
    }

    /// A word of a command as HTML. Lines do not break after the hyphens of an option.
    private func word(_ text: Substring) -> String {
        let escaped = Markup.escape(String(text))
        return text.hasPrefix("-") ? "<span class=\"option\">\(escaped)</span>" : escaped
    }
}

/// A name and its value, such as a parameter, in a report.
public struct ReportFact: Sendable, Hashable {
    /// The name.
    public let name: String

    /// The value, as the reader should see it.
    public let value: String

    /// Creates a fact from a name and its value.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value, as the reader should see it.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    var html: String { "<div><dt>\(Markup.escape(name))</dt><dd>\(Markup.escape(value))</dd></div>\n" }
}
