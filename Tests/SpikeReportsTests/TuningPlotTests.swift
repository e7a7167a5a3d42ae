import Testing

@testable import SpikeReports

struct TuningPlotTests {
    @Test func findsTheBestForEitherGoal() {
        let objectives = [3, .nan, 1, 5, 0.9, .infinity, 0.9]
        let least = TuningPlot(title: "t", objectives: objectives)
        let largest = TuningPlot(title: "t", objectives: objectives, goal: .maximum)
        #expect(least.bestIndex == 4 && largest.bestIndex == 3)
        #expect(least.bestSoFar == [3, 3, 1, 1, 0.9, 0.9, 0.9])
        #expect(largest.bestSoFar == [3, 3, 3, 5, 5, 5, 5])
    }

    @Test func legendNamesTheBestAndCountsFailures() {
        let plot = TuningPlot(
            title: "t", objectives: [.nan, 0.5, 0.25, -.infinity], objective: AxisLabel("RMSE", unit: "mV"))
        let parsed = expectSoundImage(plot.svg)
        #expect(parsed.labels.contains("best: 0.25\u{A0}mV at trial 3"))
        #expect(parsed.labels.contains("without a finite objective: 2"))
        // One in the legend, one a failed trial.
        #expect(parsed.all("path", style: "hollow s1").count == 3)
        #expect(parsed.labels.contains("RMSE / mV") && parsed.labels.contains("trial"))
    }

    @Test func bestSoFarStepsDownToTheBest() throws {
        let plot = TuningPlot(title: "t", objectives: [8, 9, 2, 4])
        let parsed = expectSoundImage(plot.svg)
        let line = try #require(parsed.all("path", style: "curve s0").last?.attributes["d"])
        let ring = try #require(parsed.all("circle").last?.attributes["cy"])
        #expect(Double(ring) == corners(of: line).last?.y)
        let heights = corners(of: line).map(\.y)
        #expect(zip(heights, heights.dropFirst()).allSatisfy { $0 <= $1 + 1e-9 })
        // From the first trial on, steps go right, and then down where the better trial is.
        let (points, best) = (corners(of: line), try #require(parsed.all("circle").last?.attributes["cx"]))
        let drop = try #require(zip(points, points.dropFirst()).first { $0.y != $1.y })
        #expect(drop.0.x == Double(best) && drop.1.x == Double(best))
        let width = try #require(points.last).x - points[0].x
        #expect(abs(drop.0.x - points[0].x - width * 2 / 3) < 0.2)
    }

    @Test func wideHistoriesAreLogarithmic() {
        let wide = expectSoundImage(TuningPlot(title: "t", objectives: [1, 0.1, 0.0001]).svg).labels
        #expect(wide.contains("0.001") && wide.contains("0.01"))
        let narrow = expectSoundImage(TuningPlot(title: "t", objectives: [1, 0.1, 0]).svg).labels
        #expect(narrow.contains("0.6") && !narrow.contains("0.001"))
    }

    @Test(arguments: [
        [], [.nan], [.nan, .infinity, -.infinity], [0], [1e20], [1e-20, 1e20], [-5, -5, -5], [1.7e308, -1.7e308],
    ])
    func extremeHistories(objectives: [Double]) {
        let labels = expectSoundImage(TuningPlot(title: "t", objectives: objectives).svg).labels
        #expect(labels.contains("no trials") == objectives.isEmpty)
    }

    @Test func manyTrialsStaySmall() {
        let objectives = (0..<100_000).map { Double(($0 * 7919) % 1000) + 1 }
        #expect(TuningPlot(title: "t", objectives: objectives).svg.utf8.count < 2_000_000)
    }
}
