import TorchTensors

/// Throws unless `x` holds images [B, channels, H, W], or images over time [T, B, channels, H, W], of floating point.
///
/// - Parameters:
///   - x: The images to check.
///   - model: The name of the network, with which the error message begins.
///   - channels: The required number of channels.
///   - steps: The required number of time steps T of images over time.
///   - leastSide: The least H and W; not used if `side` is given.
///   - side: The required H and W; nil for any.
///   - multiple: The number of which H and W must be multiples; not used if `side` is given.
func checkImages(
    _ x: Tensor, _ model: String, channels: Int, steps: Int, leastSide: Int = 1, side: Int? = nil,
    multiple: Int = 1
) throws(TensorError) {
    let shape = x.shape
    let hasTime = shape.count == 5
    func fits(_ length: Int) -> Bool { side.map { length == $0 } ?? (length >= leastSide && length % multiple == 0) }
    let isRight =
        (shape.count == 4 || hasTime && shape[0] == steps) && shape[shape.count - 3] == channels
        && shape.suffix(2).allSatisfy(fits) && x.dtype.isFloatingPoint
    guard isRight else {
        let size = side.map { "\($0), \($0)]" } ?? "H, W]"
        let least = side == nil && leastSide > 1 ? " with H and W at least \(leastSide)" : ""
        let multiples = side == nil && multiple > 1 ? " with H and W multiples of \(multiple)" : ""
        throw TensorError(
            "\(model): images are [B, \(channels), \(size) or over time [\(steps), B, \(channels), \(size), "
                + "of floating point\(least)\(multiples); got \(x.dtype) \(shape)")
    }
}
