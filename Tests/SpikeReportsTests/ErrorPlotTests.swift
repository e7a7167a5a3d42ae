import Testing

@testable import SpikeReports

struct ErrorPlotTests {
    @Test func namesStandBesideTheirMarks() throws {
        let plot = ErrorPlot(
            title: "t",
            series: [
                ErrorSeries(name: "A & B", spikesPerSecond: 10, error: 0.5),
                ErrorSeries(name: "C", spikesPerSecond: 80, error: 0.1),
            ], error: AxisLabel("RMSE", unit: "mV"))
        let parsed = expectSoundImage(plot.svg)
        #expect(parsed.all("text", style: "f0").map(\.text) == ["A & B"])
        #expect(parsed.all("text", style: "f1").map(\.text) == ["C"])
        // Each stands before its halo, which comes first.
        #expect(parsed.all("text", style: "halo").map(\.text).sorted() == ["A & B", "C"])
        #expect(parsed.labels.contains("RMSE / mV") && parsed.labels.contains("spikes per second / Hz"))
        let mark = try #require(parsed.all("circle").first?.attributes)
        let name = try #require(parsed.all("text", style: "f0").first?.attributes)
        let gap = try #require(Double(name["x"] ?? "")) - #require(Double(mark["cx"] ?? ""))
        #expect(abs(gap - 8) < 0.2)
    }

    @Test func crowdedNamesMoveToALegend() {
        let series = (0..<60).map {
            ErrorSeries(name: "codec \($0)", spikesPerSecond: $0 == 0 ? 1 : 50, error: 0.3)
        }
        let parsed = expectSoundImage(ErrorPlot(title: "t", series: series).svg)
        #expect(!parsed.elements.contains { $0.attributes["class"]?.hasPrefix("halo") ?? false })
        for entry in series { #expect(parsed.labels.contains(entry.name)) }
    }

    @Test func aLineLeadsToANameNearAnotherMark() {
        func leaders(_ points: [(Double, Double)]) -> Int {
            let series = points.enumerated().map {
                ErrorSeries(name: "a codec's long name \($0)", spikesPerSecond: $1.0, error: $1.1)
            }
            let parsed = expectSoundImage(ErrorPlot(title: "t", series: series).svg)
            return parsed.elements.count { $0.attributes["class"]?.hasPrefix("leader") ?? false }
        }
        #expect(leaders([(1, 1), (50, 50)]) == 0)
        #expect(leaders([(1, 1), (50, 50), (51.4, 51.2), (52.8, 52.4), (54.2, 53.6)]) > 0)
    }

    @Test func curvesJoinTheirPoints() throws {
        let rates: [Double] = [1, 2, 3, 4, 5, 6]
        let points = rates.map { ErrorSeries.Point(spikesPerSecond: $0, error: 1 / $0) }
        let parsed = expectSoundImage(ErrorPlot(title: "t", series: [ErrorSeries(name: "a", points: points)]).svg)
        let curve = try #require(parsed.all("path", style: "curve thin s0").first?.attributes["d"])
        #expect(Set(corners(of: curve).map(\.x)).count == 6)
        #expect(parsed.all("circle").count == 6)
    }

    @Test func wideRangesAreLogarithmic() {
        let labels = expectSoundImage(
            ErrorPlot(
                title: "t",
                series: [
                    ErrorSeries(name: "a", spikesPerSecond: 1, error: 0.001),
                    ErrorSeries(name: "b", spikesPerSecond: 1e4, error: 0.002),
                ]
            ).svg
        ).labels
        #expect(labels.contains("10") && labels.contains("100") && labels.contains("1000"))
        #expect(labels.contains("0.0015") || labels.contains("0.0014"))
    }

    @Test func notFinitePointsAreCounted() {
        let series = [
            ErrorSeries(name: "a", spikesPerSecond: .nan, error: 1),
            ErrorSeries(name: "b", spikesPerSecond: 1, error: 1),
            ErrorSeries(name: "c", spikesPerSecond: 1, error: .infinity),
        ]
        let labels = expectSoundImage(ErrorPlot(title: "t", series: series).svg).labels
        #expect(labels.contains("left out for want of a finite value: 2"))
    }

    @Test(arguments: [[], [(0, 0)], [(1e-20, 1e20), (1e20, 1e-20)], [(5, 5), (5, 5)]] as [[(Double, Double)]])
    func extremeResults(results: [(Double, Double)]) {
        let series = results.map { ErrorSeries(name: "codec", spikesPerSecond: $0.0, error: $0.1) }
        let labels = expectSoundImage(ErrorPlot(title: "t", series: series).svg).labels
        #expect(labels.contains("no finite results") == results.isEmpty)
    }
}
