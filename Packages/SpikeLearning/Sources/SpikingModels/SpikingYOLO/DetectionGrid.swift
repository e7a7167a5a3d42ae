/// A box size that predictions of a detector are relative to, in pixels of the network's input.
public struct Anchor: Sendable, Hashable {
    /// The width in pixels.
    public let width: Double
    /// The height in pixels.
    public let height: Double

    /// Creates an anchor.
    public init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }
}

/// The places of a detector's predictions for images of one size.
///
/// A detector divides images into cells at several scales, and makes one prediction per anchor and cell. Predictions
/// are numbered scale by scale; within a scale anchor by anchor, within an anchor row by row.
public struct DetectionGrid: Sendable, Hashable {
    /// The cells of one size.
    public struct Scale: Sendable, Hashable {
        /// The height and the width of a cell in pixels.
        public let stride: Int
        /// The box sizes that predictions are relative to.
        public let anchors: [Anchor]
        /// The number of rows of cells.
        public let rows: Int
        /// The number of columns of cells.
        public let columns: Int
        /// The number of the first prediction of this scale.
        public let first: Int

        /// The number of predictions of this scale.
        public var count: Int { anchors.count * rows * columns }

        /// The numbers of the predictions of this scale.
        public var range: Range<Int> { first..<first + count }

        /// Returns the number of a prediction.
        public func index(anchor: Int, row: Int, column: Int) -> Int {
            first + (anchor * rows + row) * columns + column
        }
    }

    /// The scales, finest first.
    public let scales: [Scale]

    /// The number of predictions for an image.
    public var count: Int { scales.reduce(0) { $0 + $1.count } }

    /// Creates the grid of images of one size.
    ///
    /// - Parameters:
    ///   - height: The height of images in pixels; a multiple of all strides.
    ///   - width: The width of images in pixels; a multiple of all strides.
    ///   - anchors: The stride of each scale in pixels, and its anchors.
    public init(height: Int, width: Int, anchors: [(stride: Int, anchors: [Anchor])]) {
        var scales: [Scale] = []
        var first = 0
        for (stride, anchors) in anchors {
            precondition(
                stride > 0 && height % stride == 0 && width % stride == 0,
                "DetectionGrid: height and width must be multiples of \(stride), got \(height) and \(width)")
            let scale = Scale(
                stride: stride, anchors: anchors, rows: height / stride, columns: width / stride, first: first)
            scales.append(scale)
            first += scale.count
        }
        self.scales = scales
    }
}
