import ObjectDetection
import SpikeDatasets
import Testing

@Suite struct LetterboxTests {
    @Test func wideAndHighImages() {
        let wide = Letterbox(width: 100, height: 50, side: 64)
        #expect(wide.scaledWidth == 64 && wide.scaledHeight == 32 && wide.left == 0 && wide.top == 16)
        let box = Box(left: 50, top: 0, right: 100, bottom: 25)
        #expect(wide.square(box) == Box(left: 32, top: 16, right: 64, bottom: 32))
        #expect(wide.original(Box(left: 32, top: 16, right: 64, bottom: 32)) == box)
        // What lies in the bars is cut.
        #expect(
            wide.original(Box(left: 0, top: 0, right: 64, bottom: 64)) == Box(left: 0, top: 0, right: 100, bottom: 50))
        let high = Letterbox(width: 30, height: 100, side: 65)
        #expect(high.scaledWidth == 20 && high.scaledHeight == 65 && high.left == 22 && high.top == 0)
        #expect(Letterbox(width: 1, height: 5000, side: 32).scaledWidth == 1)
    }

    @Test func imagesFollow() {
        var image = Image(channels: 3, height: 50, width: 100, filledWith: 10)
        for channel in 0..<3 { for row in 0..<25 { for column in 50..<100 { image[channel, row, column] = 250 } } }
        let square = Letterbox(width: 100, height: 50, side: 50).square(image)
        #expect(square.width == 50 && square.height == 50)
        for (row, column, value) in [
            (0, 0, 114), (11, 49, 114), (12, 49, 250), (23, 26, 250), (30, 40, 10), (20, 10, 10), (37, 0, 114),
        ] { #expect(square[1, row, column] == UInt8(value), "\(row), \(column)") }
    }
}
