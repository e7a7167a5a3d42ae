/// Divides the pixels of frames, whose channels are innermost in memory, into blocks of several frames or of several
/// rows of one frame.
///
/// A block has a place for each of its pixels. For 3 × 3 kernels it also has places for their neighbours: for the rows
/// above and below the block, and for zeros around a frame. One column of zeros serves as the right neighbour of one
/// row and as the left neighbour of the next.
struct PixelBlocks: Sendable {
    private let frames: Int
    private let height: Int
    /// The length of a row in pixels.
    let width: Int
    private let framesTogether: Int
    private let rowsTogether: Int
    /// The number of pixels that a kernel reaches beyond its middle: 0 or 1.
    private let reach: Int

    /// - Parameters:
    ///   - kernel: The height and the width of the kernels, 1 or 3.
    ///   - pixels: The approximate number of pixels of a block, which has at least one row.
    init(frames: Int, height: Int, width: Int, kernel: Int, pixels: Int) {
        if kernel == 1 {
            // With kernels of one pixel, pixels have no neighbours, so that all of them form a single column.
            (self.frames, self.height, self.width) = (1, frames * height * width, 1)
        } else {
            (self.frames, self.height, self.width) = (frames, height, width)
        }
        reach = kernel / 2
        rowsTogether = min(max(pixels / self.width, 1), self.height)
        framesTogether = min(max(pixels / (self.height * self.width), 1), self.frames)
    }

    var count: Int { ceilingDivide(frames, framesTogether) * ceilingDivide(height, rowsTogether) }

    /// The greatest number of pixels in a block.
    var pixelCount: Int { framesTogether * rowsTogether * width }

    /// The distance from a place to the place below it; the place to the right is at distance 1.
    var pitch: Int { width + reach }

    var placeCount: Int { (framesTogether * (rowsTogether + reach) + reach) * pitch + 2 * reach }

    /// Calls `body` for each row of a block, with the index of its first pixel among the pixels of all frames, and with
    /// the place of that pixel.
    @inline(__always)
    func forEachRow(of block: Int, _ body: (_ pixel: Int, _ place: Int) -> Void) {
        forEachRow(of: block, beyond: 0) { pixel, place in body(pixel!, place) }
    }

    /// Calls `body` for each row that kernels reach: the rows of `forEachRow`, and those above and below the block. The
    /// pixel is nil for rows outside of the frame.
    @inline(__always)
    func forEachSeenRow(of block: Int, _ body: (_ pixel: Int?, _ place: Int) -> Void) {
        forEachRow(of: block, beyond: reach, body)
    }

    @inline(__always)
    private func forEachRow(of block: Int, beyond margin: Int, _ body: (_ pixel: Int?, _ place: Int) -> Void) {
        let blocksOfFrame = ceilingDivide(height, rowsTogether)
        let firstFrame = block / blocksOfFrame * framesTogether
        let firstRow = block % blocksOfFrame * rowsTogether
        let rows = min(rowsTogether, height - firstRow)
        for frame in firstFrame..<min(firstFrame + framesTogether, frames) {
            for row in firstRow - margin..<firstRow + rows + margin {
                let line = (frame - firstFrame) * (rowsTogether + reach) + row - firstRow + reach
                let isInside = 0..<height ~= row
                body(isInside ? (frame * height + row) * width : nil, line * pitch + reach)
            }
        }
    }
}

private func ceilingDivide(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }
