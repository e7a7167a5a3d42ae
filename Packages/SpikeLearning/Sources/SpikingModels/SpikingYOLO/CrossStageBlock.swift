import SpikingLayers
import TorchModules
import TorchTensors

/// Two branches of half the width, one of which passes through bottlenecks, which are joined again: [T, B, C, H, W]
/// becomes spikes [T, B, width, H, W]. YOLOv5 calls this block C3.
///
///     result = last(bottlenecks(first(x)), second(x))
///
/// `first`, `second` and `last` are 1 × 1 convolutions with neurons; the comma joins channels.
///
/// Source: the idea of splitting a stage is from Wang et al. 2020, arXiv 1911.11929.
public final class CrossStageBlock: Layer {
    let first: SpikingConvolution
    let second: SpikingConvolution
    let bottlenecks: [Bottleneck]
    let last: SpikingConvolution
    public var isTraining = true

    /// Creates a block.
    ///
    /// - Parameters:
    ///   - inputs: The number of input channels.
    ///   - width: The number of output channels, an even number.
    ///   - depth: The number of bottlenecks.
    ///   - hasShortcuts: Whether each bottleneck adds its input to its output.
    init(
        _ inputs: Int, width: Int, depth: Int, hasShortcuts: Bool, _ build: inout BlockBuilder
    ) throws(TensorError) {
        first = try build.spiking(inputs, width / 2, kernel: 1)
        second = try build.spiking(inputs, width / 2, kernel: 1)
        var bottlenecks: [Bottleneck] = []
        for _ in 0..<depth {
            bottlenecks.append(try Bottleneck(width: width / 2, hasShortcut: hasShortcuts, &build))
        }
        self.bottlenecks = bottlenecks
        last = try build.spiking(width, width, kernel: 1)
    }

    /// Returns spikes [T, B, width, H, W].
    ///
    /// - Parameter x: Spikes or sums of spikes [T, B, C, H, W].
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        var main = try first(x)
        for bottleneck in bottlenecks { main = try bottleneck(main) }
        return try last(joiningChannels([main, second(x)]))
    }
}
