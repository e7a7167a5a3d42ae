/// A part of a report under a heading of its own.
public struct ReportSection: Sendable {
    public let heading: String
    public var blocks: [ReportBlock]

    public init(_ heading: String, _ blocks: [ReportBlock] = []) {
        self.heading = heading
        self.blocks = blocks
    }

    /// - Parameter name: For links within the page, unique there; nil for none.
    func html(name: String?) -> String {
        "<section\(name.map { " id=\"\($0)\"" } ?? "")>\n<h2>\(Markup.escape(heading))</h2>\n"
            + "\(blocks.map(\.html).joined())</section>\n"
    }
}

/// What a section is made of. All text is plain: it is shown as it is given.
public indirect enum ReportBlock: Sendable {
    case paragraph(String)
    case keyValues([ReportFact])
    case table(ReportTable)
    case figure(any Plot, caption: String)
    /// A command line, or other text whose line breaks matter.
    case command(String)
    /// What is shown on demand, under a line that is always there.
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

    /// A part of a command; options are not to be broken after their hyphens.
    private func word(_ text: Substring) -> String {
        let escaped = Markup.escape(String(text))
        return text.hasPrefix("-") ? "<span class=\"option\">\(escaped)</span>" : escaped
    }
}

/// A name and its value, such as a parameter.
public struct ReportFact: Sendable, Hashable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    var html: String { "<div><dt>\(Markup.escape(name))</dt><dd>\(Markup.escape(value))</dd></div>\n" }
}
