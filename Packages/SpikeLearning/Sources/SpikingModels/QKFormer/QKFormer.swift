import SpikingLayers
import TorchModules
import TorchTensors

/// A spiking transformer for small images, which turns [B, channels, H, W] into logits [B, classes].
///
/// It has three stages of transformer blocks, with a quarter, half and all of the width, at full, half and quarter
/// image size. A patch embedding precedes each stage. The first two stages use token attention, the last one uses
/// spiking self-attention. Tensors within the network are spikes or sums of spikes [T, B, C, H, W].
///
/// The state has the names of the public model, so that the weights of that model load unchanged.
///
/// Source: Zhou et al. 2024, arXiv 2403.16552.
public final class QKFormer: ImageClassifier {
    /// How the last neurons of self-attention take the images of a batch.
    public enum Compatibility: String, Sendable, Hashable, CaseIterable {
        /// The neurons take T steps of each image separately.
        case fixed

        /// The neurons take the T · B frames of a batch as steps of a single image, as the public code does, so that
        /// the logits of an image depend on the other images of its batch. State this beside any figure obtained with
        /// it.
        case upstream
    }

    /// The patch embedding in front of the first stage, which contains the encoding stage.
    public let patchEmbed1: FirstPatchEmbedding
    /// The first stage: one block with token attention, at full image size.
    public let stage1: [TokenBlock]
    /// The patch embedding in front of the second stage.
    public let patchEmbed2: NextPatchEmbedding
    /// The second stage: one block with token attention, at half image size.
    public let stage2: [TokenBlock]
    /// The patch embedding in front of the third stage.
    public let patchEmbed3: NextPatchEmbedding
    /// The third stage: depth − 2 blocks with spiking self-attention, at a quarter of the image size.
    public let stage3: [SelfAttentionBlock]
    /// The mean over time and space, and the linear layer that gives the logits.
    public let head: ClassifierHead
    /// The settings from which the network was built.
    public let configuration: Configuration
    public var isTraining = true

    /// The settings from which a QKFormer is built, without its weights. The initialiser of the network checks them.
    public struct Configuration: Sendable {
        /// The depth and the width of the network.
        public var size: QKFormerSize
        /// The number of classes, above 0.
        public var classes: Int
        /// The number of time steps T, above 0.
        public var steps: Int
        /// The number of channels of the images, above 0.
        public var channels: Int
        /// How the last neurons of self-attention take the images of a batch.
        public var compatibility: Compatibility
        /// How the network turns images, or the output of its first convolution, into spikes.
        public var encoding: InputEncoding
        /// The layer between the images and the encoder.
        public var convolution: InputConvolution
        /// Makes the neurons of the network.
        public var makeNeuron: NeuronMaker
        /// Whether there is batch normalisation. It is false in networks that `foldingBatchNorm` returns, whose
        /// convolutions have biases instead.
        public var normalizes = true

        /// Creates settings; the properties of the same names describe the parameters.
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

    /// Makes the neurons of the public model: time constant τ = 2 with input scaling, hard reset without gradient,
    /// sigmoid surrogate of slope 4.
    public static let neuron: NeuronMaker = dynamics.neuronMaker()

    /// The dynamics of the neurons of the public model, apart from the threshold, which each site gives.
    public static let dynamics = LIFDynamics(
        decay: .timeConstant(2), reset: .toZero, detachesReset: true, surrogate: .sigmoid(slope: 4))

    /// The number of heads of every attention.
    public static let heads = 8
    /// The ratio of the width of the first layer of a perceptron to that of its input.
    public static let perceptronRatio = 4
    /// The least height and width of images in pixels; the last stage has a quarter of them.
    static let leastSide = 4

    /// Creates a network with random first weights.
    ///
    /// - Parameters:
    ///   - configuration: The settings of the network. Traps unless classes, steps and channels are above 0.
    ///   - random: The random numbers of the first weights; all other first values are the same for every seed.
    /// - Throws: `TensorError` if the parameters cannot be created.
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

    /// Creates a network with random first weights from the settings that `Configuration` describes.
    ///
    /// - Parameters:
    ///   - depth: The number of transformer blocks; traps unless it is at least 3.
    ///   - width: The number of channels of the last stage; traps unless it is a multiple of 32 above 0.
    ///   - random: The random numbers of the first weights.
    /// - Throws: `TensorError` if the parameters cannot be created.
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

    /// The first stage of the network, which turns images into spikes.
    public var input: EncodingStage { patchEmbed1.encoding }

    /// Turns images into spikes.
    ///
    /// - Parameter x: Images [B, channels, H, W], the same at every step; or, with direct encoding, images over time
    ///   [T, B, channels, H, W]. H and W are at least 4.
    /// - Returns: The spikes of the encoder, or with direct encoding of the first neurons, [T, B, C, H, W]. C is
    ///   `input.channels`: with a convolution of full width, width / 8.
    /// - Throws: `TensorError` if the shape or the type of the images does not fit.
    public func encode(_ x: Tensor) throws(TensorError) -> Tensor {
        try checkImages(
            x, "QKFormer", channels: configuration.channels, steps: configuration.steps, leastSide: Self.leastSide)
        return try patchEmbed1.encoding(x)
    }

    /// Turns spikes into logits.
    ///
    /// - Parameter spikes: Spikes [T, B, C, H, W], as `encode` returns them.
    /// - Returns: Logits [B, classes].
    /// - Throws: `TensorError` if the shape of the spikes does not fit.
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
