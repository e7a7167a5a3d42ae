import Testing

@testable import SpikeReports

@Suite struct FilmStripTests {
    private func frame(_ caption: String = "0 s", off: [Float] = [0, 1, 0, 0], on: [Float] = [0, 0, 1, 0.5])
        -> FilmStrip.Frame
    {
        FilmStrip.Frame(caption: caption, height: 2, width: 2, off: off, on: on)
    }

    @Test func eventsHaveTheColoursOfSpikes() {
        // White; OFF is #d55e00, ON is #0072b2, half of it half way to white.
        let pixels = frame().image.pixels
        #expect(Array(pixels[0..<4]) == [255, 0xD5, 0, 127])
        #expect(Array(pixels[4..<8]) == [255, 0x5E, 0x72, 184])
        #expect(Array(pixels[8..<12]) == [255, 0, 0xB2, 216])
    }

    @Test func bothKindsInOnePixelMix() {
        let image = frame(off: [1, 0, 0, 0], on: [1, 0, 0, 0]).image
        #expect([image.pixels[0], image.pixels[4], image.pixels[8]] == [0, 0, 0])
    }

    @Test func framesFollowInRowsOfFour() {
        let strip = FilmStrip(title: "events", frames: (0..<6).map { frame("\($0) s") }, note: "six")
        let svg = strip.svg
        #expect(svg.components(separatedBy: "<image").count == 7)
        let lines = svg.split(separator: "\n").compactMap { line -> (x: String, y: String)? in
            guard let match = line.firstMatch(of: /<image.* x="([0-9.]+)" y="([0-9.]+)"/) else { return nil }
            return (String(match.1), String(match.2))
        }
        #expect(lines.count == 6 && lines[0].x == lines[4].x && lines[0].y == lines[3].y && lines[0].y != lines[4].y)
        for caption in ["0 s", "5 s", "six", "ON: brighter"] { #expect(svg.contains(">\(caption)</text>")) }
    }

    @Test func noFramesGiveAnEmptyStrip() {
        #expect(FilmStrip(title: "none", frames: []).svg.contains(">none</text>"))
    }
}
