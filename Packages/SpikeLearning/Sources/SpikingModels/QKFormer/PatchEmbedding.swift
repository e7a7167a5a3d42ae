import SpikingLayers
import TorchModules
import TorchTensors

/// QKFormer's way from images to spikes, at full size: [B, channels, H, W] to [T, B, width, H, W], values 0, 1 and 2.
///
/// The encoding stage has half the width; a 3 × 3 and a 1 × 1 convolution double it, and their spikes are added.
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

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try embed(spikes: encoding(x)) }

    /// - Parameter spikes: [T, B, C, H, W], of the encoding stage.
    func embed(spikes: Tensor) throws(TensorError) -> Tensor { try main(spikes) + shortcut(spikes) }
}

/// QKFormer's step to twice the channels at half the size: [T, B, C, H, W] to [T, B, 2C, ⌈H/2⌉, ⌈W/2⌉], values 0, 1 and
/// 2.
///
/// Two 3 × 3 convolutions, the second with max-pooling in front of its neurons, and beside them a 1 × 1 convolution of
/// every other pixel.
public final class NextPatchEmbedding: Layer {
    let first: SpikingConvolution
    let second: SpikingConvolution
    let shortcut: SpikingConvolution
    public var isTraining = true

    public static var stateNames: [String: String] {
        ["first": "proj3_", "second": "proj4_", "shortcut": "proj_res_"]
    }

    /// - Parameter width: 2C
    init(width: Int, _ build: inout BlockBuilder) throws(TensorError) {
        first = try build.spiking(width / 2, width, kernel: 3)
        second = try build.spiking(width, width, kernel: 3, pooling: MaxPool2d(kernel: 3, stride: 2, padding: 1))
        shortcut = try build.spiking(width / 2, width, kernel: 1, stride: 2)
    }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try second(first(x)) + shortcut(x) }
}
