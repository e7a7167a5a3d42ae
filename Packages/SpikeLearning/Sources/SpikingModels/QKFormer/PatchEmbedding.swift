import SpikingLayers
import TorchModules
import TorchTensors

/// The first patch embedding of QKFormer, which turns images [B, channels, H, W] into sums of spikes at full size,
/// [T, B, width, H, W], with values 0, 1 and 2.
///
/// The encoding stage has half the width by default. The spikes of a 3 × 3 and of a 1 × 1 convolution with the full
/// width are added.
public final class FirstPatchEmbedding: Layer {
    let encoding: EncodingStage
    let main: SpikingConvolution
    let shortcut: SpikingConvolution
    public var isTraining = true

    public static var stateNames: [String: String] {
        ["encoding": "proj_", "main": "proj1_", "shortcut": "proj_res_"]
    }

    init(
        channels: Int, width: Int, convolution: InputConvolution, encoding: InputEncoding, _ build: inout BlockBuilder
    ) throws(TensorError) {
        self.encoding = try EncodingStage(
            images: channels, width: width / 2, convolution: convolution, encoding: encoding, &build)
        main = try build.spiking(self.encoding.channels, width, kernel: 3)
        shortcut = try build.spiking(self.encoding.channels, width, kernel: 1)
    }

    /// Turns images into sums of spikes [T, B, width, H, W].
    ///
    /// - Parameter x: Images [B, channels, H, W], or over time [T, B, channels, H, W] where the encoding stage has no
    ///   encoder.
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try embed(spikes: encoding(x)) }

    /// Turns the spikes of the encoding stage into sums of spikes [T, B, width, H, W].
    ///
    /// - Parameter spikes: The spikes of the encoding stage, [T, B, C, H, W].
    func embed(spikes: Tensor) throws(TensorError) -> Tensor { try main(spikes) + shortcut(spikes) }
}

/// A later patch embedding of QKFormer, which doubles the channels and halves the size: it turns [T, B, C, H, W] into
/// sums of spikes [T, B, 2C, ⌈H/2⌉, ⌈W/2⌉] with values 0, 1 and 2.
///
/// The main path has two 3 × 3 convolutions, the second with max-pooling in front of its neurons. The shortcut is a
/// 1 × 1 convolution of every other pixel. The spikes of both are added.
public final class NextPatchEmbedding: Layer {
    let first: SpikingConvolution
    let second: SpikingConvolution
    let shortcut: SpikingConvolution
    public var isTraining = true

    public static var stateNames: [String: String] {
        ["first": "proj3_", "second": "proj4_", "shortcut": "proj_res_"]
    }

    /// Creates a patch embedding.
    ///
    /// - Parameter width: The number of output channels, 2C.
    init(width: Int, _ build: inout BlockBuilder) throws(TensorError) {
        first = try build.spiking(width / 2, width, kernel: 3)
        second = try build.spiking(width, width, kernel: 3, pooling: MaxPool2d(kernel: 3, stride: 2, padding: 1))
        shortcut = try build.spiking(width / 2, width, kernel: 1, stride: 2)
    }

    /// Returns sums of spikes [T, B, 2C, ⌈H/2⌉, ⌈W/2⌉].
    ///
    /// - Parameter x: Spikes or sums of spikes [T, B, C, H, W].
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try second(first(x)) + shortcut(x) }
}
