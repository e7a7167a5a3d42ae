import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeReports

/// Plots stay as they were drawn, to a tenth of a pixel.
///
/// After a change that is meant to change drawings, run these tests with `SPIKEKIT_WRITE_DRAWINGS=1`, which writes them
/// anew, and look at what has changed.
struct DrawingTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Drawings")

    private func expectDrawing(_ name: String, _ plots: [any Plot]) throws {
        let drawn = plots.map(\.svg).joined(separator: "\n")
        let file = Self.folder.appending(path: "\(name).txt")
        if ProcessInfo.processInfo.environment["SPIKEKIT_WRITE_DRAWINGS"] != nil {
            try drawn.write(to: file, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        guard drawn != expected else { return }
        let lines = (drawn.split(separator: "\n"), expected.split(separator: "\n"))
        let first = zip(lines.0, lines.1).first { $0 != $1 }
        Issue.record("\(name): \(first?.0 ?? "another number of lines") → \(first?.1 ?? "")")
    }

    /// Whole numbers that look random: the same on every machine.
    private static func noise(_ count: Int, _ range: Int) -> [Int] {
        var random = SeededGenerator(seed: 1)
        return (0..<count).map { _ in Int(random.next() >> 33) % range }
    }

    private static func wave(_ count: Int, period: Int, height: Float) -> [Float] {
        (0..<count).map { height * Float(abs($0 % period - period / 2)) / Float(period) }
    }

    @Test func traces() throws {
        let rows = [Self.wave(90, period: 30, height: 2), Self.wave(90, period: 45, height: -30)]
        let signal = Signal(
            channels: rows, samplingRate: 250,
            channelNames: ["a name that is too long for the height of a panel", "V5 [mV]"], unit: "mV")
        let encoded = try StepForward(threshold: [0.2, 4]).encode(signal)
        let decoded = try encoded.decode()
        let far = Signal(
            values: [1, 2, .nan, 4, 3, 2, 1, 0], channelCount: 2, samplingRate: 4, startTime: 100,
            channelOffsets: [1e6, -3])
        let dense = Signal(channels: [Self.noise(3000, 100).map { Float($0) }], channelNames: ["x (V)"], unit: "V")
        let unequal = Signal(channels: [dense.values.map { $0 / 9 }, (0..<3000).map { $0 == 5 ? 1 : 0 }])
        let many = Signal(channels: (0..<14).map { [Float($0), 1] })
        try expectDrawing(
            "traces",
            [
                TracePlot(title: "all", signal: signal, reconstruction: decoded, encoded: encoded),
                TracePlot(title: "part", signal: signal, encoded: encoded, channels: [1], window: 0.1...0.2),
                TracePlot(title: "far", signal: far, subject: .reconstruction),
                TracePlot(title: "dense", signal: dense, encoded: StepForward(threshold: 5).encode(dense)),
                TracePlot(title: "unequal", signal: unequal, encoded: try StepForward(threshold: 0.5).encode(unequal)),
                TracePlot(title: "many", signal: many),
                TracePlot(title: "rates", signal: signal, encoded: RateCode(steps: 6).encode(signal)),
                TracePlot(title: "none", signal: Signal(channels: [])),
                TracePlot(title: "empty", signal: Signal(channels: [[]])),
            ])
    }

    @Test func rasters() throws {
        func spikes(_ units: Int, _ steps: Int, _ values: Int) -> SpikeTrain {
            let signs = Self.noise(units * steps, 9).map { $0 < values ? Int8($0 - 1) : 0 }
            return SpikeTrain(signs: signs, unitCount: units)
        }
        func graded(_ units: Int) -> SpikeTrain {
            SpikeTrain(amplitudes: Self.noise(4 * units, 9).map { Float($0 > 5 ? $0 - 7 : 0) }, unitCount: units)
        }
        try expectDrawing(
            "rasters",
            [
                RasterPlot(title: "sparse", spikes: spikes(3, 40, 3), stepRate: 100, unitNames: ["a", "b", "c"]),
                RasterPlot(
                    title: "names", spikes: spikes(2, 9, 3), unitNames: [String(repeating: "word ", count: 20), "漢字"]),
                RasterPlot(title: "part", spikes: spikes(30, 50, 3), stepRate: 10, window: 2...3, startTime: 1),
                RasterPlot(title: "merged", spikes: spikes(4, 3000, 3)),
                RasterPlot(title: "dense", spikes: spikes(280, 30, 3)),
                RasterPlot(title: "tall", spikes: spikes(150, 20, 3)),
                RasterPlot(title: "93 units", spikes: spikes(93, 5, 3)),
                RasterPlot(title: "456 steps", spikes: spikes(2, 456, 3)),
                RasterPlot(title: "64 graded units", spikes: graded(64)),
                RasterPlot(title: "65 graded units", spikes: graded(65)),
                RasterPlot(title: "upward", spikes: SpikeTrain(signs: [0, 1, 1, 0, 0, 1], unitCount: 1)),
                RasterPlot(title: "graded", spikes: graded(2), stepRate: 2),
                RasterPlot(title: "positive", spikes: SpikeTrain(amplitudes: [0, 1, 0.02, 4], unitCount: 1)),
                RasterPlot(title: "silent", spikes: SpikeTrain(signs: [0, 0], unitCount: 2)),
                RasterPlot(title: "none", spikes: SpikeTrain(signs: [], unitCount: 0)),
                RasterPlot(
                    title: "encoded", encoded: StepForward().encode(Signal(channels: [[0, 1, 0, 1]], samplingRate: 2))),
            ])
    }

    @Test func lines() throws {
        let x = [0.0, 1, 2, 3, 4]
        let y = [1.0, 3, .nan, 2, 5]
        let styles: [LineSeries] = [
            LineSeries(name: "line", x: x, y: y),
            LineSeries(name: "marked", x: x, y: [2, 2, 3, 1, 0], style: .markedLine),
            LineSeries(name: "steps", x: x, y: y, style: .steps, colour: 4, weight: .thin),
            LineSeries(name: "points", x: x, y: y, style: .points, isDashed: false),
            LineSeries(name: "", x: x, y: [0, 0, 0, 0, 1], isDashed: true),
        ]
        try expectDrawing(
            "lines",
            [
                LinePlot(title: "styles", x: AxisLabel("time", unit: "s"), y: "y", note: "A note.", series: styles),
                LinePlot(
                    title: String(repeating: "A title that is long. ", count: 12), x: "epoch", y: "error",
                    yScale: .logarithmic, xCountsWhole: true,
                    note: String(repeating: "A note that is long. ", count: 30),
                    series: [LineSeries(name: "a", x: [1, 2, 3], y: [0, 1e-3, 20])]),
                LinePlot(
                    title: "both", x: "x", y: "y", xScale: .logarithmic, yScale: .automatic,
                    series: [LineSeries(name: "a", x: [0, 1, 10, 1000], y: [1, 2, 1000, 4000])]),
                LinePlot(
                    title: "colours", x: "x", y: "y",
                    series: (0..<14).map {
                        LineSeries(
                            name: "series \($0)", x: [0, 1], y: [Double($0), 1], style: $0 == 13 ? .points : .line)
                    }),
                LinePlot(
                    title: "large", x: AxisLabel("distance", unit: "m"), y: AxisLabel("charge", unit: "C"),
                    series: [LineSeries(name: "a", x: [-2e9, 4e9], y: [1e-7, 7e-7])]),
                LinePlot(
                    title: "wide", x: AxisLabel(String(repeating: "wide ", count: 30)),
                    y: AxisLabel(String(repeating: "high ", count: 20), unit: "V"), yScale: .logarithmic,
                    series: [LineSeries(name: "a", x: [0, 1000], y: [1e-8, 1])]),
                LinePlot(title: "none", x: "x", y: "y", series: []),
                LinePlot(
                    title: "one", x: "x", y: "y", series: [LineSeries(name: "a", x: [5], y: [7], style: .markedLine)]),
            ])
    }

    @Test func points() throws {
        let places = zip(Self.noise(60, 40), Self.noise(60, 41).reversed()).map {
            ScatterSeries.Point(x: Double($0), y: Double($1))
        }
        let few = (0..<9).map { ScatterSeries(name: "name \($0)", points: Array(places[4 * $0..<4 * $0 + 1 + $0 % 4])) }
        let near = (0..<4).map {
            ScatterSeries(name: "near \($0)", points: [.init(x: Double($0) / 100, y: 1), .init(x: 1, y: 2)])
        }
        let crowd = (0..<60).map { ScatterSeries(name: "a long name \($0)", points: [places[$0 % 7]]) }
        try expectDrawing(
            "points",
            [
                ScatterPlot(title: "few", x: "x", y: AxisLabel("y", unit: "V"), series: few),
                ScatterPlot(title: "near", x: "x", y: "y", series: near),
                ScatterPlot(title: "crowd", x: "x", y: "y", series: crowd),
                ScatterPlot(
                    title: "logarithmic", x: "x", y: "y",
                    series: [
                        ScatterSeries(
                            name: "a", points: [.init(x: 1, y: 0.001), .init(x: 500, y: 3), .init(x: .nan, y: 1)])
                    ]),
                ScatterPlot(title: "none", x: "x", y: "y", series: [ScatterSeries(name: "a", points: [])]),
                ErrorPlot(
                    title: "errors",
                    series: [
                        ErrorSeries(name: "lif", spikesPerSecond: 10, error: 0.5),
                        ErrorSeries(
                            name: "curve",
                            points: [.init(spikesPerSecond: 1, error: 1), .init(spikesPerSecond: 20, error: 0.1)]),
                    ]),
            ])
    }

    @Test func searches() throws {
        let objectives = Self.noise(60, 1000).map { $0 < 100 ? .nan : Double($0) / 7 }
        try expectDrawing(
            "searches",
            [
                TuningPlot(title: "least", objectives: objectives, objective: AxisLabel("RMSE", unit: "mV")),
                TuningPlot(title: "largest", objectives: objectives.map { $0 / 1000 }, goal: .maximum),
                TuningPlot(title: "wide", objectives: [1, 200, 0.5, 0.5, 7]),
                TuningPlot(title: "one", objectives: [3]),
                TuningPlot(title: "failed", objectives: [.nan, .infinity]),
                TuningPlot(title: "none", objectives: []),
                TuningPlot(title: "crowded", objectives: Self.noise(2000, 30).map(Double.init)),
            ])
    }

    @Test func tables() throws {
        func labels(_ title: String, _ count: Int, _ name: String) -> HeatMap.Labels {
            .init(title, names: (0..<count).map { "\(name)\($0)" })
        }
        func values(_ rows: Int, _ columns: Int) -> [[Double]] {
            let values = Self.noise(rows * columns, 50).map { $0 < 10 ? 0 : Double($0) }
            return (0..<rows).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
        }
        let long = String(repeating: "long ", count: 20)
        try expectDrawing(
            "tables",
            [
                HeatMap(
                    title: "counts", rows: labels("true", 4, "class "), columns: labels("found", 4, "c"),
                    values: values(4, 4),
                    texts: .values, rowNotes: ["10 %", "2 %", "", "long note"], marksDiagonal: true, note: "A note."),
                HeatMap(
                    title: "turned", rows: labels("r", 2, long), columns: labels("c", 14, "a column name "),
                    values: values(2, 14), fullValue: 100),
                HeatMap(
                    title: "cut", rows: labels("r", 1, ""), columns: labels("c", 2, long), values: [[-1, 0.0001]],
                    texts: .values),
                HeatMap(
                    title: "rows", rows: labels("r", 40, "row "), columns: labels("c", 3, "c"), values: values(40, 3),
                    texts: .values),
                HeatMap(
                    title: "rows of 20", rows: labels("r", 20, "row "), columns: labels("c", 30, "c"),
                    values: values(20, 30)),
                HeatMap(title: "none", rows: labels("r", 0, ""), columns: labels("c", 0, ""), values: []),
                HeatMap(title: "nothing", rows: labels("r", 1, ""), columns: labels("c", 2, ""), values: [[0, 0]]),
            ])
    }

    @Test func images() throws {
        let values = Self.noise(12, 5).map { Float($0) / 4 }
        let map = MapGrid.Map(height: 3, width: 4, values: values)
        let tall = MapGrid.Map(height: 4, width: 1, values: [0.01, 0.05, .nan, 2])
        let image = PixelImage(channels: 3, height: 2, width: 3, pixels: (0..<18).map { UInt8(14 * $0) })
        let grey = PixelImage(channels: 1, height: 2, width: 1, pixels: [3, 250])
        let long = String(repeating: "long ", count: 20)
        func frame(_ height: Int, _ width: Int) -> FilmStrip.Frame {
            let strengths = Self.noise(2 * height * width, 3).map { Float($0) / 2 }
            return .init(
                caption: "\(height) × \(width)", height: height, width: width,
                off: Array(strengths[..<(height * width)]),
                on: Array(strengths[(height * width)...]))
        }
        func mark(_ x: Double, _ y: Double, _ text: String) -> BoxGallery.Mark {
            .init(x: x, y: y, width: 1.5, height: 1, text: text, colour: [255, 0, 16])
        }
        try expectDrawing(
            "images",
            [
                MapGrid(
                    title: "maps", rowNames: ["a", long], columnNames: ["map", long, "c"],
                    cells: [[.map(map), .image(image), .empty], [.map(tall), .image(grey), .map(map)]], note: "A note."),
                MapGrid(
                    title: "many", rowNames: ["row"], columnNames: (0..<9).map { "column \($0)" },
                    cells: [Array(repeating: .map(map), count: 9)]),
                MapGrid(title: "none", rowNames: [], columnNames: [], cells: []),
                FilmStrip(title: "frames", frames: (0..<6).map { _ in frame(3, 4) }, note: "A note."),
                FilmStrip(title: "shapes", frames: [frame(4, 2), frame(1, 2)]),
                FilmStrip(title: "none", frames: []),
                BoxGallery(
                    title: "boxes",
                    pairs: [
                        .init(
                            image: image, truths: [mark(0.5, 0.5, "one")],
                            found: [mark(-1, -1, "left"), mark(2.5, 1.8, long)]),
                        .init(image: grey, truths: [], found: [mark(0, 0, "a"), mark(0.2, 1.5, "b")]),
                    ], note: "A note."),
                BoxGallery(title: "none", pairs: []),
            ])
    }

    @Test func valuesThatDoNotFitAreRefused() async {
        await #expect(processExitsWith: .failure) { _ = PixelImage(channels: 2, height: 1, width: 1, pixels: [1, 2]) }
        await #expect(processExitsWith: .failure) { _ = PixelImage(channels: 1, height: 0, width: 1, pixels: []) }
        await #expect(processExitsWith: .failure) { _ = PixelImage(channels: 1, height: 1, width: 0, pixels: []) }
        await #expect(processExitsWith: .failure) { _ = PixelImage(channels: 3, height: 1, width: 1, pixels: [1]) }
        await #expect(processExitsWith: .failure) { _ = MapGrid.Map(height: 0, width: 1, values: []) }
        await #expect(processExitsWith: .failure) { _ = MapGrid.Map(height: 1, width: 0, values: []) }
        await #expect(processExitsWith: .failure) { _ = MapGrid.Map(height: 2, width: 2, values: [1]) }
        await #expect(processExitsWith: .failure) {
            _ = FilmStrip.Frame(caption: "", height: 0, width: 1, off: [], on: [])
        }
        await #expect(processExitsWith: .failure) {
            _ = FilmStrip.Frame(caption: "", height: 1, width: 0, off: [], on: [])
        }
        await #expect(processExitsWith: .failure) {
            _ = FilmStrip.Frame(caption: "", height: 2, width: 1, off: [1, 1], on: [1])
        }
        await #expect(processExitsWith: .failure) {
            _ = FilmStrip.Frame(caption: "", height: 2, width: 1, off: [1], on: [1, 1])
        }
        await #expect(processExitsWith: .failure) {
            _ = BoxGallery.Mark(x: 0, y: 0, width: 1, height: 1, text: "", colour: [1, 2])
        }
        await #expect(processExitsWith: .failure) {
            _ = HeatMap(title: "", rows: .init("", names: ["a"]), columns: .init("", names: ["b"]), values: [])
        }
        await #expect(processExitsWith: .failure) {
            _ = HeatMap(title: "", rows: .init("", names: ["a"]), columns: .init("", names: ["b"]), values: [[]])
        }
        await #expect(processExitsWith: .failure) {
            _ = HeatMap(
                title: "", rows: .init("", names: ["a"]), columns: .init("", names: ["b"]), values: [[1]],
                rowNotes: ["a", "b"])
        }
        await #expect(processExitsWith: .failure) {
            _ = MapGrid(title: "", rowNames: ["a"], columnNames: ["b"], cells: [])
        }
        await #expect(processExitsWith: .failure) {
            _ = MapGrid(title: "", rowNames: ["a"], columnNames: ["b"], cells: [[]])
        }
        await #expect(processExitsWith: .failure) { _ = LineSeries(name: "", x: [1], y: []) }
        await #expect(processExitsWith: .failure) { _ = LineSeries(name: "", x: [1], y: [1], colour: -1) }
        await #expect(processExitsWith: .failure) {
            _ = RasterPlot(title: "", spikes: SpikeTrain(signs: [0, 1], unitCount: 2), unitNames: ["a"])
        }
    }

    @Test func tracesThatDoNotFitAreRefused() async {
        await #expect(processExitsWith: .failure) {
            let signal = Signal(channels: [[1, 2]])
            _ = TracePlot(title: "", signal: signal, subject: .reconstruction, reconstruction: signal)
        }
        await #expect(processExitsWith: .failure) {
            _ = TracePlot(
                title: "", signal: Signal(channels: [[1, 2]]), reconstruction: Signal(channels: [[1, 2], [1, 2]]))
        }
        await #expect(processExitsWith: .failure) {
            let encoded = try StepForward().encode(Signal(channels: [[1, 2, 3]]))
            _ = TracePlot(title: "", signal: Signal(channels: [[1, 2]]), encoded: encoded)
        }
        await #expect(processExitsWith: .failure) {
            let encoded = try StepForward().encode(Signal(channels: [[1, 2], [1, 2]]))
            _ = TracePlot(title: "", signal: Signal(channels: [[1, 2]]), encoded: encoded)
        }
        await #expect(processExitsWith: .failure) {
            _ = TracePlot(title: "", signal: Signal(channels: [[1, 2]]), channels: [1])
        }
        await #expect(processExitsWith: .failure) { _ = readable(1, digits: 0) }
        await #expect(processExitsWith: .failure) { _ = readable(1, digits: 16) }
        #expect(readable(2, digits: 1) == "2" && readable(0.1, digits: 15) == "0.1")
    }

    /// A report as a whole, with every kind of block.
    @Test func pages() throws {
        let sections = (1...4).map { ReportSection("Heading \($0)", [.paragraph("text")]) }
        struct Page: Plot {
            let svg: String
        }
        let page = ReportTests.report.html
        let next = Report(title: "Second", subtitle: "sub", program: "p", date: "d", sections: sections)
        try expectDrawing(
            "pages",
            [
                Page(svg: page), Page(svg: next.html),
                Page(svg: try #require(next.appended(toPage: page))),
            ])
    }
}
