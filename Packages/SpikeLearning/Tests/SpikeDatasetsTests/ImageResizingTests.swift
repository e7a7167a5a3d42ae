import Foundation
import SpikeDatasets
import TestSupport
import Testing

@Suite struct ImageResizingTests {
    @Test func keepsFlatImagesAndHalvesByTheTriangle() {
        let flat = Image(channels: 3, height: 7, width: 5, filledWith: 77)
        #expect(flat.resized(height: 3, width: 11) == Image(channels: 3, height: 3, width: 11, filledWith: 77))
        // At half the size, an inner pixel weighs its four sources 1/8, 3/8, 3/8, 1/8.
        let row = Image(channels: 1, height: 1, width: 8, pixels: [0, 0, 0, 80, 160, 240, 240, 240])
        let half = row.resized(height: 1, width: 4)
        #expect(half.pixels[1] == 50)
        #expect(half.pixels[2] == 190)
    }

    @Test func squareIsFromTheMiddle() {
        var image = Image(channels: 1, height: 2, width: 6, filledWith: 0)
        for row in 0..<2 { for column in 2..<4 { image[0, row, column] = 200 } }
        #expect(image.squared(2) == Image(channels: 1, height: 2, width: 2, filledWith: 200))
    }

    /// Pillow rounds to bytes between its two passes, so the two differ by a level at most.
    @Test(.enabled(if: Python.hasPillow), arguments: [(20, 31), (7, 9), (64, 5)])
    func agreesWithPillow(_ height: Int, _ width: Int) throws {
        let image = Made.smoothImage(height: 40, width: 33)
        let expected = try Pillow.apply("image.resize((\(width), \(height)), Image.BILINEAR)", to: image)
        let resized = image.resized(height: height, width: width)
        #expect(zip(resized.pixels, expected.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        #expect(resized.pixels.count == expected.pixels.count)
    }
}
