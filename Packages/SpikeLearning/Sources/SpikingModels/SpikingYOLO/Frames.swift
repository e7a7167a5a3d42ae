import SpikingLayers
import TorchTensors

/// Returns tensors [T, B, C, H, W] joined along their channels. The channels stay innermost in memory if they are so in
/// all tensors.
///
/// - Throws: `TensorError` if the shapes differ in another dimension than C.
func joiningChannels(_ parts: [Tensor]) throws(TensorError) -> Tensor {
    let merged = try parts.map { (part) throws(TensorError) in try part.mergingTimeIntoBatch() }
    return try merged[0].fold.unfold(.concatenated(merged.map(\.frames), 1))
}

extension Tensor {
    /// Returns this tensor [T, B, C, H, W] with each pixel repeated in a square of 2 × 2: [T, B, C, 2H, 2W].
    func upsampledFrames() throws(TensorError) -> Tensor {
        let (frames, fold) = try mergingTimeIntoBatch()
        return try fold.unfold(frames.upsampled2d(by: 2))
    }
}
