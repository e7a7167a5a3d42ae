/// The pixels of frames, channels innermost in memory, in blocks that are taken one after the other: several frames, or
/// rows of one.
///
/// A block has a place for each of its pixels and, for kernels of 3 × 3, for their neighbours: those of rows above and
/// below it, and zeros around a frame, of which a column stands at the right of one row and at the left of the next.
struct PixelBlocks: Sendable {
    private let frames: Int
    private let height: Int
    /// Of a row, in pixels.
    let width: Int
    private let framesTogether: Int
    private let rowsTogether: Int
    /// How far a kernel sees: 0 or 1.
    private let reach: Int

    /// - Parameters:
    ///   - kernel: Height and width of the kernels, 1 or 3.
    ///   - pixels: How many a block should have about; at least a row.
    init(frames: Int, height: Int, width: Int, kernel: Int, pixels: Int) {
        if kernel == 1 {
            // Pixels have nothing to do with each other: a single column.
            (self.frames, self.height, self.width) = (1, frames * height * width, 1)
        } else {
            (self.frames, self.height, self.width) = (frames, height, width)
        }
        reach = kernel / 2
        rowsTogether = min(max(pixels / self.width, 1), self.height)
        framesTogether = min(max(pixels / (self.height * self.width), 1), self.frames)
    }

    var count: Int { ceilingDivide(frames, framesTogether) * ceilingDivide(height, rowsTogether) }

    /// The most that a block has.
    var pixelCount: Int { framesTogether * rowsTogether * width }

    /// From a place to the one below it; to its right is the next.
    var pitch: Int { width + reach }

    var placeCount: Int { (framesTogether * (rowsTogether + reach) + reach) * pitch + 2 * reach }

    /// Calls `body` with each row of a block: its first pixel, counted through all frames, and that pixel's place.
    @inline(__always)
    func forEachRow(of block: Int, _ body: (_ pixel: Int, _ place: Int) -> Void) {
        forEachRow(of: block, beyond: 0) { pixel, place in body(pixel!, place) }
    }

    /// As `forEachRow`, with the rows above and below the block that kernels see; nil for those outside of the frame.
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
