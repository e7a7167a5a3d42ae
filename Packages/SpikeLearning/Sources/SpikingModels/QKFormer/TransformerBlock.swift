import TorchModules
import TorchTensors

/// A transformer block of attention and perceptron, each added to its own input: y = x + attention(x), and the result
/// is y + perceptron(y). It turns sums of spikes [T, B, C, H, W] into sums of spikes of the same shape.
public class TransformerBlock<Attention: Layer>: Layer {
    final let attention: Attention
    final let perceptron: SpikingPerceptron
    public final var isTraining = true

    public class var stateNames: [String: String] { ["perceptron": "mlp"] }

    init(_ attention: Attention, _ perceptron: SpikingPerceptron) {
        self.attention = attention
        self.perceptron = perceptron
    }

    /// Returns sums of spikes [T, B, C, H, W].
    ///
    /// - Parameter x: Spikes or sums of spikes [T, B, C, H, W].
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public final func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let attended = try x + attention(x)
        return try attended + perceptron(attended)
    }
}

/// A transformer block with token attention, as in the first two stages of QKFormer.
public final class TokenBlock: TransformerBlock<TokenAttention> {
    public override class var stateNames: [String: String] { ["attention": "tssa", "perceptron": "mlp"] }

    init(width: Int, heads: Int, ratio: Int, _ build: inout BlockBuilder) throws(TensorError) {
        super.init(
            try TokenAttention(width: width, heads: heads, &build),
            try SpikingPerceptron(width: width, ratio: ratio, &build))
    }
}

/// A transformer block with spiking self-attention, as in the last stage of QKFormer.
public final class SelfAttentionBlock: TransformerBlock<SelfAttention> {
    public override class var stateNames: [String: String] { ["attention": "ssa", "perceptron": "mlp"] }

    init(
        width: Int, heads: Int, ratio: Int, compatibility: QKFormer.Compatibility, _ build: inout BlockBuilder
    ) throws(TensorError) {
        super.init(
            try SelfAttention(width: width, heads: heads, compatibility: compatibility, &build),
            try SpikingPerceptron(width: width, ratio: ratio, &build))
    }
}
