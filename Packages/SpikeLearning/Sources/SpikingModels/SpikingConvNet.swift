import SpikingLayers
import TorchModules
import TorchTensors

/// A small spiking network for square images, which turns [B, channels, side, side] into logits [B, classes].
///
/// It has three stages of a 3 × 3 convolution, batch normalisation, max-pooling by two and neurons, and then the mean
/// over time and a linear layer. It has about 104,000 parameters for ten classes of images of 28 × 28 pixels and one
/// channel.
public final class SpikingConvNet: ImageClassifier {
    /// The first stage, which turns images into spikes at half the size.
    public let first: EncodingStage
    /// The second stage, whose spikes have a quarter of the size of images.
    public let second: SpikingConvolution
    /// The third stage, whose spikes have an eighth of the size of images.
    public let third: SpikingConvolution
    /// The linear layer that gives the logits.
    public let head: Linear
    /// The settings from which the network was built.
    public let configuration: Configuration
    public var isTraining = true

    /// The settings from which a network is built, without its weights. The initialiser of the network checks them.
    public struct Configuration: Sendable {
        /// The height and the width of the images in pixels, at least 8.
        public var side: Int
        /// The number of classes, above 0.
        public var classes: Int
        /// The number of time steps T, above 0.
        public var steps: Int
        /// The number of channels of the images, above 0.
        public var channels: Int
        /// The numbers of channels of the three convolutions, above 0.
        public var widths: [Int]
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
            side: Int, classes: Int, steps: Int = 4, channels: Int = 1, widths: [Int] = SpikingConvNet.widths,
            encoding: InputEncoding = .direct, convolution: InputConvolution = .full,
            makeNeuron: @escaping NeuronMaker = SpikingConvNet.neuron
        ) {
            self.side = side
            self.classes = classes
            self.steps = steps
            self.channels = channels
            self.widths = widths
            self.encoding = encoding
            self.convolution = convolution
            self.makeNeuron = makeNeuron
        }
    }

    /// The default numbers of channels of the three convolutions.
    public static let widths = [32, 64, 128]

    /// The least side of images in pixels, because images are halved three times.
    static let leastSide = 8

    /// Makes the default neurons: decay factor 0.5, soft reset without gradient, sigmoid surrogate of slope 4.
    public static let neuron: NeuronMaker = dynamics.neuronMaker()

    /// The dynamics of the default neurons, apart from the threshold, which each site gives.
    static let dynamics = LIFDynamics()

    /// Creates a network with random first weights.
    ///
    /// - Parameters:
    ///   - configuration: The settings of the network. Traps unless classes, steps and channels are above 0, the side
    ///     is at least 8, and there are three widths above 0.
    ///   - random: The random numbers of the first weights; all other first values are the same for every seed.
    /// - Throws: `TensorError` if the parameters cannot be created.
    public init(_ configuration: Configuration, random: inout RandomSource) throws(TensorError) {
        for (name, value) in [
            ("classes", configuration.classes), ("steps", configuration.steps), ("channels", configuration.channels),
        ] {
            precondition(value > 0, "SpikingConvNet: \(name) must be > 0, got \(value)")
        }
        precondition(
            configuration.side >= Self.leastSide,
            "SpikingConvNet: side must be >= \(Self.leastSide), got \(configuration.side)")
        let widths = configuration.widths
        precondition(
            widths.count == 3 && widths.allSatisfy { $0 > 0 },
            "SpikingConvNet: widths must be three numbers > 0, got \(widths)")
        self.configuration = configuration
        var build = BlockBuilder(
            steps: configuration.steps, makeNeuron: configuration.makeNeuron, normalizes: configuration.normalizes,
            random: random)
        let pooling = MaxPool2d(kernel: 2)
        first = try EncodingStage(
            images: configuration.channels, width: widths[0], convolution: configuration.convolution,
            pooling: pooling, encoding: configuration.encoding, &build)
        second = try build.spiking(first.channels, widths[1], kernel: 3, pooling: pooling)
        third = try build.spiking(widths[1], widths[2], kernel: 3, pooling: pooling)
        let last = configuration.side / 8
        head = try Linear(inputs: widths[2] * last * last, outputs: configuration.classes, random: &build.random)
        random = build.random
    }

    /// Creates a network with random first weights from the settings that `Configuration` describes.
    ///
    /// - Parameter random: The random numbers of the first weights.
    /// - Throws: `TensorError` if the parameters cannot be created.
    public convenience init(
        side: Int, classes: Int, steps: Int = 4, channels: Int = 1, widths: [Int] = SpikingConvNet.widths,
        encoding: InputEncoding = .direct, makeNeuron: @escaping NeuronMaker = SpikingConvNet.neuron,
        random: inout RandomSource
    ) throws(TensorError) {
        try self.init(
            Configuration(
                side: side, classes: classes, steps: steps, channels: channels, widths: widths, encoding: encoding,
                makeNeuron: makeNeuron),
            random: &random)
    }

    /// The first stage of the network, which turns images into spikes.
    public var input: EncodingStage { first }

    /// Turns images into spikes.
    ///
    /// - Parameter x: Images [B, channels, side, side], the same at every step; or, with direct encoding, images over
    ///   time [T, B, channels, side, side].
    /// - Returns: The spikes of the encoder, or with direct encoding of the first neurons, [T, B, C, side / 2, side /
    ///   2]. C is `input.channels`: with a convolution of full width, `widths[0]`.
    /// - Throws: `TensorError` if the shape or the type of the images does not fit.
    public func encode(_ x: Tensor) throws(TensorError) -> Tensor {
        try checkImages(
            x, "SpikingConvNet", channels: configuration.channels, steps: configuration.steps, side: configuration.side)
        return try first(x)
    }

    /// Turns spikes into logits.
    ///
    /// - Parameter spikes: Spikes [T, B, C, side / 2, side / 2], as `encode` returns them.
    /// - Returns: Logits [B, classes].
    /// - Throws: `TensorError` if the shape of the spikes does not fit.
    public func classify(spikes: Tensor) throws(TensorError) -> Tensor {
        try head(third(second(spikes)).mean(0).flattened(1))
    }
}
