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
        let subtitle = subtitle.map { "<p class=\"subtitle\">\(Markup.escape($0))</p>\n" } ?? ""
        return """
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
            <header>
            <h1>\(Markup.escape(title))</h1>
            \(subtitle)</header>
            <main>
            \(sections.map(\.html).joined())</main>
            <footer>\(Markup.escape(program)) · \(Markup.escape(date))</footer>
            </body>
            </html>

            """
    }
}
