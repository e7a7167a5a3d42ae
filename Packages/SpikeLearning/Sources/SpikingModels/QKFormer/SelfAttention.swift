import SpikingLayers
import TorchModules
import TorchTensors

/// Spiking self-attention, which turns [T, B, C, H, W] into spikes of the same shape. It needs no softmax, because
/// spikes are not negative.
///
///     q, k, v = spikes of 1 × 1 convolutions, [tokens, channels of a head]
///     a = spikes of neurons with threshold 0.5, fed with 0.125 · q (kᵀ v)
///     result = spikes of a 1 × 1 convolution of a
///
/// Source: Zhou et al. 2023, arXiv 2209.15425. In the public model, the last neurons take all images of a batch as
/// steps of a single image (`QKFormer.Compatibility.upstream`).
public final class SelfAttention: Layer {
    let query: SpikingConvolution
    let key: SpikingConvolution
    let value: SpikingConvolution
    let keyValue = SpikeProduct()
    let queryKeyValue = SpikeProduct()
    let neuron: any SpikingLayer
    let projection: SpikingConvolution
    let heads: Int
    public var isTraining = true

    public static var stateNames: [String: String] {
        ["query": "q_", "key": "k_", "value": "v_", "neuron": "attn_lif", "projection": "proj_"]
    }

    init(
        width: Int, heads: Int, compatibility: QKFormer.Compatibility, _ build: inout BlockBuilder
    ) throws(TensorError) {
        self.heads = heads
        query = try build.pointwise(width, width, kernelDimensions: 1, hasBias: false)
        key = try build.pointwise(width, width, kernelDimensions: 1, hasBias: false)
        value = try build.pointwise(width, width, kernelDimensions: 1, hasBias: false)
        neuron = try build.neuron(width, threshold: attentionThreshold)
        projection = try build.pointwise(
            width, width, kernelDimensions: 1, hasBias: true, mergesTime: compatibility == .upstream)
    }

    /// Returns spikes [T, B, C, H, W].
    ///
    /// - Parameter x: Spikes or sums of spikes [T, B, C, H, W].
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        // The result has the shape [T, B, heads, C / heads, tokens].
        func tokens(_ layer: SpikingConvolution) throws(TensorError) -> Tensor {
            try layer(x).flattened(3).splittingHeads(heads)
        }
        let (queries, keys, values) = (try tokens(query), try tokens(key), try tokens(value))
        // Both products are transposed, because channels come before tokens.
        let mixed = try queryKeyValue(keyValue(values, spikes: keys.transposed()), spikes: queries) * 0.125
        let (frames, fold) = try mixed.flattened(2, 3).viewed(x.shape).mergingTimeIntoBatch()
        return try projection(neuron(fold.unfold(frames.channelsLast())))
    }
}
