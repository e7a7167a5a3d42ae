import SpikingLayers
import TorchModules
import TorchTensors

extension QKFormer {
    /// A network of that size with weights of the public model's names; classes and channels are read from them. It is
    /// set to evaluation.
    ///
    /// - Parameters:
    ///   - weights: As `Safetensors.read` gives them.
    ///   - steps: T; weights fit any, unless encoders or neurons have learned.
    ///   - encoding: What the weights were trained with.
    /// - Throws: `TensorError` if the weights are not those of such a network.
    public convenience init(
        size: QKFormerSize, weights: [String: Tensor], steps: Int = 4, compatibility: Compatibility = .fixed,
        encoding: InputEncoding = .direct
    ) throws(TensorError) {
        func length(_ name: String, _ dimension: Int) throws(TensorError) -> Int {
            guard let shape = weights[name]?.shape, shape.indices.contains(dimension), shape[dimension] > 0 else {
                throw TensorError("\(size): the weights hold no \(name), as those of a QKFormer do")
            }
            return shape[dimension]
        }
        // Before a network is built of whatever size.
        let width = try length("head.weight", 1)
        guard size.width == width, size.depth <= weights.count else {
            throw TensorError("\(size): the weights are of a QKFormer of width \(width), in \(weights.count) tensors")
        }
        var random = RandomSource(seed: 0)
        try self.init(
            Configuration(
                size: size, classes: length("head.weight", 0), steps: steps,
                channels: length("patch_embed1.proj_conv.weight", 1), compatibility: compatibility, encoding: encoding),
            random: &random)
        try load(state: weights)
        evaluate()
    }
}
