import TorchModules
import TorchTensors

extension Tensor {
    /// The same input at every step: [B, …] as [T, B, …], without a copy.
    ///
    /// - Parameter steps: T, above 0.
    public func repeatedOverTime(_ steps: Int) throws(TensorError) -> Tensor {
        precondition(steps > 0, "repeatedOverTime: steps must be > 0, got \(steps)")
        return try unsqueezed(0).expanded([steps] + shape)
    }
}

/// No encoder: the same feature map at every step, so that the neurons behind it find their own code. What computes the
/// map, such as a convolution and its normalisation, runs once in front of it.
///
/// Source: Rueckauer et al. 2017, doi:10.3389/fnins.2017.00682, with analog input to the first layer.
public final class DirectEncoding: Layer {
    /// T.
    public let steps: Int
    public var isTraining = true

    /// Traps unless there are steps.
    public init(steps: Int) {
        precondition(steps > 0, "DirectEncoding: steps must be > 0, got \(steps)")
        self.steps = steps
    }

    /// [B, …] to [T, B, …].
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try x.repeatedOverTime(steps) }
}
