import SpikingLayers
import TorchModules
import TorchTensors

/// Joins what lies around each pixel at several distances: [T, B, C, H, W] becomes spikes of the same shape. YOLOv5
/// calls this block SPPF.
///
///     a = first(x), b = pool(a), c = pool(b), d = pool(c), result = last(a, b, c, d)
///
/// `first` is a 1 × 1 convolution with neurons to half the channels, `last` one back to all. `pool` takes the maximum of
/// 5 × 5 pixels around each pixel. The pooled values of spikes are spikes.
///
/// Source: after He et al. 2014, arXiv 1406.4729, with pooling in a row instead of in parallel.
public final class PyramidPooling: Layer {
    let first: SpikingConvolution
    let pool = MaxPool2d(kernel: 5, stride: 1, padding: 2)
    let last: SpikingConvolution
    public var isTraining = true

    init(width: Int, _ build: inout BlockBuilder) throws(TensorError) {
        first = try build.spiking(width, width / 2, kernel: 1)
        last = try build.spiking(2 * width, width, kernel: 1)
    }

    /// Returns spikes [T, B, C, H, W].
    ///
    /// - Parameter x: Spikes or sums of spikes [T, B, C, H, W].
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let (frames, fold) = try first(x).mergingTimeIntoBatch()
        var parts = [frames]
        for _ in 0..<3 { parts.append(try pool(parts[parts.count - 1])) }
        return try last(fold.unfold(.concatenated(parts, 1)))
    }
}
