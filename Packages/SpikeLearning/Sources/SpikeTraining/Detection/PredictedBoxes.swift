import TorchTensors

/// Boxes as tensors with gradients, by their centres and sizes.
struct PredictedBoxes {
    /// The centres (x, y), [M, 2], in pixels.
    let centers: Tensor
    /// The widths and heights, [M, 2], in pixels, above 0.
    let sizes: Tensor

    /// Creates boxes from raw predictions.
    ///
    ///     center = (2σ(x, y) − 0.5 + cell) · stride,  size = (2σ(width, height))² · anchor
    ///
    /// - Parameters:
    ///   - raw: Raw predictions [M, 4]: x, y, width, height, before sigmoids.
    ///   - cells: The column and the row of each prediction, [M, 2].
    ///   - stride: The height and the width of a cell in pixels.
    ///   - anchors: The width and the height of each prediction's anchor, [M, 2], in pixels.
    init(raw: Tensor, cells: Tensor, stride: Int, anchors: Tensor) throws(TensorError) {
        let unit = try raw.sigmoid() * 2
        centers = try (unit.sliced(1, 0..<2) - 0.5 + cells) * Double(stride)
        // A size of 0 has no logarithm and no angle; sigmoids reach it by rounding only.
        sizes = try unit.sliced(1, 2..<4).squared().clamped(to: 1e-9...4) * anchors
    }

    init(centers: Tensor, sizes: Tensor) {
        self.centers = centers
        self.sizes = sizes
    }

    /// Returns the complete intersection over union with other boxes, pair by pair.
    ///
    ///     IoU − d² / c² − αv,  v = 4/π² (atan(w/h) − atan(w′/h′))²,  α = v / (1 − IoU + v)
    ///
    /// d is the distance between the centres and c the diagonal of the smallest box around both. α has no gradient.
    ///
    /// - Parameter others: Boxes of areas above 0.
    /// - Returns: The values, [M].
    ///
    /// Source: Zheng et al. 2020, arXiv 1911.08287.
    func completeIoU(_ others: PredictedBoxes) throws(TensorError) -> Tensor {
        let (low, high) = (try centers - sizes / 2, try centers + sizes / 2)
        let (otherLow, otherHigh) = (try others.centers - others.sizes / 2, try others.centers + others.sizes / 2)
        func area(_ sides: Tensor) throws(TensorError) -> Tensor { try sides.selected(1, 0) * sides.selected(1, 1) }
        let shared = try area((Tensor.minimum(high, otherHigh) - Tensor.maximum(low, otherLow)).relu())
        let iou = try shared / (area(sizes) + area(others.sizes) - shared)
        let hull = try Tensor.maximum(high, otherHigh) - Tensor.minimum(low, otherLow)
        let distance = try (centers - others.centers).squared().sum(1) / hull.squared().sum(1)
        func angle(_ sides: Tensor) throws(TensorError) -> Tensor {
            try (sides.selected(1, 0) / sides.selected(1, 1)).atan()
        }
        let shape = try (angle(sizes) - angle(others.sizes)).squared() * (4 / (Double.pi * Double.pi))
        let weight = try withoutGradient { () throws(TensorError) in try shape / (1 - iou + shape + 1e-12) }
        return try iou - distance - weight.detached() * shape
    }
}
