import SpikeEncoding
import Testing

@testable import SpikeReports

struct ReportTests {
    static let line = LinePlot(title: "Line", x: "x", y: "y", series: [LineSeries(name: "a", x: [0, 1], y: [0, 1])])
    static let raster = RasterPlot(title: "Raster", spikes: SpikeTrain(signs: [0, 1, -1, 0], unitCount: 2))

    static let report = Report(
        title: "Title <1>", subtitle: "Sub & title", program: "spike \"0.1\"", date: "2026-01-02",
        sections: [
            ReportSection("First & <b>", [.paragraph("Some <i>text</i>."), .command("spike encode a.csv > 'b'")]),
            ReportSection(
                "Second",
                [
                    .keyValues([ReportFact("rate <", "360 & Hz")]),
                    .table(
                        ReportTable(
                            columns: [.init("name"), .init("error", .number, help: "root \"mean\" square")],
                            rows: [["a<", "1"], ["b", "2"]], highlightedRow: 1)),
                    .figure(raster, caption: "Caption & more"), .figure(line, caption: "Line"),
                ]),
        ])

    @Test func holdsAllSections() {
        let parsed = ParsedXML(Self.report.html)
        #expect(parsed.all("h1").map(\.text) == ["Title <1>"])
        #expect(parsed.all("p").map(\.text) == ["Sub & title", "Some <i>text</i>."])
        #expect(parsed.all("h2").map(\.text) == ["First & <b>", "Second"])
        #expect(parsed.all("code").map(\.text) == ["spike encode a.csv > 'b'"])
        #expect(parsed.all("dt").map(\.text) == ["rate <"] && parsed.all("dd").map(\.text) == ["360 & Hz"])
        #expect(parsed.all("figcaption").map(\.text) == ["Caption & more", "Line"])
        #expect(parsed.all("svg", style: "sk-plot").count == 2)
        #expect(parsed.all("footer").map(\.text) == ["spike \"0.1\" · 2026-01-02"])
    }

    @Test func tablesAlignNumbersAndMarkARow() {
        let parsed = ParsedXML(Self.report.html)
        #expect(parsed.all("th").map { $0.attributes["title"] } == [nil, "root \"mean\" square"])
        #expect(parsed.all("td").map(\.text) == ["a<", "1", "b", "2"])
        #expect(parsed.all("td").map { $0.attributes["class"] } == [nil, "number", nil, "number"])
        #expect(parsed.all("tr", style: "highlight").map(\.text) == ["b2"])
        let plain = Report(
            title: "t", program: "p", date: "d",
            sections: [ReportSection("s", [.table(ReportTable(columns: [.init("a")], rows: [["1"]]))])])
        #expect(ParsedXML(plain.html).all("tr", style: "highlight").isEmpty)
    }

    @Test func needsNothingElse() {
        let html = Self.report.html
        let parsed = ParsedXML(html)
        #expect(html.components(separatedBy: "http").count == 1 + 2, "one namespace a picture")
        for name in ["script", "link", "img", "iframe", "a"] { #expect(parsed.all(name).isEmpty) }
        #expect(!html.contains("@import") && !html.contains("url("))
        #expect(html.hasPrefix("<!DOCTYPE html>"))
        #expect(parsed.all("html").first?.attributes["lang"] == "en")
        #expect(parsed.all("meta").contains { $0.attributes["charset"] == "utf-8" })
        #expect(parsed.all("meta").contains { $0.attributes["name"] == "viewport" })
    }

    @Test func pageAndPicturesShareTheirColours() throws {
        let styles = ParsedXML(Self.report.html).all("style").map(\.text)
        #expect(styles.count == 3)
        for style in styles {
            #expect(style.contains("(prefers-color-scheme: dark)"))
            #expect(style.contains("--sk-surface:\(Theme.surface.light)"))
            #expect(style.contains("--sk-surface:\(Theme.surface.dark)"))
        }
        #expect(styles[0].contains("@media print"))
    }

    @Test func picturesDoNotClash() {
        let parsed = ParsedXML(Self.report.html)
        #expect(parsed.elements.allSatisfy { $0.attributes["id"] == nil })
        #expect(Set(parsed.all("style").dropFirst().map(\.text)).count == 1)
    }

    @Test func emptyReportIsAPage() {
        let parsed = ParsedXML(Report(title: "", program: "", date: "").html)
        #expect(parsed.all("section").isEmpty && parsed.all("main").count == 1 && parsed.all("p").isEmpty)
    }
}
