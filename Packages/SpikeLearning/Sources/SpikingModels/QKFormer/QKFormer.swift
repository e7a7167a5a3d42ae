import SpikingLayers
import TorchModules
import TorchTensors

/// A spiking transformer for small images: [B, channels, H, W] to logits [B, classes].
///
/// Three stages of transformer blocks at a quarter, half and all of the width, at full, half and quarter size; in front
/// of each a patch embedding. The first two stages attend by summed queries, the last by spiking self-attention. Within
/// the network tensors are [T, B, C, H, W], spikes or sums of spikes. Source: Zhou et al. 2024, arXiv 2403.16552.
///
/// The state has the names of the public model, so that its weights load unchanged.
public final class QKFormer: ImageClassifier {
    /// What the last neurons of self-attention see.
    public enum Compatibility: String, Sendable, Hashable, CaseIterable {
        /// T steps of each image.
        case fixed

        /// As the public code: the T · B frames of a batch as steps of a single image, so that an image's logits
        /// depend on its neighbours. Say so beside any figure obtained with it.
        case upstream
    }

    public let patchEmbed1: FirstPatchEmbedding
    public let stage1: [TokenBlock]
    public let patchEmbed2: NextPatchEmbedding
    public let stage2: [TokenBlock]
    public let patchEmbed3: NextPatchEmbedding
    public let stage3: [SelfAttentionBlock]
    public let head: ClassifierHead
    public let configuration: Configuration
    public var isTraining = true

    /// What a QKFormer is built from, without its weights.
    public struct Configuration: Sendable {
        public var size: QKFormerSize
        public var classes: Int
        /// T
        public var steps: Int
        /// Of the images.
        public var channels: Int
        public var compatibility: Compatibility
        public var encoding: InputEncoding
        /// What stands between the images and the encoder.
        public var convolution: InputConvolution
        public var makeNeuron: NeuronMaker
        /// False for what `foldingBatchNorm` returns: convolutions with biases stand for batch normalisation too.
        public var normalizes = true

        public init(
            size: QKFormerSize, classes: Int, steps: Int = 4, channels: Int = 3, compatibility: Compatibility = .fixed,
            encoding: InputEncoding = .direct, convolution: InputConvolution = .full,
            makeNeuron: @escaping NeuronMaker = QKFormer.neuron
        ) {
            self.size = size
            self.classes = classes
            self.steps = steps
            self.channels = channels
            self.compatibility = compatibility
            self.encoding = encoding
            self.convolution = convolution
            self.makeNeuron = makeNeuron
        }
    }

    /// As the public model: τ = 2 with input scaling, hard reset without gradient, sigmoid of slope 4.
    public static let neuron: NeuronMaker = { (site) throws(TensorError) in
        LIFNeuron(
            LIFDynamics(
                decay: .timeConstant(2), threshold: site.threshold, reset: .toZero, detachesReset: true,
                surrogate: .sigmoid(slope: 4)))
    }

    /// Heads of every attention.
    public static let heads = 8
    /// How much wider the perceptrons' first layers are.
    public static let perceptronRatio = 4
    /// Of images; the last stage has a quarter of it.
    static let leastSide = 4

    /// - Parameter random: First values of weights; all others are the same for every seed.
    public init(_ configuration: Configuration, random: inout RandomSource) throws(TensorError) {
        for (name, value) in [
            ("classes", configuration.classes), ("steps", configuration.steps), ("channels", configuration.channels),
        ] {
            precondition(value > 0, "QKFormer: \(name) must be > 0, got \(value)")
        }
        self.configuration = configuration
        let (depth, width) = (configuration.size.depth, configuration.size.width)
        let (heads, ratio) = (Self.heads, Self.perceptronRatio)
        var build = BlockBuilder(
            steps: configuration.steps, makeNeuron: configuration.makeNeuron, normalizes: configuration.normalizes,
            random: random)
        patchEmbed1 = try FirstPatchEmbedding(
            channels: configuration.channels, width: width / 4, convolution: configuration.convolution,
            encoding: configuration.encoding, &build)
        stage1 = [try TokenBlock(width: width / 4, heads: heads, ratio: ratio, &build)]
        patchEmbed2 = try NextPatchEmbedding(width: width / 2, &build)
        stage2 = [try TokenBlock(width: width / 2, heads: heads, ratio: ratio, &build)]
        patchEmbed3 = try NextPatchEmbedding(width: width, &build)
        var last: [SelfAttentionBlock] = []
        for _ in 2..<depth {
            last.append(
                try SelfAttentionBlock(
                    width: width, heads: heads, ratio: ratio, compatibility: configuration.compatibility, &build))
        }
        stage3 = last
        head = try ClassifierHead(width: width, classes: configuration.classes, &build)
        random = build.random
    }

    /// Arguments are those of `Configuration`.
    public convenience init(
        depth: Int, width: Int, classes: Int, steps: Int = 4, channels: Int = 3, compatibility: Compatibility = .fixed,
        encoding: InputEncoding = .direct, makeNeuron: @escaping NeuronMaker = QKFormer.neuron,
        random: inout RandomSource
    ) throws(TensorError) {
        try self.init(
            Configuration(
                size: QKFormerSize(depth: depth, width: width), classes: classes, steps: steps, channels: channels,
                compatibility: compatibility, encoding: encoding, makeNeuron: makeNeuron),
            random: &random)
    }

    public var input: EncodingStage { patchEmbed1.encoding }

    /// - Parameter x: [B, channels, H, W] images, the same at every step; or, with direct encoding, [T, B, channels,
    ///   H, W].
    /// - Returns: [T, B, C, H, W], the spikes of the encoder, or for direct encoding of the first neurons; C is
    ///   width / 8, unless the convolution is another.
    public func encode(_ x: Tensor) throws(TensorError) -> Tensor {
        try checkImages(
            x, "QKFormer", channels: configuration.channels, steps: configuration.steps, leastSide: Self.leastSide)
        return try patchEmbed1.encoding(x)
    }

    public func classify(spikes: Tensor) throws(TensorError) -> Tensor {
        var x = try patchEmbed1.embed(spikes: spikes)
        for block in stage1 { x = try block(x) }
        x = try patchEmbed2(x)
        for block in stage2 { x = try block(x) }
        x = try patchEmbed3(x)
        for block in stage3 { x = try block(x) }
        return try head(x)
    }
}
