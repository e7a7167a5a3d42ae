import Foundation
import Testing

@testable import SpikeReports

struct MapGridTests {
    private static let map = MapGrid.Map(height: 2, width: 3, values: [1, 1, 0, 0, 0.5, 0.25])

    @Test func mapsArePaths() throws {
        let svg = MapGrid(
            title: "t", rowNames: ["phase & co"], columnNames: ["t = 0", "t = 1"], cells: [[.map(Self.map), .empty]],
            note: "a note"
        ).svg
        let parsed = expectSoundImage(svg)
        for text in ["phase & co", "t = 0", "t = 1", "a note"] { #expect(parsed.labels.contains(text)) }
        let paths = parsed.all("path", style: "f0")
        #expect(paths.map { $0.attributes["fill-opacity"] } == ["0.25", "0.50", "1"])
        let full = corners(of: try #require(paths.last?.attributes["d"]))
        // Two neighbours are one shape of 2/3 of the width.
        #expect(full.count == 4 && abs((full[1].x - full[0].x) - 80) < 0.2 && abs((full[2].y - full[1].y) - 40) < 0.2)
    }

    @Test func imagesAreInThePage() throws {
        let pixels = PixelImage(channels: 3, height: 1, width: 2, pixels: [255, 0, 0, 255, 7, 9])
        let svg = MapGrid(title: "t", rowNames: ["a"], columnNames: ["b"], cells: [[.image(pixels)]]).svg
        let image = try #require(expectSoundImage(svg).all("image").first)
        let address = try #require(image.attributes["xlink:href"])
        #expect(address.hasPrefix("data:image/png;base64,"))
        let file = try #require(Data(base64Encoded: String(address.dropFirst(22))))
        #expect(Array(file) == pixels.png)
        // As wide as its place, and half as high.
        #expect(image.attributes["width"] == "120" && image.attributes["height"] == "60")
    }

    @Test func emptyGridIsAImage() {
        let labels = expectSoundImage(MapGrid(title: "t", rowNames: [], columnNames: [], cells: []).svg).labels
        #expect(labels.contains("no images"))
        expectSoundImage(
            MapGrid(
                title: "t", rowNames: ["a"], columnNames: ["b"],
                cells: [[.map(MapGrid.Map(height: 1, width: 1, values: [.nan]))]]
            ).svg)
    }
}
