import SpikeEncoding
import Testing

@testable import SpikeReports

struct RasterPlotTests {
    @Test func ticksStandAtTheirTimes() throws {
        var signs = [Int8](repeating: 0, count: 200)
        signs[25] = 1
        signs[100 + 50] = -1
        let plot = RasterPlot(
            title: "two", spikes: SpikeTrain(signs: signs, unitCount: 2), stepRate: 100, unitNames: ["first", "second"])
        let parsed = expectSoundImage(plot.svg)
        let frame = corners(of: try #require(parsed.all("path", style: "frame").last?.attributes["d"]))
        let (left, top, width) = (frame[0].x, frame[0].y, frame[2].x - frame[0].x)
        let up = try #require(parsed.all("path", style: "up").first { $0.attributes["stroke-opacity"] != nil })
        let down = try #require(parsed.all("path", style: "down").first { $0.attributes["stroke-opacity"] != nil })
        let upTick = corners(of: up.attributes["d"] ?? "")
        let downTick = corners(of: down.attributes["d"] ?? "")
        #expect(upTick.count == 2 && downTick.count == 2)
        #expect(abs((upTick[0].x + upTick[1].x) / 2 - (left + 0.25 * width)) < 0.2)
        #expect(abs((downTick[0].x + downTick[1].x) / 2 - (left + 0.5 * width)) < 0.2)
        // Rows have 30 px: the up spike is in the first one's upper half, the down spike in the lower half of the second.
        #expect(upTick[0].y > top && upTick[0].y < top + 15)
        #expect(downTick[0].y > top + 45 && downTick[0].y < top + 60)
        for label in ["first", "second", "up", "down", "unit", "time / s"] { #expect(parsed.labels.contains(label)) }
    }

    @Test func ticksAtTheEdgesStayWithin() throws {
        for (steps, amplitudes) in [(20, false), (20, true), (5000, false)] {
            var values = [Float](repeating: 0, count: steps)
            (values[0], values[steps - 1]) = (1, amplitudes ? 3 : 1)
            let train =
                amplitudes
                ? SpikeTrain(amplitudes: values, unitCount: 1)
                : SpikeTrain(signs: values.map { Int8($0) }, unitCount: 1)
            let parsed = expectSoundImage(RasterPlot(title: "edges", spikes: train).svg)
            let frame = corners(of: try #require(parsed.all("path", style: "frame").last?.attributes["d"]))
            let ticks = try #require(parsed.all("path", style: "up").first { $0.attributes["stroke-opacity"] != nil })
            let half = amplitudes ? try #require(Double(ticks.attributes["stroke-width"] ?? "")) / 2 : 0
            for corner in corners(of: ticks.attributes["d"] ?? "") {
                #expect(corner.x - half >= frame[0].x && corner.x + half <= frame[2].x, "\(steps) steps")
            }
        }
    }

    @Test func upSpikesAloneNeedNoDirection() {
        let plot = RasterPlot(title: "up", spikes: SpikeTrain(signs: [0, 1, 0, 1], unitCount: 1))
        let labels = expectSoundImage(plot.svg).labels
        #expect(labels.contains("spike") && !labels.contains("down") && labels.contains("step"))
    }

    @Test func gradedSpikesAreAsHighAsTheyAreLarge() throws {
        let plot = RasterPlot(title: "graded", spikes: SpikeTrain(amplitudes: [0, 1, 0, 4, 0, -2], unitCount: 1))
        let parsed = expectSoundImage(plot.svg)
        let up = try #require(parsed.all("path", style: "up").last?.attributes["d"])
        let tops = corners(of: up)
        let heights = [tops[0].y - tops[1].y, tops[2].y - tops[3].y]
        #expect(abs(heights[1] / heights[0] - 4) < 0.1)
    }

    @Test func gradedSpikesInThinRowsDifferInOpacity() {
        let amplitudes = (0..<200 * 50).map { (index: Int) -> Float in index % 7 == 0 ? Float(index % 10) : 0 }
        let plot = RasterPlot(title: "thin", spikes: SpikeTrain(amplitudes: amplitudes, unitCount: 200))
        let opacities = Set(
            expectSoundImage(plot.svg).all("path", style: "up").compactMap { $0.attributes["stroke-opacity"] })
        #expect(opacities.count > 1)
    }

    @Test func windowShowsThatPart() {
        var signs = [Int8](repeating: 0, count: 1000)
        signs[100] = 1
        let train = SpikeTrain(signs: signs, unitCount: 1)
        func hasSpike(_ window: ClosedRange<Double>) -> Bool {
            let plot = RasterPlot(title: "w", spikes: train, stepRate: 100, window: window)
            return !expectSoundImage(plot.svg).labels.contains("no spikes")
        }
        #expect(hasSpike(0.5...1.5))
        #expect(!hasSpike(2...5))
        #expect(!hasSpike(100...200))
    }

    @Test func manyNamesAreThinnedOut() {
        let names = (0..<500).map { "electrode \($0)" }
        let plot = RasterPlot(
            title: "many", spikes: SpikeTrain(signs: [Int8](repeating: 1, count: 500), unitCount: 500), unitNames: names
        )
        let shown = expectSoundImage(plot.svg).all("text").filter { $0.text.hasPrefix("electrode") }
        let heights = shown.compactMap { Double($0.attributes["y"] ?? "") }
        #expect(shown.count > 5 && heights.count == shown.count)
        #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 14 })
    }

    @Test(arguments: [(1, 1_000_000), (2, 500_000), (90, 12_000), (240, 4_000), (1_000, 1_000), (3_000, 350)])
    func imageStaysSmall(unitCount: Int, stepCount: Int) {
        var random = SeededGenerator(seed: 7)
        let signs = (0..<unitCount * stepCount).map { _ in
            let draw = random.next() & 7
            return draw == 0 ? 1 : draw == 1 ? -1 : 0 as Int8
        }
        let plot = RasterPlot(title: "dense", spikes: SpikeTrain(signs: signs, unitCount: unitCount), stepRate: 1000)
        let svg = plot.svg
        #expect(svg.utf8.count < 1_500_000)
        #expect(svg.utf8.count > 2_000)
        expectSoundImage(svg)
    }

    @Test func gradedImageStaysSmall() {
        let amplitudes = (0..<64 * 5_000).map { (index: Int) -> Float in Float((index * 7919) % 101 - 50) }
        let svg = RasterPlot(title: "dense", spikes: SpikeTrain(amplitudes: amplitudes, unitCount: 64)).svg
        #expect(svg.utf8.count < 1_500_000)
        expectSoundImage(svg)
    }

    @Test func nothingToDrawIsSaid() {
        let silent = SpikeTrain(signs: [Int8](repeating: 0, count: 60), unitCount: 3)
        #expect(expectSoundImage(RasterPlot(title: "0", spikes: silent).svg).labels.contains("no spikes"))
        let empty = SpikeTrain(signs: [], unitCount: 0)
        #expect(expectSoundImage(RasterPlot(title: "", spikes: empty).svg).labels.contains("no spikes"))
        let withoutSteps = SpikeTrain(signs: [], unitCount: 4)
        expectSoundImage(RasterPlot(title: "no steps", spikes: withoutSteps, stepRate: .nan).svg)
    }

    @Test func namesAreEscaped() {
        let plot = RasterPlot(
            title: "a < b & \"c\"", spikes: SpikeTrain(signs: [1], unitCount: 1), unitNames: ["<script>&'漢字"])
        let parsed = expectSoundImage(plot.svg)
        #expect(parsed.labels.contains("a < b & \"c\"") && parsed.labels.contains("<script>&'漢字"))
        #expect(!plot.svg.contains("<script>"))
    }
}
