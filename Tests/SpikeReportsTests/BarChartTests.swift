import Testing

@testable import SpikeReports

struct BarChartTests {
    @Test func barsAreAsLongAsTheirValues() throws {
        let chart = BarChart(
            title: "t", value: AxisLabel("rate", unit: "Hz"),
            bars: [.init("one <1>", 1), .init("four", 4, isHighlighted: true), .init("minus two", -2)])
        let parsed = expectSoundPicture(chart.svg)
        let bars = parsed.all("rect").dropFirst().map(\.attributes)
        let widths = bars.compactMap { Double($0["width"] ?? "") }
        #expect(widths.count == 3)
        #expect(abs(widths[1] / widths[0] - 4) < 0.02 && abs(widths[2] / widths[0] - 2) < 0.02)
        #expect(bars.map { $0["class"] } == ["f0", "f1", "f0"])
        // The negative bar ends where the others begin.
        let ends = try #require(Double(bars[2]["x"] ?? "")) + widths[2]
        #expect(abs(ends - (try #require(Double(bars[0]["x"] ?? "")))) < 0.2)
        for label in ["one <1>", "four", "1", "4", "\u{2212}2", "rate / Hz"] { #expect(parsed.labels.contains(label)) }
    }

    @Test func numbersStayInThePicture() throws {
        let chart = BarChart(
            title: "t", value: "v", bars: [.init("large", 123_456), .init("opposite", -123_456)])
        for text in expectSoundPicture(chart.svg).all("text") where text.text.contains("123") {
            let x = try #require(Double(text.attributes["x"] ?? ""))
            let width = TextMetrics.width(text.text)
            #expect(text.attributes["text-anchor"] == "end" ? x - width > 60 : x + width < 760)
        }
    }

    @Test(arguments: [[], [0, 0], [.nan], [1e20], [-1e-20], [.infinity, 3]] as [[Double]])
    func extremeValues(values: [Double]) {
        let chart = BarChart(title: "t", value: "v", bars: values.map { .init("bar", $0) })
        let labels = expectSoundPicture(chart.svg).labels
        #expect(labels.contains("not finite") == values.contains { !$0.isFinite })
        #expect(labels.contains("no values") == values.isEmpty)
    }
}
