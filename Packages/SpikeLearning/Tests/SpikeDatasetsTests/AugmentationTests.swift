import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@Suite struct AugmentationTests {
    private static func streams(_ count: Int) -> [RandomStream] { (0..<count).map { RandomStream(seed: 9).split($0) } }

    @Test func flipsAboutHalf() {
        let image = Image(channels: 2, height: 2, width: 3, pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        let flipped = Image(channels: 2, height: 2, width: 3, pixels: [3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10])
        #expect(image.flipped() == flipped)
        let results = Self.streams(2000).map { HorizontalFlip()(image, $0) }
        #expect(results.allSatisfy { $0 == image || $0 == flipped })
        // Five standard deviations of a binomial are 112.
        #expect(abs(results.count { $0 == flipped } - 1000) < 112)
        #expect(Self.streams(99).allSatisfy { HorizontalFlip(probability: 0)(image, $0) == image })
        #expect(Self.streams(99).allSatisfy { HorizontalFlip(probability: 1)(image, $0) == flipped })
    }

    @Test func shiftsWithinABorder() {
        let image = Image(channels: 1, height: 2, width: 3, pixels: [1, 2, 3, 4, 5, 6])
        #expect(image.shifted(down: 0, right: 0, border: .value(0)) == image)
        #expect(image.shifted(down: 1, right: -1, border: .value(9)).pixels == [9, 9, 9, 2, 3, 9])
        #expect(image.shifted(down: 0, right: 2, border: .reflection).pixels == [3, 2, 1, 6, 5, 4])
        #expect(image.shifted(down: -5, right: 0, border: .reflection).pixels == [4, 5, 6, 1, 2, 3])
    }

    @Test func cropsReachEveryShift() {
        var image = Image(channels: 1, height: 9, width: 9, filledWith: 0)
        image[0, 4, 4] = 255
        var places: [Int: Int] = [:]
        for stream in Self.streams(4000) {
            places[PadAndCrop(padding: 2)(image, stream).pixels.firstIndex(of: 255)!, default: 0] += 1
        }
        let expected = (2...6).flatMap { row in (2...6).map { 9 * row + $0 } }
        #expect(Set(places.keys) == Set(expected))
        // 160 each; five standard deviations are 62.
        #expect(places.values.allSatisfy { abs($0 - 160) < 62 })
        #expect(PadAndCrop(padding: 0)(image, RandomStream(seed: 1)) == image)
    }

    @Test func erasesRectanglesOfTheRightArea() {
        let image = Image(channels: 3, height: 40, width: 40, filledWith: 1)
        let erasing = RandomErasing(probability: 0.25, cover: .colour([7, 8, 9]))
        var erased = 0
        for stream in Self.streams(2000) {
            let result = erasing(image, stream)
            if result == image { continue }
            erased += 1
            let changed = (0..<1600).filter { result.pixels[$0] != 1 }
            let rows = Set(changed.map { $0 / 40 })
            let columns = Set(changed.map { $0 % 40 })
            #expect(changed.count == rows.count * columns.count, "a whole rectangle")
            #expect(rows.max()! - rows.min()! == rows.count - 1 && columns.max()! - columns.min()! == columns.count - 1)
            // The sides are rounded, by at most half a pixel each.
            let (height, width) = (Double(rows.count), Double(columns.count))
            #expect((height + 0.5) * (width + 0.5) >= 0.02 * 1600 && (height - 0.5) * (width - 0.5) <= 1600 / 3.0)
            #expect(changed.allSatisfy { result.pixels[$0] == 7 && result.pixels[3200 + $0] == 9 })
        }
        // Five standard deviations are 97.
        #expect(abs(erased - 500) < 97)
        let noise = RandomErasing(probability: 1, area: 0.2...0.2, aspect: 1...1)(image, RandomStream(seed: 4))
        #expect(Set(noise.pixels).count > 200, "noise takes all values")
        #expect(RandomErasing(probability: 0)(image, RandomStream(seed: 4)) == image)
    }

    @Test func transformsFollowOneAnother() {
        let image = Image(channels: 1, height: 1, width: 2, pixels: [1, 2])
        let twice = ImageAugmentation([HorizontalFlip(probability: 1), HorizontalFlip(probability: 1)])
        #expect(twice(image, RandomStream(seed: 1)) == image)
        // Each draws from a stream of its own: both flip in about a quarter of all cases, not in half.
        let both = ImageAugmentation([HorizontalFlip(), HorizontalFlip()])
        let same = Self.streams(2000).count { both(image, $0) == image }
        #expect(abs(same - 1000) < 112)
    }

    @Test func randAugmentIsAFunctionOfItsStream() {
        let image = Made.smoothImage(height: 32, width: 32)
        let augment = RandAugment(count: 2)
        let results = Self.streams(200).map { augment(image, $0) }
        #expect(results == Self.streams(200).map { augment(image, $0) })
        #expect(Set(results).count > 150)
        #expect(RandAugment(count: 0)(image, RandomStream(seed: 1)) == image)
    }

    @Test func randAugmentDrawsEveryOperation() {
        let image = Made.smoothImage(height: 16, width: 16)
        let augment = RandAugment(count: 1, magnitude: 6, standardDeviation: 0)
        let possible = RandAugment.Operation.allCases.map { operation in
            [
                operation.applied(to: image, strength: 0.6, fill: 128),
                operation.applied(to: image, strength: -0.6, fill: 128),
            ]
        }
        var seen = Set<Int>()
        for stream in Self.streams(600) {
            let result = augment(image, stream)
            let place = possible.firstIndex { $0.contains(result) }
            #expect(place != nil)
            seen.insert(place ?? -1)
        }
        #expect(seen.count >= 13, "of 14 operations, of which two may agree on an image")
        // With a spread, strengths differ.
        let spread = RandAugment(count: 1, magnitude: 6, standardDeviation: 2)
        #expect(
            Self.streams(100).contains { stream in
                let result = spread(image, stream)
                return !possible.contains { $0.contains(result) }
            })
    }

    @Test(arguments: RandAugment.Operation.allCases)
    func strengthNoughtChangesLittle(_ operation: RandAugment.Operation) {
        let image = Made.smoothImage(height: 32, width: 32)
        let result = operation.applied(to: image, strength: 0, fill: 128)
        if operation != .autocontrast && operation != .equalize { #expect(result == image) }
        let strong = operation.applied(to: image, strength: 1, fill: 128)
        if operation != .identity { #expect(strong != image) }
        #expect(strong.height == 32 && strong.width == 32 && strong.channels == 3)
        let grey = Image(channels: 1, height: 28, width: 28, filledWith: 9)
        #expect(operation.applied(to: grey, strength: -1, fill: 128).channels == 1)
    }

    @Test func geometryMapsPixels() {
        var image = Image(channels: 1, height: 5, width: 5, filledWith: 0)
        image[0, 1, 2] = 200
        // What is above the middle is to its left after a quarter turn counter-clockwise.
        let turned = image.transformed(.rotation(degrees: 90), fill: 0)
        #expect(turned.pixels.firstIndex(of: 200) == 5 * 2 + 1)
        let moved = image.transformed(.translation(x: 1, y: -2), fill: 50)
        #expect(moved == image.shifted(down: 2, right: -1, border: .value(50)))
        let sheared = image.transformed(.shearX(1), fill: 0)
        #expect(sheared.pixels.firstIndex(of: 200) == 5 * 1 + 3)
        let half = image.transformed(.translation(x: 0.5, y: 0), fill: 0)
        #expect(half[0, 1, 1] == 100 && half[0, 1, 2] == 100)
    }

    /// Tables and bits agree exactly; blends to a level, as Pillow truncates what we truncate after other rounding.
    @Test(.enabled(if: Python.hasPillow))
    func coloursAgreeWithPillow() throws {
        var random = SplitMix64(seed: 10)
        for image in [Made.smoothImage(height: 32, width: 32), Made.image(height: 32, width: 32, &random)] {
            func difference(_ ours: Image, _ expression: String) throws -> Int {
                let theirs = try Pillow.apply(expression, to: image)
                return zip(ours.pixels, theirs.pixels).map { abs(Int($0) - Int($1)) }.max()!
            }
            #expect(try difference(image.autocontrasted(), "ImageOps.autocontrast(image)") <= 1)
            #expect(try difference(image.equalized(), "ImageOps.equalize(image)") == 0)
            #expect(try difference(image.solarized(threshold: 100), "ImageOps.solarize(image, 100)") == 0)
            #expect(try difference(image.posterized(bits: 5), "ImageOps.posterize(image, 5)") == 0)
            for factor in [0.1, 0.55, 1, 1.9] as [Float] {
                #expect(try difference(image.saturated(factor), "ImageEnhance.Color(image).enhance(\(factor))") <= 1)
                #expect(
                    try difference(image.contrasted(factor), "ImageEnhance.Contrast(image).enhance(\(factor))") <= 1)
                #expect(
                    try difference(image.brightened(factor), "ImageEnhance.Brightness(image).enhance(\(factor))") <= 1
                )
                #expect(
                    try difference(image.sharpened(factor), "ImageEnhance.Sharpness(image).enhance(\(factor))") <= 1)
            }
        }
    }
}
