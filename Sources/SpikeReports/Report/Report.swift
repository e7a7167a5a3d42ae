import Foundation

/// A report in one HTML file, which has no scripts and loads no fonts or other files.
///
/// The page suits phones and paper, and follows the reader's choice of light or dark.
public struct Report: Sendable {
    /// The title of the report.
    public let title: String

    /// A line below the title; `nil` for none.
    public let subtitle: String?

    /// The sections of the report, in their order.
    public var sections: [ReportSection]

    /// The name and version of the program that made the report, for the footer.
    public let program: String

    /// The date of the report, for the footer, as the reader should see it.
    public let date: String

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - title: The title of the report.
    ///   - subtitle: A line below the title; `nil` for none.
    ///   - program: The name and version of the program that made the report.
    ///   - date: The date of the report, as the reader should see it.
    ///   - sections: The sections of the report, in their order.
    public init(
        title: String, subtitle: String? = nil, program: String, date: String, sections: [ReportSection] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.program = program
        self.date = date
        self.sections = sections
    }

    /// The report as a whole HTML file, which is also well-formed XML.
    public var html: String {
        """
        <!DOCTYPE html>
        <html lang="en" class="sk-page">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>\(Markup.escape(title))</title>
        <style>
        \(ReportStyle.rules)</style>
        </head>
        <body class="sk-report">
        \(part(1))\(Self.end)
        <footer>\(Markup.escape(program)) · \(Markup.escape(date))</footer>
        </body>
        </html>

        """
    }

    /// Adds this report as another part to the end of an existing page, with a link to it at the beginning of the page.
    ///
    /// A first part can be read while the work for the second part still runs.
    ///
    /// - Parameter page: A page from `html` or from this function.
    /// - Returns: The page with the new part; `nil` if `page` does not come from `html`.
    public func appended(toPage page: String) -> String? {
        guard let end = page.range(of: Self.end, options: .backwards), let mark = page.range(of: Self.readOn) else {
            return nil
        }
        let number = page.components(separatedBy: "<main").count
        let link = "<p class=\"next\">Below: <a href=\"#part-\(number)\">\(Markup.escape(title))</a></p>\n"
        return page[..<mark.lowerBound] + link + page[mark.lowerBound..<end.lowerBound] + part(number)
            + page[end.lowerBound...]
    }

    /// The marks in a page where another part is inserted, and where the link to it is.
    private static let end = "<!-- end of parts -->"
    private static let readOn = "<!-- other parts -->"

    private func part(_ number: Int) -> String {
        let subtitle = subtitle.map { "<p class=\"subtitle\">\(Markup.escape($0))</p>\n" } ?? ""
        // Short reports need no table of contents.
        let hasContents = sections.count > 3
        let names = sections.indices.map { hasContents ? "part-\(number)-\($0 + 1)" : nil }
        let links = zip(sections, names).map { section, name in
            "<a href=\"#\(name ?? "")\">\(Markup.escape(section.heading))</a>\n"
        }
        let contents = hasContents ? "<nav>\n\(links.joined())</nav>\n" : ""
        let name = number > 1 ? " id=\"part-\(number)\"" : ""
        return """
            <header\(name)>
            <h1>\(Markup.escape(title))</h1>
            \(subtitle)\(number > 1 ? "" : Self.readOn + "\n")</header>
            \(contents)<main>
            \(zip(sections, names).map { $0.html(name: $1) }.joined())</main>

            """
    }
}
