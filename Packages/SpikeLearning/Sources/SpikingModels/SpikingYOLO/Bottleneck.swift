import SpikingLayers
import TorchModules
import TorchTensors

/// A 1 × 1 and a 3 × 3 convolution with neurons, which turn [T, B, C, H, W] into values of the same shape. With a
/// shortcut, the input is added to the spikes, so that the result holds sums of spikes.
///
/// With the shortcut, this is the residual block SEW-ADD: y = x + f(x), where f ends in neurons. Source: Fang et al.
/// 2021, arXiv 2102.04159.
public final class Bottleneck: Layer {
    let first: SpikingConvolution
    let second: SpikingConvolution
    private let hasShortcut: Bool
    public var isTraining = true

    init(width: Int, hasShortcut: Bool, _ build: inout BlockBuilder) throws(TensorError) {
        first = try build.spiking(width, width, kernel: 1)
        second = try build.spiking(width, width, kernel: 3)
        self.hasShortcut = hasShortcut
    }

    /// Returns spikes, or with a shortcut sums of spikes, [T, B, C, H, W].
    ///
    /// - Parameter x: Spikes or sums of spikes [T, B, C, H, W].
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let result = try second(first(x))
        return hasShortcut ? try x + result : result
    }
}
