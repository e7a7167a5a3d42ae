import Foundation

/// A report as one HTML file that needs nothing else: no script, no link, no font from elsewhere.
///
/// It reads on phones, in light and dark, and on paper.
public struct Report: Sendable {
    public let title: String
    public let subtitle: String?
    public var sections: [ReportSection]

    /// Name and version of the program that made the report, for the footer.
    public let program: String

    /// When, as it is to be read.
    public let date: String

    public init(
        title: String, subtitle: String? = nil, program: String, date: String, sections: [ReportSection] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.program = program
        self.date = date
        self.sections = sections
    }

    /// The whole file, which is well-formed XML too.
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

    /// A page of `html` with this report as another part below, and as another way to read on at its beginning; nil if
    /// `page` is no page of ours.
    ///
    /// So a report can be read while what its second part tells of is still under way.
    public func appended(toPage page: String) -> String? {
        guard let end = page.range(of: Self.end, options: .backwards), let mark = page.range(of: Self.readOn) else {
            return nil
        }
        let number = page.components(separatedBy: "<main").count
        let link = "<p class=\"next\">Below: <a href=\"#part-\(number)\">\(Markup.escape(title))</a></p>\n"
        return page[..<mark.lowerBound] + link + page[mark.lowerBound..<end.lowerBound] + part(number)
            + page[end.lowerBound...]
    }

    /// Where another part comes in, and where the first says that there is one.
    private static let end = "<!-- end of parts -->"
    private static let readOn = "<!-- other parts -->"

    private func part(_ number: Int) -> String {
        let subtitle = subtitle.map { "<p class=\"subtitle\">\(Markup.escape($0))</p>\n" } ?? ""
        // Short reports need no contents.
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
