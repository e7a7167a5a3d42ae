import TorchTensors

/// How [T · B, …] frames become [T, B, …] again.
public struct TimeFold: Sendable, Hashable {
    /// T
    public let steps: Int
    /// B
    public let batch: Int

    public init(steps: Int, batch: Int) {
        precondition(steps >= 0 && batch >= 0, "TimeFold: lengths must be >= 0, got \(steps) and \(batch)")
        self.steps = steps
        self.batch = batch
    }

    /// - Parameter frames: [T · B, …], the frames of the first step first; what follows may have another shape than
    ///   before.
    /// - Returns: [T, B, …], a view.
    public func unfold(_ frames: Tensor) throws(TensorError) -> Tensor {
        let shape = frames.shape
        guard shape.first == steps * batch else {
            throw TensorError("unfold: \(steps) steps of \(batch) are \(steps * batch) frames, got shape \(shape)")
        }
        return try frames.viewed([steps, batch] + shape.dropFirst())
    }
}

extension Tensor {
    /// [T, B, …] as [T · B, …] frames, for layers that know no time, and how to undo it. A view where it can be.
    public func mergingTimeIntoBatch() throws(TensorError) -> (frames: Tensor, fold: TimeFold) {
        let shape = shape
        guard shape.count >= 2 else {
            throw TensorError("mergingTimeIntoBatch: a shape [T, B, …] is needed, got \(shape)")
        }
        return (try flattened(0, 1), TimeFold(steps: shape[0], batch: shape[1]))
    }

    /// [T, …]: the same tensor at each of T steps, without a copy.
    public func repeatedOverTime(_ steps: Int) throws(TensorError) -> Tensor {
        precondition(steps >= 1, "repeatedOverTime: steps must be >= 1, got \(steps)")
        return try unsqueezed(0).expanded([steps] + shape)
    }
}
