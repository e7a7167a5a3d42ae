import TorchTensors

/// The lengths T and B that are needed to split frames [T · B, …] into [T, B, …] again.
public struct TimeFold: Sendable, Hashable {
    /// The number of time steps T.
    public let steps: Int
    /// The batch size B.
    public let batch: Int

    /// Creates a fold of `steps` times `batch` frames.
    ///
    /// - Parameters:
    ///   - steps: The number of time steps T; traps if it is below 0.
    ///   - batch: The batch size B; traps if it is below 0.
    public init(steps: Int, batch: Int) {
        precondition(steps >= 0 && batch >= 0, "TimeFold: lengths must be >= 0, got \(steps) and \(batch)")
        self.steps = steps
        self.batch = batch
    }

    /// Splits the first dimension of frames into time and batch.
    ///
    /// - Parameter frames: Frames [T · B, …], those of the first step first. The other dimensions may have any lengths.
    /// - Returns: A view [T, B, …] of `frames`.
    /// - Throws: `TensorError` unless `frames` has T · B frames.
    public func unfold(_ frames: Tensor) throws(TensorError) -> Tensor {
        let shape = frames.shape
        guard shape.first == steps * batch else {
            throw TensorError("unfold: \(steps) steps of \(batch) are \(steps * batch) frames, got shape \(shape)")
        }
        return try frames.viewed([steps, batch] + shape.dropFirst())
    }
}

extension Tensor {
    /// Merges the dimensions of time and batch of a tensor [T, B, …], for layers that have no dimension of time.
    ///
    /// - Returns: `frames`, [T · B, …], the frames of the first step first, a view if the memory layout allows it and
    ///   otherwise a copy; and `fold`, which splits such frames into [T, B, …] again.
    /// - Throws: `TensorError` if the tensor has fewer than two dimensions.
    public func mergingTimeIntoBatch() throws(TensorError) -> (frames: Tensor, fold: TimeFold) {
        let shape = shape
        guard shape.count >= 2 else {
            throw TensorError("mergingTimeIntoBatch: a shape [T, B, …] is needed, got \(shape)")
        }
        return (try flattened(0, 1), TimeFold(steps: shape[0], batch: shape[1]))
    }

    /// Returns a view [T, …] that holds this tensor […] at each of T steps, without a copy.
    ///
    /// - Parameter steps: The number of time steps T; traps unless it is at least 1.
    public func repeatedOverTime(_ steps: Int) throws(TensorError) -> Tensor {
        precondition(steps >= 1, "repeatedOverTime: steps must be >= 1, got \(steps)")
        return try unsqueezed(0).expanded([steps] + shape)
    }
}
