import SpikingLayers
import TorchModules
import TorchTensors

/// A spiking network for quick work on square images: [B, channels, side, side] to logits [B, classes].
///
/// Three times convolution 3 × 3, batch normalisation, max-pooling by two and neurons; then the mean over time and a
/// linear layer. About 104,000 parameters for 28 × 28 pixels of one channel.
public final class SpikingConvNet: ImageClassifier {
    public let first: EncodingStage
    public let second: SpikingConvolution
    public let third: SpikingConvolution
    public let head: Linear
    public let configuration: Configuration
    public var isTraining = true

    /// What the network is built from, without its weights.
    public struct Configuration: Sendable {
        /// Height and width of the images, at least 8.
        public var side: Int
        public var classes: Int
        /// T
        public var steps: Int
        /// Of the images.
        public var channels: Int
        /// Channels of the three convolutions.
        public var widths: [Int]
        public var encoding: InputEncoding
        /// What stands between the images and the encoder.
        public var convolution: InputConvolution
        public var makeNeuron: NeuronMaker
        /// False for what `foldingBatchNorm` returns: convolutions with biases stand for batch normalisation too.
        public var normalizes = true

        public init(
            side: Int, classes: Int, steps: Int = 4, channels: Int = 1, widths: [Int] = [32, 64, 128],
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

    /// The plain neuron: decay 0.5, soft reset without gradient, sigmoid of slope 4.
    public static let neuron: NeuronMaker = { (site) throws(TensorError) in
        LIFNeuron(LIFDynamics(threshold: site.threshold))
    }

    /// - Parameter random: First values of weights; all others are the same for every seed.
    public init(_ configuration: Configuration, random: inout RandomSource) throws(TensorError) {
        for (name, value) in [
            ("classes", configuration.classes), ("steps", configuration.steps), ("channels", configuration.channels),
        ] {
            precondition(value > 0, "SpikingConvNet: \(name) must be > 0, got \(value)")
        }
        precondition(configuration.side >= 8, "SpikingConvNet: side must be >= 8, got \(configuration.side)")
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

    /// Arguments are those of `Configuration`.
    public convenience init(
        side: Int, classes: Int, steps: Int = 4, channels: Int = 1, widths: [Int] = [32, 64, 128],
        encoding: InputEncoding = .direct, makeNeuron: @escaping NeuronMaker = SpikingConvNet.neuron,
        random: inout RandomSource
    ) throws(TensorError) {
        try self.init(
            Configuration(
                side: side, classes: classes, steps: steps, channels: channels, widths: widths, encoding: encoding,
                makeNeuron: makeNeuron),
            random: &random)
    }

    public var input: EncodingStage { first }

    /// - Parameter x: [B, channels, side, side] images, the same at every step; or, with direct encoding,
    ///   [T, B, channels, side, side].
    /// - Returns: [T, B, C, side / 2, side / 2], the spikes of the encoder, or for direct encoding of the first neurons;
    ///   C is `widths[0]`, unless the convolution is another.
    public func encode(_ x: Tensor) throws(TensorError) -> Tensor {
        try checkImages(
            x, "SpikingConvNet", channels: configuration.channels, steps: configuration.steps, side: configuration.side)
        return try first(x)
    }

    public func classify(spikes: Tensor) throws(TensorError) -> Tensor {
        try head(third(second(spikes)).mean(0).flattened(1))
    }
}
