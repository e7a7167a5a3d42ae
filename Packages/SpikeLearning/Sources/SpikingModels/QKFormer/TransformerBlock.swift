import TorchModules
import TorchTensors

/// Attention and perceptron, each added to its input: y = x + attention(x), result y + perceptron(y); [T, B, C, H, W]
/// to small whole numbers of that shape.
public class TransformerBlock<Attention: Layer>: Layer {
    final let attention: Attention
    final let perceptron: SpikingPerceptron
    public final var isTraining = true

    public class var stateNames: [String: String] { ["perceptron": "mlp"] }

    init(_ attention: Attention, _ perceptron: SpikingPerceptron) {
        self.attention = attention
        self.perceptron = perceptron
    }

    public final func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let attended = try x + attention(x)
        return try attended + perceptron(attended)
    }
}

/// A block of QKFormer's first two stages.
public final class TokenBlock: TransformerBlock<TokenAttention> {
    public override class var stateNames: [String: String] { ["attention": "tssa", "perceptron": "mlp"] }

    init(width: Int, heads: Int, ratio: Int, _ build: inout BlockBuilder) throws(TensorError) {
        super.init(
            try TokenAttention(width: width, heads: heads, &build),
            try SpikingPerceptron(width: width, ratio: ratio, &build))
    }
}

/// A block of QKFormer's last stage.
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
