import Foundation
import SpikeEncoding
import Testing

@testable import SpikeReports

struct TracePlotTests {
    static let signal = Signal(
        channels: [
            (0..<1000).map { sin(Float($0) / 30) }, (0..<1000).map { cos(Float($0) / 20) * 2 },
        ], samplingRate: 250, channelNames: ["lead <I> & \"II\"", "V5"], unit: "mV")

    @Test func showsSignalReconstructionAndSpikes() throws {
        let encoded = try StepForward(threshold: 0.2).encode(Self.signal)
        let plot = TracePlot(
            title: "t", signal: Self.signal, reconstruction: try encoded.decode(), encoded: encoded)
        let parsed = expectSoundImage(plot.svg)
        // One in the legend, one a channel.
        #expect(parsed.all("path", style: "original").count == 3)
        #expect(parsed.all("path", style: "reconstruction").count == 3)
        // A trace and a strip of spikes for each channel.
        #expect(parsed.all("path", style: "frame").count == 4)
        for label in ["original", "reconstruction", "up", "down", "V5 / mV", "lead <I> & \"II\" / mV", "time / s"] {
            #expect(parsed.labels.contains(label), "\(parsed.labels)")
        }
    }

    @Test func aLongNameIsCutBeforeItsUnit() throws {
        let name = "an electrode with a name that no panel is high enough for"
        let signal = Signal(values: [1, 2], channelCount: 1, channelNames: [name], unit: "mV")
        let parsed = expectSoundImage(TracePlot(title: "t", signal: signal).svg)
        let label = try #require(parsed.all("text").first { $0.attributes["transform"] != nil })
        #expect(name.hasPrefix(label.text.prefix(10)) && label.text.hasSuffix("… / mV"))
        // The tooltip is of a group around the label.
        #expect(parsed.all("g").map { $0.text.split(separator: "\n") } == [[name[...], label.text[...]]])
    }

    /// Ticks are in the recording's own unit and time.
    @Test func offsetsAndStartsAreOnTheAxes() throws {
        let pressure = (0..<600).map { 101_325 + 0.003 * sin(Double($0) / 30) }
        let signal = Signal(
            exactValues: pressure, channelCount: 1, samplingRate: 400, startTime: 100, channelNames: ["p"], unit: "Pa")
        let encoded = try StepForward(threshold: 0.0005).encode(signal)
        let parsed = expectSoundImage(
            TracePlot(title: "t", signal: signal, reconstruction: try encoded.decode(), encoded: encoded).svg)
        // 1, 2 or 5 thousandths apart, about four of them; thin spaces between thousands.
        for label in ["101\u{2009}325.000", "101\u{2009}325.002", "p / Pa", "time / s", "100.4", "101.2"] {
            #expect(parsed.labels.contains(label), "\(parsed.labels)")
        }
        // The line fills the panel: 136 px with 6 % of the range above and below.
        let line = try #require(parsed.all("path", style: "original").last?.attributes["d"])
        let heights = corners(of: line).map(\.y)
        #expect(try #require(heights.max()) - #require(heights.min()) > 110)
        let window = expectSoundImage(TracePlot(title: "t", signal: signal, window: 100.5...101).svg)
        #expect(window.labels.contains("100.6") && !window.labels.contains("101.2"))
        #expect(expectSoundImage(RasterPlot(title: "t", encoded: encoded).svg).labels.contains("100.4"))
    }

    /// What spikes decode to is named so, and has the colour of reconstructions.
    @Test func aReconstructionAloneIsNoOriginal() throws {
        let encoded = try StepForward(threshold: 0.2).encode(Self.signal)
        let plot = TracePlot(title: "t", signal: try encoded.decode(), subject: .reconstruction, encoded: encoded)
        let parsed = expectSoundImage(plot.svg)
        #expect(parsed.all("path", style: "reconstruction").count == 3)
        #expect(parsed.all("path", style: "original").isEmpty)
        #expect(parsed.labels.contains("reconstruction") && !parsed.labels.contains("original"))
        #expect(parsed.all("desc").first?.text.contains("reconstruction, spikes") == true)
    }

    @Test func leavesOutWhatIsNotGiven() {
        let parsed = expectSoundImage(TracePlot(title: "t", signal: Self.signal, channels: [1]).svg)
        #expect(parsed.all("path", style: "original").count == 2)
        #expect(parsed.all("path", style: "reconstruction").isEmpty)
        #expect(parsed.all("path", style: "frame").count == 1)
        #expect(!parsed.labels.contains("up") && parsed.labels.contains("1 of 2 channels"))
        #expect(parsed.labels.contains("V5 / mV") && !parsed.labels.contains { $0.hasPrefix("lead") })
    }

    @Test func aPeakOfOneSampleIsDrawn() throws {
        var values = [Float](repeating: 0, count: 100_000)
        values[61_803] = 10
        values[61_804] = -10
        let svg = TracePlot(title: "peak", signal: Signal(values: values, channelCount: 1, samplingRate: 360)).svg
        let line = try #require(expectSoundImage(svg).all("path", style: "original").last?.attributes["d"])
        let heights = corners(of: line).map(\.y)
        let span = try #require(heights.max()) - #require(heights.min())
        // The panel has 136 px, of which 6 % of the range above and below are margin.
        #expect(abs(span - 136 / 1.12) < 0.5)
        #expect(svg.utf8.count < 40_000)
    }

    @Test func windowShowsThatPart() throws {
        let encoded = try StepForward(threshold: 0.2).encode(Self.signal)
        let all = TracePlot(title: "t", signal: Self.signal, encoded: encoded).svg
        let part = TracePlot(title: "t", signal: Self.signal, encoded: encoded, window: 1...2).svg
        let labels = expectSoundImage(part).labels
        #expect(all != part && labels.contains("1.2") && !labels.contains("0.8"))
        #expect(
            expectSoundImage(TracePlot(title: "t", signal: Self.signal, encoded: encoded, window: 90...91).svg)
                .labels.contains("no samples"))
    }

    @Test func manyChannelsAreLimitedAndSaidSo() {
        let signal = Signal(values: (0..<640).map(Float.init), channelCount: 64)
        let parsed = expectSoundImage(TracePlot(title: "t", signal: signal).svg)
        #expect(parsed.labels.contains("12 of 64 channels"))
        #expect(parsed.all("path", style: "original").count == 13)
    }

    @Test(arguments: [1e-20, 1, 1e20, 3e38] as [Float])
    func extremeValues(scale: Float) {
        let gaps = (0..<300).map { (index: Int) -> Float in
            if index % 90 < 30 { return .nan }
            return index % 90 < 60 ? .infinity : scale * Float(index) / 300
        }
        let signal = Signal(
            channels: [
                (0..<300).map { scale * sin(Float($0) / 9) }, [Float](repeating: scale, count: 300),
                gaps,
                [Float](repeating: .nan, count: 300), [Float](repeating: 0, count: 300),
            ], unit: "V")
        let parsed = expectSoundImage(TracePlot(title: "extreme", signal: signal, reconstruction: signal).svg)
        #expect(parsed.labels.contains("sample"))
    }

    @Test func oneSampleIsADot() throws {
        let signal = Signal(values: [4], channelCount: 1, samplingRate: 100)
        let parsed = expectSoundImage(TracePlot(title: "one", signal: signal).svg)
        let line = try #require(parsed.all("path", style: "original").last?.attributes["d"])
        #expect(corners(of: line).count == 2 && line.hasSuffix("h0"))
    }

    @Test func nothingToDrawIsSaid() {
        let none = Signal(values: [], channelCount: 0)
        #expect(expectSoundImage(TracePlot(title: "", signal: none).svg).labels.contains("no channels"))
        let empty = Signal(values: [], channelCount: 2)
        #expect(expectSoundImage(TracePlot(title: "", signal: empty).svg).labels.contains("no samples"))
    }

    @Test func severalUnitsAChannelHaveRowsOfTheirOwn() throws {
        let encoded = try ReceptiveFields(bins: 5, steps: 4, minimum: -2, maximum: 2).encode(Self.signal)
        let parsed = expectSoundImage(TracePlot(title: "fields", signal: Self.signal, encoded: encoded).svg)
        let strip = corners(of: try #require(parsed.all("path", style: "frame").last?.attributes["d"]))
        #expect(abs(strip[1].y - strip[0].y - 30) < 0.11)
        let ticks = try #require(parsed.all("path", style: "up").last?.attributes["d"])
        #expect(Set(corners(of: ticks).map { ($0.y * 10).rounded() }).count == 5)
    }
}
