import Foundation
import ObjectDetection
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

@Suite struct DetectionAugmentationTests {
    /// A bright rectangle on dark, with its box.
    private static func scene(_ box: Box, width: Int = 64, height: Int = 48) -> DetectionAugmentation.Augmented {
        var image = Image(channels: 3, height: height, width: width, filledWith: 0)
        for channel in 0..<3 {
            for row in Int(box.top)..<Int(box.bottom) {
                for column in Int(box.left)..<Int(box.right) { image[channel, row, column] = 255 }
            }
        }
        return DetectionAugmentation.Augmented(image: image, boxes: [LabelledBox(box: box, label: 0)])
    }

    /// The edges of what is bright, between pixels by how bright the outermost are.
    private static func brightBox(_ image: Image) -> Box? {
        var sums = (
            rows: [Double](repeating: 0, count: image.height), columns: [Double](repeating: 0, count: image.width)
        )
        for row in 0..<image.height {
            for column in 0..<image.width {
                // The bars and what is beyond have 114.
                let value = max(Double(image[1, row, column]) - 114, 0) / 141
                sums.rows[row] = max(sums.rows[row], value)
                sums.columns[column] = max(sums.columns[column], value)
            }
        }
        guard let left = sums.columns.firstIndex(where: { $0 > 0 }), let top = sums.rows.firstIndex(where: { $0 > 0 })
        else {
            return nil
        }
        return Box(
            left: Double(left), top: Double(top), right: Double(sums.columns.lastIndex { $0 > 0 }! + 1),
            bottom: Double(sums.rows.lastIndex { $0 > 0 }! + 1))
    }

    @Test(arguments: 0..<40) func boxesFollowExactly(number: Int) throws {
        let augmentation = DetectionAugmentation(mosaic: 0, hue: 0, saturation: 0, brightness: 0)
        let scene = Self.scene(Box(left: 20, top: 14, right: 41, bottom: 33))
        let random = RandomStream(seed: 11).split(number)
        let result = augmentation(0, of: 1, side: 64, random) { _ in scene }
        #expect(result.image.width == 64 && result.image.height == 64)
        let box = try #require(result.boxes.first).box
        let bright = try #require(Self.brightBox(result.image))
        // Interpolation spreads an edge over up to a pixel of the larger of the two images.
        for (found, expected) in [
            (bright.left, box.left), (bright.top, box.top), (bright.right, box.right), (bright.bottom, box.bottom),
        ] { #expect(abs(found - expected) < 1.6, "\(bright) for \(box)") }
    }

    @Test func theIdentity() {
        let none = DetectionAugmentation(
            mosaic: 0, translation: 0, scale: 0, hue: 0, saturation: 0, brightness: 0, flip: 0)
        var random = SplitMix64(seed: 5)
        let image = Made.image(height: 32, width: 32, &random)
        let boxes = [LabelledBox(box: Box(left: 3, top: 4, right: 30, bottom: 20), label: 2)]
        let result = none(0, of: 1, side: 32, RandomStream(seed: 1)) { _ in .init(image: image, boxes: boxes) }
        #expect(result.image == image && result.boxes == boxes)
        let flipped = DetectionAugmentation(
            mosaic: 0, translation: 0, scale: 0, hue: 0, saturation: 0, brightness: 0, flip: 1)
        let mirrored = flipped(0, of: 1, side: 32, RandomStream(seed: 1)) { _ in .init(image: image, boxes: boxes) }
        #expect(mirrored.image == image.flipped())
        #expect(mirrored.boxes.map(\.box) == [Box(left: 2, top: 4, right: 29, bottom: 20)])
    }

    @Test func theMosaic() {
        let side = 32
        var draws = Draws(RandomStream(seed: 2))
        var probe = draws
        let x = 16 + probe.integer(below: 33)
        let y = 16 + probe.integer(below: 33)
        let parts = [(32, 20), (16, 32), (32, 32), (32, 8)]
        let canvas = DetectionAugmentation.mosaic([0, 1, 2, 3], side: side, &draws) { index in
            let (width, height) = parts[index]
            return .init(
                image: Image(channels: 3, height: height, width: width, filledWith: UInt8(10 * index + 10)),
                boxes: [LabelledBox(box: Box(x: 0, y: 0, width: Double(width), height: Double(height)), label: index)])
        }
        #expect(canvas.image.width == 64 && canvas.image.height == 64)
        // Each part touches the centre with one corner.
        for (row, column, value) in [(y - 1, x - 1, 10), (y - 1, x, 20), (y, x - 1, 30), (y, x, 40)] {
            #expect(canvas.image[0, row, column] == UInt8(value))
        }
        #expect(canvas.boxes.map(\.label) == [0, 1, 2, 3])
        let (left, top) = (Double(x), Double(y))
        let expected: [Box] = [
            Box(left: left - 32, top: top - 20, right: left, bottom: top),
            Box(left: left, top: top - 32, right: left + 16, bottom: top),
            Box(left: left - 32, top: top, right: left, bottom: top + 32),
            Box(left: left, top: top, right: left + 32, bottom: top + 8),
        ]
        #expect(canvas.boxes.map(\.box) == expected)
        #expect(canvas.image[2, min(y + 8, 63), min(x, 63)] == 114)
    }

    @Test func boxesOfWhichLittleRemainsAreDropped() {
        let image = Image(channels: 3, height: 32, width: 32, filledWith: 0)
        func remains(_ box: Box, scale: Double = 1, centreX: Double = 16) -> Box? {
            let canvas = DetectionAugmentation.Augmented(image: image, boxes: [LabelledBox(box: box, label: 0)])
            return DetectionAugmentation.view(of: canvas, side: 32, scale: scale, centreX: centreX, centreY: 16)
                .boxes.first?.box
        }
        #expect(remains(Box(left: 2, top: 2, right: 22, bottom: 22)) == Box(left: 2, top: 2, right: 22, bottom: 22))
        // Shifted by 16 to the left, 6 of 20 columns remain, then 2 of 20, then none.
        #expect(
            remains(Box(left: 2, top: 2, right: 22, bottom: 22), centreX: 0)
                == Box(left: 0, top: 2, right: 6, bottom: 22))
        #expect(remains(Box(left: 0, top: 2, right: 18.5, bottom: 22), centreX: 0) != nil)
        #expect(remains(Box(left: -10, top: 2, right: 19, bottom: 22), centreX: 0) != nil)
        #expect(remains(Box(left: -12, top: 2, right: 18.5, bottom: 22), centreX: 0) == nil)
        #expect(remains(Box(left: 0, top: 2, right: 18, bottom: 22), centreX: 0) == nil)
        #expect(remains(Box(left: 2, top: 2, right: 12, bottom: 22), centreX: 0) == nil)
        // Halved, it is 2 pixels wide, which is too narrow.
        #expect(remains(Box(left: 2, top: 2, right: 6, bottom: 22), scale: 0.5) == nil)
        #expect(remains(Box(left: 2, top: 2, right: 7, bottom: 22), scale: 0.5) != nil)
    }

    @Test func scalesAndShiftsStayInTheirRanges() throws {
        let augmentation = DetectionAugmentation(mosaic: 0, hue: 0, saturation: 0, brightness: 0, flip: 0)
        let scene = Self.scene(Box(left: 24, top: 16, right: 40, bottom: 32))
        var (scales, shifts): ([Double], [Double]) = ([], [])
        for number in 0..<400 {
            let result = augmentation(0, of: 1, side: 64, RandomStream(seed: 8).split(number)) { _ in scene }
            let box = try #require(result.boxes.first).box
            scales.append(box.width / 16)
            shifts.append(box.centreX / 64 - 0.5)
        }
        #expect(scales.min()! >= 0.5 && scales.min()! < 0.52 && scales.max()! < 1.5 && scales.max()! > 1.48)
        #expect(shifts.min()! >= -0.1 && shifts.min()! < -0.095 && shifts.max()! < 0.1 && shifts.max()! > 0.095)
    }

    @Test func colours() {
        func changed(_ colour: [UInt8], hue: Double = 1, saturation: Double = 1, brightness: Double = 1) -> [UInt8] {
            var image = Image(channels: 3, height: 1, width: 1, pixels: colour)
            image.changeColours(hue: hue, saturation: saturation, brightness: brightness)
            return image.pixels
        }
        // Values by Python's colorsys.
        #expect(changed([200, 100, 50], brightness: 0.5) == [100, 50, 25])
        #expect(changed([200, 100, 50], brightness: 1.2) == [240, 120, 60])
        #expect(changed([200, 0, 200], brightness: 2) == [255, 0, 255])
        #expect(changed([200, 100, 50], saturation: 0) == [200, 200, 200])
        #expect(changed([200, 100, 50], saturation: 0.5) == [200, 150, 125])
        #expect(changed([200, 100, 50], saturation: 9) == [200, 67, 0])
        // Green is at two sixths of a turn: half of it is yellow, and three times of it red again.
        #expect(changed([0, 200, 0], hue: 0.5) == [200, 200, 0])
        #expect(changed([0, 200, 0], hue: 3) == [200, 0, 0])
        #expect(changed([0, 0, 200], hue: 0.5) == [0, 200, 0])
        #expect(changed([7, 7, 7], hue: 0.5, saturation: 1.5) == [7, 7, 7])
        #expect(changed([0, 0, 0], hue: 1.1, saturation: 1.5, brightness: 1.2) == [0, 0, 0])
    }
}
