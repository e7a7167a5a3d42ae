import Foundation
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

/// Numbers of the augmentations: defaults, bounds, what is drawn from the stream, and what becomes of it.
@Suite(.leavesNothing) struct AugmentationArithmeticTests {
    private static func streams(_ count: Int) -> [RandomStream] { (0..<count).map { RandomStream(seed: 21).split($0) } }

    @Test func defaults() {
        #expect(HorizontalFlip().probability == 0.5)
        #expect(PadAndCrop().padding == 4 && PadAndCrop().border == .value(0))
        let augment = RandAugment()
        #expect(augment.count == 1 && augment.magnitude == 9 && augment.standardDeviation == 0.5 && augment.fill == 128)
        let erasing = RandomErasing()
        #expect(erasing.probability == 0.25 && erasing.area == 0.02...1.0 / 3 && erasing.cover == .noise)
        #expect(erasing.aspect == 0.3...1 / 0.3)
        let detection = DetectionAugmentation()
        #expect(detection.mosaic == 1 && detection.translation == 0.1 && detection.scale == 0.5)
        #expect(detection.hue == 0.015 && detection.saturation == 0.7 && detection.brightness == 0.4)
        #expect(detection.flip == 0.5)
        #expect(DetectionAugmentation.leastShare == 0.1 && DetectionAugmentation.leastSide == 2)
        let shapes = DrawnShapes()
        #expect(shapes.side == 320 && shapes.trainCount == 512 && shapes.testCount == 128 && shapes.seed == 0)
        #expect(DrawnShapes.sides == 32...4096 && Letterbox.fill == 114)
    }

    @Test func probabilitiesAreChecked() async {
        await #expect(processExitsWith: .failure) { _ = HorizontalFlip(probability: -0.01) }
        await #expect(processExitsWith: .failure) { _ = HorizontalFlip(probability: 1.01) }
        await #expect(processExitsWith: .failure) { _ = RandomErasing(probability: 1.01) }
        await #expect(processExitsWith: .failure) { _ = RandomErasing(probability: -0.01) }
        await #expect(processExitsWith: .failure) { _ = RandomErasing(area: -0.01...0.5) }
        await #expect(processExitsWith: .failure) { _ = RandomErasing(area: 0.5...1.01) }
        await #expect(processExitsWith: .failure) { _ = RandomErasing(aspect: 0...1) }
        #expect(RandomErasing(probability: 1, area: 0...1, aspect: 0.001...1).area == 0...1)
    }

    @Test func settingsAreChecked() async {
        await #expect(processExitsWith: .failure) { _ = Mixup(alpha: 0) }
        await #expect(processExitsWith: .failure) { _ = Mixup(alpha: .infinity) }
        await #expect(processExitsWith: .failure) { _ = PadAndCrop(padding: -1) }
        await #expect(processExitsWith: .failure) { _ = RandAugment(count: -1) }
        await #expect(processExitsWith: .failure) { _ = RandAugment(magnitude: 10.01) }
        await #expect(processExitsWith: .failure) { _ = RandAugment(magnitude: -0.01) }
        await #expect(processExitsWith: .failure) { _ = RandAugment(standardDeviation: -0.01) }
        #expect(
            RandAugment(magnitude: 10, standardDeviation: 0).magnitude == 10 && RandAugment(magnitude: 0).magnitude == 0
        )
    }

    @Test func settingsOfDetectionAreChecked() async {
        await #expect(processExitsWith: .failure) { _ = DetectionAugmentation(mosaic: 1.01) }
        await #expect(processExitsWith: .failure) { _ = DetectionAugmentation(flip: -0.01) }
        await #expect(processExitsWith: .failure) { _ = DetectionAugmentation(scale: 1) }
        await #expect(processExitsWith: .failure) { _ = DetectionAugmentation(scale: -0.01) }
        await #expect(processExitsWith: .failure) { _ = DrawnShapes(side: 31) }
        await #expect(processExitsWith: .failure) { _ = DrawnShapes(trainCount: -1) }
        await #expect(processExitsWith: .failure) { _ = Letterbox(width: 0, height: 1, side: 1) }
        let most = DetectionAugmentation(
            mosaic: 1, translation: 1, scale: 0.999, hue: 1, saturation: 1, brightness: 1, flip: 1)
        #expect(most.scale == 0.999 && DrawnShapes(side: 32, trainCount: 0, testCount: 0).side == 32)
        #expect(Letterbox(width: 1, height: 1, side: 1).scaledWidth == 1)
    }

    @Test func imagesCheckTheirSizes() async {
        await #expect(processExitsWith: .failure) { _ = Image(channels: 1, height: 1, width: 2, pixels: [1]) }
        await #expect(processExitsWith: .failure) { _ = Image(channels: 1, height: 0, width: 2, pixels: []) }
        await #expect(processExitsWith: .failure) {
            _ = Image(channels: 1, height: 1, width: 1, pixels: [1]).resized(height: 0, width: 1)
        }
        await #expect(processExitsWith: .failure) {
            _ = Image(channels: 1, height: 2, width: 2, filledWith: 0).cropped(top: 1, left: 0, height: 2, width: 1)
        }
        await #expect(processExitsWith: .failure) {
            _ = Image(channels: 1, height: 2, width: 2, filledWith: 0).cropped(top: 0, left: -1, height: 1, width: 1)
        }
        await #expect(processExitsWith: .failure) {
            _ = Image(channels: 1, height: 1, width: 1, pixels: [1]).withChannels(2)
        }
        await #expect(processExitsWith: .failure) {
            _ = Image(channels: 1, height: 1, width: 1, pixels: [1]).posterized(bits: 9)
        }
        let image = Image(channels: 1, height: 2, width: 3, pixels: [1, 2, 3, 4, 5, 6])
        #expect(image.cropped(top: 1, left: 1, height: 1, width: 2).pixels == [5, 6])
        #expect(image.cropped(top: 0, left: 0, height: 2, width: 1).pixels == [1, 4])
        #expect(image.posterized(bits: 0).pixels == [0, 0, 0, 0, 0, 0] && image.posterized(bits: 8) == image)
    }

    // MARK: What is drawn

    @Test func normalNumbersOfStreams() {
        for stream in Self.streams(50) {
            let (first, second) = (stream.uniform(at: 3), stream.uniform(at: 4))
            let expected = sqrt(-2 * log(1 - first)) * cos(2 * Double.pi * second)
            #expect(abs(stream.normal(at: 3) - expected) < 1e-12)
        }
    }

    @Test func shiftsOfCrops() {
        var image = Image(channels: 1, height: 9, width: 9, filledWith: 0)
        image[0, 4, 4] = 255
        for stream in Self.streams(60) {
            let (row, column) = (stream.integer(at: 0, below: 5), stream.integer(at: 1, below: 5))
            let cropped = PadAndCrop(padding: 2)(image, stream)
            #expect(cropped[0, 4 + 2 - row, 4 + 2 - column] == 255)
        }
    }

    @Test func operationsAndStrengthsThatAreDrawn() {
        let image = Made.smoothImage(height: 16, width: 16)
        for (magnitude, deviation) in [(9.0, 0.5), (9.9, 3), (0.2, 2), (5, 0)] {
            let augment = RandAugment(count: 2, magnitude: magnitude, standardDeviation: deviation, fill: 7)
            for stream in Self.streams(40) {
                var expected = image
                for step in 0..<2 {
                    let draw = stream.advanced(by: 4 * step)
                    let operation = RandAugment.Operation.allCases[draw.integer(at: 0, below: 14)]
                    let drawn = magnitude + deviation * draw.normal(at: 2)
                    let strength = (drawn < 0 ? 0 : drawn > 10 ? 10 : drawn) / 10
                    expected = operation.applied(
                        to: expected, strength: draw.uniform(at: 1) < 0.5 ? -strength : strength, fill: 7)
                }
                #expect(augment(image, stream) == expected)
            }
        }
    }

    @Test func strengthsOfOperations() {
        let image = Made.smoothImage(height: 20, width: 30)
        func result(_ operation: RandAugment.Operation, _ strength: Double) -> Image {
            operation.applied(to: image, strength: strength, fill: 9)
        }
        for strength in [-1, -0.5, -0.25, 0.25, 0.5, 1] {
            let factor = Float(1 + 0.9 * strength)
            #expect(result(.identity, strength) == image && result(.autocontrast, strength) == image.autocontrasted())
            #expect(
                result(.equalize, strength) == image.equalized() && result(.colour, strength) == image.saturated(factor)
            )
            #expect(result(.contrast, strength) == image.contrasted(factor))
            #expect(result(.brightness, strength) == image.brightened(factor))
            #expect(result(.sharpness, strength) == image.sharpened(factor))
            #expect(result(.rotate, strength) == image.transformed(.rotation(degrees: 30 * strength), fill: 9))
            #expect(result(.shearX, strength) == image.transformed(.shearX(0.3 * strength), fill: 9))
            #expect(result(.shearY, strength) == image.transformed(.shearY(0.3 * strength), fill: 9))
            #expect(result(.translateX, strength) == image.transformed(.translation(x: 13.5 * strength, y: 0), fill: 9))
            #expect(result(.translateY, strength) == image.transformed(.translation(x: 0, y: 9 * strength), fill: 9))
        }
        for (strength, threshold, bits) in [(0, 256, 8), (0.25, 192, 7), (-0.5, 128, 6), (1, 0, 4), (-0.0625, 240, 8)] {
            #expect(result(.solarize, strength) == image.solarized(threshold: threshold), "\(strength)")
            #expect(result(.posterize, strength) == image.posterized(bits: bits), "\(strength)")
        }
    }

    /// The rectangle of the first attempt that fits, in the order of the draws.
    @Test func rectanglesThatAreErased() {
        let image = Image(channels: 2, height: 12, width: 30, filledWith: 1)
        var attempts = [Int](repeating: 0, count: 11)
        for (area, aspect) in [(0.02...1.0 / 3, 0.3...1 / 0.3), (0.3...0.9, 0.9...4)] {
            let erasing = RandomErasing(probability: 0.5, area: area, aspect: aspect, cover: .colour([7, 8]))
            for stream in Self.streams(200) {
                var expected = image
                if stream.uniform(at: 0) < 0.5 {
                    for attempt in 0..<10 {
                        let place = 1 + 4 * attempt
                        let share = area.lowerBound + stream.uniform(at: place) * (area.upperBound - area.lowerBound)
                        let (low, high) = (log(aspect.lowerBound), log(aspect.upperBound))
                        let ratio = exp(low + stream.uniform(at: place + 1) * (high - low))
                        let height = Int(sqrt(share * 360 * ratio).rounded())
                        let width = Int(sqrt(share * 360 / ratio).rounded())
                        guard 1..<12 ~= height, 1..<30 ~= width else { continue }
                        let top = stream.integer(at: place + 2, below: 12 - height + 1)
                        let left = stream.integer(at: place + 3, below: 30 - width + 1)
                        for row in top..<top + height {
                            for column in left..<left + width {
                                (expected[0, row, column], expected[1, row, column]) = (7, 8)
                            }
                        }
                        attempts[attempt] += 1
                        break
                    }
                }
                #expect(erasing(image, stream) == expected)
            }
        }
        #expect(attempts[0] > 0 && attempts[1] > 0 && attempts[2] > 0)
    }

    /// The bytes of noise are those of the stream's words, the lowest first, in the order of the pixels.
    @Test func noiseIsTheStreams() {
        let image = Image(channels: 2, height: 9, width: 9, filledWith: 1)
        let erasing = RandomErasing(probability: 1, area: 0.2...0.2, aspect: 1...1)
        for stream in Self.streams(5) {
            let noise = stream.split("noise")
            let result = erasing(image, stream)
            let shape = RandomErasing(probability: 1, area: 0.2...0.2, aspect: 1...1, cover: .colour([0, 0]))(
                image, stream)
            let places = shape.pixels.indices.filter { shape.pixels[$0] == 0 }
            #expect(places.count == 2 * 16)
            for (number, place) in places.enumerated() {
                let byte = UInt8(truncatingIfNeeded: noise.bits(at: number / 8) >> UInt64(number % 8 * 8))
                #expect(result.pixels[place] == byte, "\(number)")
            }
        }
    }

    /// Two numbers of a gamma distribution, by the method of Marsaglia and Tsang, written out.
    @Test(arguments: [0.2, 0.999, 1, 1.5, 6]) func weightsOfMixup(alpha: Double) {
        func logGamma(_ stream: RandomStream) -> Double {
            let d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3
            for attempt in 0... {
                let z = stream.normal(at: 1 + 3 * attempt)
                let v = pow(1 + z / sqrt(9 * d), 3)
                guard v > 0, log(1 - stream.uniform(at: 3 + 3 * attempt)) < z * z / 2 + d - d * v + d * log(v) else {
                    continue
                }
                return log(d) + log(v) + (alpha < 1 ? log(1 - stream.uniform(at: 0)) / alpha : 0)
            }
            return .nan
        }
        for stream in Self.streams(300) {
            let (x, y) = (logGamma(stream.split("x")), logGamma(stream.split("y")))
            #expect(abs(Mixup(alpha: alpha).weight(stream) - exp(x) / (exp(x) + exp(y))) < 1e-9)
        }
    }

    // MARK: Pixels

    @Test func coloursByHand() {
        func row(_ values: [UInt8]) -> Image { Image(channels: 1, height: 1, width: values.count, pixels: values) }
        // 255 / 100 per step, and what is left of the point.
        #expect(row([10, 60, 110, 11, 109]).autocontrasted().pixels == [0, 127, 255, 2, 252])
        #expect(row([7, 7]).autocontrasted().pixels == [7, 7])
        #expect(row([0, 1, 255]).autocontrasted().pixels == [0, 1, 255])
        #expect(row([0, 99, 100, 255]).solarized(threshold: 100).pixels == [0, 99, 155, 0])
        #expect(row([255, 254, 7]).posterized(bits: 1).pixels == [128, 128, 0])
        #expect(row([255, 100, 3]).brightened(0.5).pixels == [127, 50, 1] && row([200]).brightened(2).pixels == [255])
        // The mean of 2.5 is rounded to 3.
        #expect(row([2, 3]).contrasted(0).pixels == [3, 3] && row([2, 2, 3]).contrasted(0).pixels == [2, 2, 2])
        #expect(row([0, 10, 20]).contrasted(2).pixels == [0, 10, 30])
        let colour = Image(channels: 3, height: 1, width: 1, pixels: [200, 100, 50])
        // 0.299 × 200 + 0.587 × 100 + 0.114 × 50 = 124.2
        #expect(colour.greys() == [124] && colour.saturated(0).pixels == [124, 124, 124])
        #expect(colour.saturated(2).pixels == [255, 76, 0] && colour.saturated(0.5).pixels == [162, 112, 87])
        #expect(Image(channels: 3, height: 1, width: 1, pixels: [255, 0, 0]).greys() == [76])
        #expect(Image(channels: 3, height: 1, width: 1, pixels: [0, 255, 0]).greys() == [150])
        #expect(Image(channels: 3, height: 1, width: 1, pixels: [0, 0, 255]).greys() == [29])
        #expect(Image(channels: 3, height: 1, width: 1, pixels: [255, 255, 255]).greys() == [255])
    }

    /// A pixel of 130 on black: smoothed, it keeps 5 parts of 13 and gives one to each neighbour.
    @Test func sharpnessByHand() {
        var image = Image(channels: 1, height: 5, width: 5, filledWith: 0)
        image[0, 2, 2] = 130
        let smooth = image.sharpened(0)
        for row in 0..<5 {
            for column in 0..<5 {
                let isNear = 1...3 ~= row && 1...3 ~= column
                let expected: UInt8 = row == 2 && column == 2 ? 50 : isNear ? 10 : 0
                #expect(smooth[0, row, column] == expected, "\(row), \(column)")
            }
        }
        #expect(image.sharpened(1) == image && image.sharpened(2)[0, 2, 2] == 210)
        #expect(image.sharpened(0.5)[0, 2, 2] == 90 && image.sharpened(0.5)[0, 1, 1] == 5)
        // An edge of two pixels has no inside.
        let thin = Image(channels: 1, height: 2, width: 5, pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        #expect(thin.sharpened(0) == thin)
        let least = Image(channels: 1, height: 3, width: 3, pixels: [0, 0, 0, 0, 13, 0, 0, 0, 0])
        #expect(least.sharpened(0).pixels == [0, 0, 0, 0, 5, 0, 0, 0, 0])
    }

    @Test func equalizationByHand() {
        // 510 pixels: without the 128 of the greatest value, 382 make steps of 1.
        let values =
            [UInt8](repeating: 10, count: 254) + [UInt8](repeating: 20, count: 128) + [UInt8](repeating: 30, count: 128)
        let image = Image(channels: 1, height: 10, width: 51, pixels: values)
        let equal = image.equalized()
        #expect(equal.pixels[0] == 0 && equal.pixels[254] == 254 && equal.pixels[509] == 255)
        // 600 pixels: steps of 2, which begin at 1.
        let two = Image(
            channels: 1, height: 20, width: 30,
            pixels: [UInt8](repeating: 1, count: 201) + [UInt8](repeating: 2, count: 309)
                + [UInt8](repeating: 3, count: 90))
        let found = two.equalized()
        #expect(found.pixels[0] == 0 && found.pixels[201] == 101 && found.pixels[599] == 255)
        let few = Image(channels: 1, height: 1, width: 4, pixels: [1, 2, 3, 4])
        #expect(few.equalized() == few)
    }

    @Test func resizingByHand() {
        func row(_ values: [UInt8], _ width: Int) -> [UInt8] {
            Image(channels: 1, height: 1, width: values.count, pixels: values).resized(height: 1, width: width).pixels
        }
        #expect(row([0, 100], 4) == [0, 25, 75, 100] && row([0, 100, 200], 1) == [100])
        #expect(row([0, 255], 3) == [0, 128, 255] && row([10, 20, 30, 40], 2) == [17, 33])
        let column = Image(channels: 1, height: 2, width: 1, pixels: [0, 100]).resized(height: 4, width: 1)
        #expect(column.pixels == [0, 25, 75, 100])
        // The middle of what is longer, rounded down.
        let wide = Image(channels: 1, height: 1, width: 4, pixels: [1, 2, 3, 4])
        #expect(wide.squared(1).pixels == [2])
        let high = Image(channels: 1, height: 6, width: 1, pixels: [1, 2, 3, 4, 5, 6])
        #expect(high.squared(1).pixels == [3])
    }
}
