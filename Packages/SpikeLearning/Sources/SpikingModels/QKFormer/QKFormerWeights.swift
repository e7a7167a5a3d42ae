import SpikingLayers
import TorchModules
import TorchTensors

extension QKFormer {
    /// Creates a network for evaluation from weights that have the names of the public model.
    ///
    /// The numbers of classes and of image channels are those of the weights.
    ///
    /// - Parameters:
    ///   - size: The depth and the width of the network.
    ///   - weights: Tensors by name, as `Safetensors.read` returns them.
    ///   - steps: The number of time steps T. Weights of networks without learned encoders and neurons fit any T.
    ///   - compatibility: How the last neurons of self-attention take the images of a batch.
    ///   - encoding: The encoding with which the weights were trained.
    /// - Throws: `TensorError` if the weights are not those of a network of this size.
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
        // A size that does not fit the weights is refused before a network of that size takes memory.
        let width = try length("head.weight", 1)
        guard size.width == width, size.depth <= weights.count else {
            throw TensorError(
                "\(size): the weights are of a QKFormer of width \(width), in \(counted(weights.count, "tensor"))")
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
