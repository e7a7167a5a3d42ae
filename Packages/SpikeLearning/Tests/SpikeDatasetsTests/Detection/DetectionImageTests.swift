import ObjectDetection
import TestSupport
import Testing

@testable import SpikeDatasets

@Suite struct DetectionImageTests {
    @Test func aBoxAndItsText() {
        let image = Image(channels: 1, height: 240, width: 320, filledWith: 200)
        let detection = Detection(box: Box(left: 50, top: 60, right: 150, bottom: 160), label: 1, score: 0.876)
        let drawn = DetectionImage.draw([detection], on: image, classNames: ["cat", "dog"])
        // Enlarged twice, to 640 pixels; lines are 2 pixels wide.
        #expect(drawn.channels == 3 && drawn.width == 640 && drawn.height == 480)
        let colour = DetectionImage.colour(1)
        func pixel(_ row: Int, _ column: Int) -> [UInt8] { (0..<3).map { drawn[$0, row, column] } }
        let (line, dark) = ([colour.red, colour.green, colour.blue], [UInt8](repeating: 16, count: 3))
        #expect(pixel(220, 100) == line && pixel(220, 101) == line && pixel(220, 299) == line)
        #expect(pixel(319, 200) == line && pixel(220, 99) == dark && pixel(220, 102) == dark && pixel(220, 300) == dark)
        #expect(pixel(220, 200) == [200, 200, 200] && pixel(220, 98) == [200, 200, 200])
        // The plate is above the box, as wide as the eight characters of "dog 0.88".
        let (height, width) = (2 * (BitmapFont.height + 2), 2 * (6 * 8 + 2))
        #expect(pixel(120 - height, 100) == line && pixel(120 - height - 1, 100) == [200, 200, 200])
        #expect(pixel(118, 102) == dark && pixel(118, 100 + width + 1) == [200, 200, 200])
        let white = (98..<120).reduce(0) { sum, row in sum + (100..<200).count { pixel(row, $0) == [255, 255, 255] } }
        let dots = BitmapFont.glyphs("dog 0.88").joined().reduce(0) { $0 + $1.nonzeroBitCount }
        #expect(white == 4 * dots && dots > 80)
    }

    /// Boxes at the edges, outside, without area and with endless coordinates do no harm.
    @Test func anyBox() {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        let image = Image(channels: 3, height: 3, width: 700, filledWith: 9)
        let values = [-.infinity, -1e300, -20, -1, 0, 1.5, 3, 350, 700, 1e18, .infinity, .nan]
        for _ in 0..<200 {
            let edges = (0..<4).map { _ in values.randomElement(using: &random)! }
            let box = Box(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3])
            let drawn = DetectionImage.draw([Detection(box: box, label: -3, score: .nan)], on: image, classNames: [])
            #expect(drawn.width == 3500 && drawn.height == 15, "seed \(seed)")
        }
        let tiny = Image(channels: 1, height: 1, width: 1, filledWith: 9)
        let truth = LabelledBox(box: Box(left: 0, top: 0, right: 1, bottom: 1), label: 0, isDifficult: true)
        #expect(DetectionImage.draw([truth], on: tiny, classNames: ["long name with ä and 猫"]).width == 640)
    }

    /// On images of any shape, the whole text is inside: as many white dots as its characters have.
    @Test(arguments: [
        (20, 20, 640, 640), (1, 1, 640, 640), (40, 800, 200, 4000), (1600, 60, 3200, 120), (300, 400, 600, 800),
        (3000, 2000, 3000, 2000),
    ]) func textsAreWhole(width: Int, height: Int, drawnWidth: Int, drawnHeight: Int) {
        for value in [UInt8(0), 254] {
            let image = Image(channels: 3, height: height, width: width, filledWith: value)
            let boxes = [(0.0, 0.0, 0.1, 0.1), (0.9, 0.9, 1, 1), (0, 0.45, 1, 0.55)].map {
                Box(
                    left: $0.0 * Double(width), top: $0.1 * Double(height), right: $0.2 * Double(width),
                    bottom: $0.3 * Double(height))
            }
            for box in boxes {
                let drawn = DetectionImage.draw(
                    [Detection(box: box, label: 0, score: 0.5)], on: image, classNames: ["platelet"])
                #expect(drawn.width == drawnWidth && drawn.height == drawnHeight)
                let unit = max(min(max(drawnWidth, drawnHeight) / 320, min(drawnWidth, drawnHeight) / 100), 2)
                let white = (0..<drawn.area).count { index in
                    (0..<3).allSatisfy { drawn.pixels[$0 * drawn.area + index] == 255 }
                }
                let dots = BitmapFont.glyphs("platelet 0.5").joined().reduce(0) { $0 + $1.nonzeroBitCount }
                #expect(white == unit * unit * dots, "\(width) × \(height), \(box)")
            }
        }
    }

    @Test func textsDoNotCoverEachOther() {
        let image = Image(channels: 3, height: 480, width: 640, filledWith: 0)
        let one = Detection(box: Box(left: 100, top: 100, right: 300, bottom: 300), label: 0, score: 0.5)
        let single = DetectionImage.draw([one], on: image, classNames: ["cat"])
        let double = DetectionImage.draw([one, one], on: image, classNames: ["cat"])
        func white(_ image: Image) -> Int { image.pixels.prefix(image.area).count { $0 == 255 } }
        #expect(white(double) == 2 * white(single) && white(single) > 0)
    }

    @Test func letters() {
        let ascii = String(String.UnicodeScalarView((33...126).map { Unicode.Scalar($0)! }))
        let glyphs = BitmapFont.glyphs(ascii)
        #expect(glyphs.count == 94 && Set(glyphs).count == 94)
        #expect(glyphs.allSatisfy { !$0.isEmpty && $0.count <= BitmapFont.height && $0.allSatisfy { $0 < 32 } })
        #expect(BitmapFont.glyphs("äÉß") == BitmapFont.glyphs("aEss") && BitmapFont.glyphs(" ") == [[]])
        #expect(BitmapFont.canWrite("größer dog_1") && !BitmapFont.canWrite("a 猫"))
        // A name that cannot be written is a number.
        let image = Image(channels: 3, height: 480, width: 640, filledWith: 0)
        let truth = LabelledBox(box: Box(left: 9, top: 90, right: 99, bottom: 190), label: 1)
        let numbered = DetectionImage.draw([truth], on: image, classNames: ["cat", "猫"])
        #expect(numbered == DetectionImage.draw([truth], on: image, classNames: []))
        let unknown = BitmapFont.glyphs("猫")
        #expect(unknown == [[0x1F, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1F]])
    }

    @Test(arguments: [1, 3]) func writtenAsPNG(channels: Int) throws {
        let folder = try TemporaryFolder()
        var random = SplitMix64(seed: 9)
        let image = Made.image(channels: channels, height: 7, width: 13, &random)
        try DetectionImage.write(image, to: folder.file("a.png"))
        #expect(try ImageFile.read(folder.file("a.png")) == image.withChannels(3))
        #expect(try folder.names == ["a.png"])
        let text = message { try DetectionImage.write(image, to: folder.file("none/a.png")) }
        #expect(text?.contains("none/a.png: cannot be written") == true)
    }
}
