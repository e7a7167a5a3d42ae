import SpikingLayers
import TorchModules
import TorchTensors

/// Token attention, which turns [T, B, C, H, W] into spikes of the same shape. In each head, spikes of summed queries
/// choose which tokens (pixels) of the keys pass.
///
///     q, k = spikes of 1 × 1 convolutions
///     a = spikes of neurons with threshold 0.5, fed with Σ q over the channels of a head
///     result = spikes of a 1 × 1 convolution of a · k
///
/// The cost is linear in the number of tokens.
///
/// Source: Zhou et al. 2024, arXiv 2403.16552, Q-K token attention.
public final class TokenAttention: Layer {
    let query: SpikingConvolution
    let key: SpikingConvolution
    let gate: any SpikingLayer
    let projection: SpikingConvolution
    let heads: Int
    public var isTraining = true

    public static var stateNames: [String: String] {
        ["query": "q_", "key": "k_", "gate": "attn_lif", "projection": "proj_"]
    }

    init(width: Int, heads: Int, _ build: inout BlockBuilder) throws(TensorError) {
        self.heads = heads
        query = try build.pointwise(width, width, kernelDimensions: 1, hasBias: false)
        key = try build.pointwise(width, width, kernelDimensions: 1, hasBias: false)
        gate = try build.neuron(heads, threshold: attentionThreshold)
        projection = try build.pointwise(width, width, kernelDimensions: 1, hasBias: true)
    }

    /// Returns spikes [T, B, C, H, W].
    ///
    /// - Parameter x: Spikes or sums of spikes [T, B, C, H, W].
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let queries = try query(x).splittingHeads(heads)
        let keys = try key(x).splittingHeads(heads)
        let chosen = try gate(queries.sum(3)).unsqueezed(3)
        return try projection((keys * chosen).flattened(2, 3))
    }
}

/// The firing threshold θ of the neurons within attention.
let attentionThreshold = 0.5

extension Tensor {
    /// Returns a view [T, B, heads, C / heads, …] of this tensor [T, B, C, …].
    func splittingHeads(_ heads: Int) throws(TensorError) -> Tensor {
        let shape = shape
        return try viewed([shape[0], shape[1], heads, shape[2] / heads] + shape.dropFirst(3))
    }
}
