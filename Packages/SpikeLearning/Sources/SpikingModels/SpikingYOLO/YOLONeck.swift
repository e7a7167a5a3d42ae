import SpikingLayers
import TorchModules
import TorchTensors

/// The neck of YOLOv5n, which exchanges features between the maps of the backbone, first from coarse to fine, then from
/// fine to coarse. It returns maps of spikes with 64, 128 and 256 channels at an eighth, a sixteenth and a
/// thirty-second of the size of images.
///
/// Its blocks have one bottleneck without shortcut. Source: the two directions are from Liu et al. 2018,
/// arXiv 1803.01534.
public final class YOLONeck: Module {
    let lateral16: SpikingConvolution
    let up16: CrossStageBlock
    let lateral8: SpikingConvolution
    let up8: CrossStageBlock
    let down16: SpikingConvolution
    let mixed16: CrossStageBlock
    let down32: SpikingConvolution
    let mixed32: CrossStageBlock
    public var isTraining = true

    init(_ build: inout BlockBuilder) throws(TensorError) {
        let (fine, middle, coarse) = (YOLOBackbone.widths[1], YOLOBackbone.widths[2], YOLOBackbone.widths[3])
        func block(_ inputs: Int, _ width: Int, _ build: inout BlockBuilder) throws(TensorError) -> CrossStageBlock {
            try CrossStageBlock(inputs, width: width, depth: 1, hasShortcuts: false, &build)
        }
        lateral16 = try build.spiking(coarse, middle, kernel: 1)
        up16 = try block(2 * middle, middle, &build)
        lateral8 = try build.spiking(middle, fine, kernel: 1)
        up8 = try block(2 * fine, fine, &build)
        down16 = try build.spiking(fine, fine, kernel: 3, stride: 2)
        mixed16 = try block(2 * fine, middle, &build)
        down32 = try build.spiking(middle, middle, kernel: 3, stride: 2)
        mixed32 = try block(2 * middle, coarse, &build)
    }

    func callAsFunction(_ maps: FeaturePyramid) throws(TensorError) -> FeaturePyramid {
        let coarse = try lateral16(maps.thirtySecond)
        let middle = try lateral8(up16(joiningChannels([coarse.upsampledFrames(), maps.sixteenth])))
        let eighth = try up8(joiningChannels([middle.upsampledFrames(), maps.eighth]))
        let sixteenth = try mixed16(joiningChannels([down16(eighth), middle]))
        let thirtySecond = try mixed32(joiningChannels([down32(sixteenth), coarse]))
        return FeaturePyramid(eighth: eighth, sixteenth: sixteenth, thirtySecond: thirtySecond)
    }
}
