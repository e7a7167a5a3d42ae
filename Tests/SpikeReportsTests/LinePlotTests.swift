import Testing

@testable import SpikeReports

struct LinePlotTests {
    @Test func stylesDrawDifferently() throws {
        let x = [0.0, 1, 2, 3]
        let y = [0.0, 4, 1, 3]
        func path(_ style: LineSeries.Style, _ name: String) throws -> [Point] {
            let plot = LinePlot(title: "t", x: "x", y: "y", series: [LineSeries(name: "a", x: x, y: y, style: style)])
            return corners(
                of: try #require(expectSoundImage(plot.svg).all("path", style: name).first?.attributes["d"]))
        }
        let line = try path(.line, "curve s0")
        let steps = try path(.steps, "curve s0")
        let points = try path(.points, "dots s0")
        #expect(zip(line, line.dropFirst()).contains { $0.x != $1.x && $0.y != $1.y })
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.x == $1.x || $0.y == $1.y })
        #expect(points.count == 8)
    }

    @Test func severalSeriesHaveALegend() {
        let series = (0..<8).map { LineSeries(name: "series \($0)", x: [0, 1], y: [0, Double($0)]) }
        let parsed = expectSoundImage(
            LinePlot(title: "t", x: AxisLabel("time", unit: "ms"), y: AxisLabel("u", unit: "mV"), series: series).svg)
        for entry in series { #expect(parsed.labels.contains(entry.name)) }
        #expect(!parsed.all("path", style: "curve s0 dashed").isEmpty)
        #expect(parsed.labels.contains("time / ms") && parsed.labels.contains("u / mV"))
        let single = LinePlot(title: "t", x: "x", y: "y", series: Array(series.prefix(1)))
        #expect(!expectSoundImage(single.svg).labels.contains("series 0"))
    }

    @Test func logarithmicScaleLeavesOutWhatHasNoPlace() throws {
        let series = LineSeries(name: "a", x: [1, 10, 100, 1000], y: [1, 2, 3, 4])
        func labels(_ scale: AxisScale) -> [String] {
            expectSoundImage(LinePlot(title: "t", x: "x", y: "y", xScale: scale, series: [series]).svg).labels
        }
        #expect(labels(.logarithmic).contains("10") && labels(.automatic).contains("10"))
        #expect(!labels(.linear).contains("10") && labels(.linear).contains("200"))
    }

    @Test(arguments: [[], [.nan], [0], [1e20, -1e20], [1e-20, .infinity, 2e-20]] as [[Double]])
    func extremeValues(y: [Double]) {
        for style in [LineSeries.Style.line, .steps, .points] {
            let series = LineSeries(name: "a", x: y.indices.map(Double.init), y: y, style: style)
            expectSoundImage(LinePlot(title: "t", x: "x", y: "y", yScale: .automatic, series: [series]).svg)
        }
    }

    @Test func colourWeightAndDashesAreTheSeriesOwn() {
        let parsed = expectSoundImage(
            LinePlot(
                title: "t", x: "x", y: "y", note: "a note",
                series: [
                    LineSeries(name: "mean", x: [1, 2], y: [1, 2], style: .markedLine, colour: 1),
                    LineSeries(name: "seed", x: [1, 2], y: [2, 2], colour: 1, weight: .thin),
                    LineSeries(name: "seed", x: [1, 2], y: [0, 2], colour: 1, weight: .thin),
                    LineSeries(name: "", x: [1, 2], y: [1, 1], colour: 2, isDashed: true),
                ]
            ).svg)
        func count(_ style: String) -> Int { parsed.all("path", style: style).count }
        // A line each, and one in the legend for each name.
        #expect(count("curve s1") == 2 && count("curve pale s1") == 3 && count("curve s2 dashed") == 1)
        #expect(count("dots s1") == 1)
        #expect(parsed.labels.filter { $0 == "seed" }.count == 1 && !parsed.labels.contains(""))
        #expect(parsed.labels.contains("a note"))
        let order = parsed.all("path").compactMap { $0.attributes["class"] }
        #expect(order.lastIndex(of: "curve pale s1")! < order.lastIndex(of: "curve s1")!, "thin lines lie behind")
    }

    @Test func wholeNumbersAlongX() {
        let series = LineSeries(name: "a", x: [1, 2, 3], y: [1, 2, 3])
        func labels(_ countsWhole: Bool) -> [String] {
            expectSoundImage(
                LinePlot(title: "t", x: "x", y: "y", xCountsWhole: countsWhole, series: [series]).svg
            ).labels.filter { $0.contains(".") }
        }
        #expect(labels(true).count < labels(false).count)
    }
}
