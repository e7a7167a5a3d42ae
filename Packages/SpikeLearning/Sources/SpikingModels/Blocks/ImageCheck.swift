import TorchTensors

/// Throws unless `x` is what a network of images takes: [B, channels, H, W] or [T, B, channels, H, W], of floating
/// point.
///
/// - Parameters:
///   - model: Begins the error.
///   - leastSide: Of H and W.
///   - side: What H and W must be; nil for any.
func checkImages(
    _ x: Tensor, _ model: String, channels: Int, steps: Int, leastSide: Int = 1, side: Int? = nil
) throws(TensorError) {
    let shape = x.shape
    let hasTime = shape.count == 5
    func fits(_ length: Int) -> Bool { side.map { length == $0 } ?? (length >= leastSide) }
    let isRight =
        (shape.count == 4 || hasTime && shape[0] == steps) && shape[shape.count - 3] == channels
        && shape.suffix(2).allSatisfy(fits) && x.dtype.isFloatingPoint
    guard isRight else {
        let size = side.map { "\($0), \($0)]" } ?? "H, W]"
        let least = side == nil && leastSide > 1 ? " with H and W at least \(leastSide)" : ""
        throw TensorError(
            "\(model): images are [B, \(channels), \(size) or over time [\(steps), B, \(channels), \(size), "
                + "of floating point\(least); got \(x.dtype) \(shape)")
    }
}
