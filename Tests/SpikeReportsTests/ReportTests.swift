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
        #expect(html.components(separatedBy: "http").count == 1 + 2, "one namespace an image")
        for name in ["script", "link", "img", "iframe", "a"] { #expect(parsed.all(name).isEmpty) }
        #expect(!html.contains("@import") && !html.contains("url("))
        #expect(html.hasPrefix("<!DOCTYPE html>"))
        #expect(parsed.all("html").first?.attributes["lang"] == "en")
        #expect(parsed.all("meta").contains { $0.attributes["charset"] == "utf-8" })
        #expect(parsed.all("meta").contains { $0.attributes["name"] == "viewport" })
    }

    @Test func pageAndImagesShareTheirColours() throws {
        let styles = ParsedXML(Self.report.html).all("style").map(\.text)
        #expect(styles.count == 1)
        let style = try #require(styles.first)
        #expect(style.contains("(prefers-color-scheme: dark)"))
        #expect(style.contains("--sk-surface:\(Theme.surface.light)"))
        #expect(style.contains("--sk-surface:\(Theme.surface.dark)"))
        #expect(style.contains(Theme.plotRules))
        #expect(style.contains("@media print"))
    }

    @Test func imagesDoNotClash() {
        let parsed = ParsedXML(Self.report.html)
        #expect(parsed.elements.allSatisfy { $0.attributes["id"] == nil })
    }

    @Test func emptyReportIsAPage() {
        let parsed = ParsedXML(Report(title: "", program: "", date: "").html)
        #expect(parsed.all("section").isEmpty && parsed.all("main").count == 1 && parsed.all("p").isEmpty)
    }

    @Test func longReportsHaveContents() {
        let sections = (1...4).map { ReportSection("Heading <\($0)>", [.paragraph("text")]) }
        let parsed = ParsedXML(Report(title: "t", program: "p", date: "d", sections: sections).html)
        #expect(parsed.all("a").map(\.text) == sections.map(\.heading))
        let targets = parsed.all("section").compactMap { $0.attributes["id"] }
        #expect(parsed.all("a").compactMap { $0.attributes["href"] } == targets.map { "#\($0)" })
        #expect(Set(targets).count == 4)
    }

    @Test func anotherPartGoesBelow() throws {
        let sections = (1...4).map { ReportSection("Heading \($0)", [.figure(Self.line, caption: "")]) }
        let second = Report(title: "Second <part>", subtitle: "sub", program: "p", date: "d", sections: sections)
        let page = try #require(second.appended(toPage: Self.report.html))
        let parsed = ParsedXML(page)
        #expect(parsed.all("h1").map(\.text) == ["Title <1>", "Second <part>"])
        #expect(parsed.all("h2").map(\.text) == ["First & <b>", "Second"] + sections.map(\.heading))
        #expect(parsed.all("footer").count == 1 && parsed.all("main").count == 2)
        let link = try #require(parsed.all("p", style: "next").first)
        #expect(link.text == "Below: Second <part>")
        #expect(parsed.all("header").last?.attributes["id"] == "part-2")
        let third = try #require(second.appended(toPage: page))
        let ids = ParsedXML(third).elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count && ids.contains("part-3"))
        #expect(ParsedXML(third).all("p", style: "next").count == 2)
        #expect(second.appended(toPage: "<html></html>") == nil)
    }

    @Test func detailsAreShownOnDemand() {
        let block = ReportBlock.details("All <settings>", [.paragraph("epochs: 3")])
        let parsed = ParsedXML(
            Report(title: "t", program: "p", date: "d", sections: [ReportSection("s", [block])]).html)
        #expect(parsed.all("summary").map(\.text) == ["All <settings>"])
        #expect(parsed.all("details").first?.text.contains("epochs: 3") == true)
    }
}
