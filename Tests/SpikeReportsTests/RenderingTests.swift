import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeReports

/// Plots as CairoSVG draws them: no browser, so no style sheets in full, no custom properties.
@Suite(.enabled(if: Python.hasCairoSVG, "needs a Python with cairosvg; set SPIKEKIT_PYTHON"))
struct RenderingTests {
    static let signal = Signal(
        channels: [(0..<500).map { sin(Float($0) / 30) }, (0..<500).map { cos(Float($0) / 20) * 2 }], samplingRate: 250,
        channelNames: ["a name that is too long for the height of a panel", "V5"], unit: "mV")

    /// A plot of every kind, with colours that it must show, and in how many of its pixels at least.
    static let plots: [(plot: any Plot, colours: [(String, Int)])] = {
        let encoded = try! StepForward(threshold: 0.2).encode(signal)
        let decoded = try! encoded.decode()
        let cell = MapGrid.Map(height: 2, width: 2, values: [1, 0, 0, 1])
        let red = PixelImage(channels: 3, height: 1, width: 1, pixels: [255, 0, 0])
        return [
            (
                TracePlot(title: "traces", signal: signal, reconstruction: decoded, encoded: encoded),
                [
                    (Theme.original.light, 500), (Theme.reconstruction.light, 500), (Theme.up.light, 50),
                    (Theme.down.light, 50),
                ]
            ),
            (RasterPlot(title: "raster", encoded: encoded), [(Theme.up.light, 100), (Theme.down.light, 100)]),
            (
                RasterPlot(title: "graded", spikes: SpikeTrain(amplitudes: [0, 1, 0, 4, 0, -2], unitCount: 1)),
                [(Theme.up.light, 50), (Theme.down.light, 20)]
            ),
            (
                LinePlot(
                    title: "lines", x: "x", y: "y",
                    series: [
                        LineSeries(name: "a", x: [0, 1], y: [0, 1]), LineSeries(name: "b", x: [0, 1], y: [1, 0.5]),
                    ]), [(Theme.series[0].light, 300), (Theme.series[1].light, 300)]
            ),
            (
                ScatterPlot(
                    title: "points", x: "x", y: "y",
                    series: [
                        ScatterSeries(name: "one", points: [.init(x: 0, y: 0), .init(x: 1, y: 1)]),
                        ScatterSeries(name: "other", points: [.init(x: 0.2, y: 0.9)]),
                    ]), [(Theme.series[0].light, 100), (Theme.series[1].light, 30)]
            ),
            (
                ErrorPlot(title: "errors", series: [ErrorSeries(name: "lif", spikesPerSecond: 10, error: 0.5)]),
                [(Theme.series[0].light, 30)]
            ),
            (
                TuningPlot(title: "search", objectives: [3, 2, .nan, 1, 2]),
                [(Theme.original.light, 50), (Theme.series[0].light, 300), (Theme.series[2].light, 20)]
            ),
            (
                // One full cell of two.
                HeatMap(
                    title: "table", rows: .init("rows", names: ["r"]), columns: .init("columns", names: ["c", "d"]),
                    values: [[1, 0]]), [(Theme.series[0].light, 300 * 28)]
            ),
            (
                // Half of a map of 120 × 120 pixels, and an image of the same size.
                MapGrid(
                    title: "maps", rowNames: ["r"], columnNames: ["map", "image"],
                    cells: [[.map(cell), .image(red)]]),
                [(Theme.series[0].light, 118 * 59), ("#ff0000", 118 * 118)]
            ),
        ]
    }()

    @Test(arguments: plots.indices)
    func drawsInLightColours(_ index: Int) throws {
        let (plot, colours) = Self.plots[index]
        let folder = try TemporaryFolder()
        let file = try folder.file("plot.svg", plot.svg)
        let (output, errors) = try Python.run(
            """
            import cairosvg, io, sys
            from PIL import Image
            drawn = Image.open(io.BytesIO(cairosvg.svg2png(url=sys.argv[1]))).convert('RGBA')
            print(*drawn.size)
            pixels = list(drawn.getdata())
            print(sum(pixel == (255, 255, 255, 255) for pixel in pixels), sum(pixel[3] < 255 for pixel in pixels))
            print(sum(max(pixel[:3]) < 90 for pixel in pixels))
            for colour in sys.argv[2:]:
                wanted = [int(colour[i:i + 2], 16) for i in (1, 3, 5)]
                print(sum(max(abs(a - b) for a, b in zip(pixel, wanted)) <= 24 for pixel in pixels))
            """, [file] + colours.map(\.0))
        let lines = try #require(output, "\(errors)").split(separator: "\n").map { line in
            line.split(separator: " ").compactMap { Int($0) }
        }
        let root = try #require(ParsedXML(plot.svg).elements.first?.attributes)
        #expect(lines[0] == [root["width"], root["height"]].map { Int(Double($0 ?? "")!.rounded(.up)) })
        let area = lines[0][0] * lines[0][1]
        // White paper without holes, and dark text on it.
        #expect(lines[1][0] > area / 2 && lines[1][0] < area && lines[1][1] == 0, "\(lines)")
        #expect(lines[2][0] > 100, "\(lines)")
        for (colour, count) in zip(colours, lines[3...]) { #expect(count[0] >= colour.1, "\(colour): \(count)") }
    }
}
