import SpikingLayers
import TorchModules
import TorchTensors

/// The maps of features that a backbone or a neck returns, at an eighth, a sixteenth and a thirty-second of the size of
/// images, each [T, B, C, H, W].
struct FeaturePyramid {
    var eighth: Tensor
    var sixteenth: Tensor
    var thirtySecond: Tensor
}

/// The backbone of YOLOv5n, which turns spikes [T, B, C, H, W] at half the size of images into maps with 64, 128 and 256
/// channels at an eighth, a sixteenth and a thirty-second of the size.
///
/// Four stages each begin with a 3 × 3 convolution of stride 2 that doubles the channels, followed by a block with
/// shortcuts. Pyramid pooling ends the last stage.
public final class YOLOBackbone: Module {
    let down1: SpikingConvolution
    let stage1: CrossStageBlock
    let down2: SpikingConvolution
    let stage2: CrossStageBlock
    let down3: SpikingConvolution
    let stage3: CrossStageBlock
    let down4: SpikingConvolution
    let stage4: CrossStageBlock
    let pooling: PyramidPooling
    public var isTraining = true

    /// The numbers of output channels of the four stages.
    static let widths = [32, 64, 128, 256]
    /// The numbers of bottlenecks of the four stages.
    static let depths = [1, 2, 3, 1]

    init(_ inputs: Int, _ build: inout BlockBuilder) throws(TensorError) {
        let (widths, depths) = (Self.widths, Self.depths)
        func stage(_ index: Int, _ build: inout BlockBuilder) throws(TensorError) -> CrossStageBlock {
            try CrossStageBlock(
                widths[index], width: widths[index], depth: depths[index], hasShortcuts: true, &build)
        }
        func down(_ inputs: Int, _ outputs: Int, _ build: inout BlockBuilder) throws(TensorError) -> SpikingConvolution
        {
            try build.spiking(inputs, outputs, kernel: 3, stride: 2)
        }
        down1 = try down(inputs, widths[0], &build)
        stage1 = try stage(0, &build)
        down2 = try down(widths[0], widths[1], &build)
        stage2 = try stage(1, &build)
        down3 = try down(widths[1], widths[2], &build)
        stage3 = try stage(2, &build)
        down4 = try down(widths[2], widths[3], &build)
        stage4 = try stage(3, &build)
        pooling = try PyramidPooling(width: widths[3], &build)
    }

    func callAsFunction(_ x: Tensor) throws(TensorError) -> FeaturePyramid {
        let eighth = try stage2(down2(stage1(down1(x))))
        let sixteenth = try stage3(down3(eighth))
        return FeaturePyramid(
            eighth: eighth, sixteenth: sixteenth, thirtySecond: try pooling(stage4(down4(sixteenth))))
    }
}
