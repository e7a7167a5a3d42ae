import SpikingLayers
import TorchModules
import TorchTensors

/// A spiking object detector with the structure of YOLOv5n, which turns images [B, channels, H, W] into raw predictions
/// [B, N, 5 + classes]. H and W are multiples of 32.
///
/// Every activation of YOLOv5n is a layer of neurons, the first of them the encoder, so that its residual blocks add
/// spikes. With `Configuration.withoutSpikes`, the same code is the conventional network with SiLU, for comparison.
///
/// For 20 classes there are 1,790,977 parameters, without those of encoders and learned neurons; the conventional
/// network has the same number.
///
/// Source: our own code from a description of the network's structure (YOLOv5n, version 6); neurons in place of
/// activations as in arXiv 2512.01687.
public final class SpikingYOLO: ObjectDetector {
    /// The first stage: a 6 × 6 convolution of stride 2 with its encoder or neurons, or an encoder of pixels.
    public let encoding: EncodingStage
    /// The 6 × 6 convolution of stride 2 with neurons, if the encoder receives pixels; otherwise nil, because then it is
    /// part of `encoding`.
    public let stem: SpikingConvolution?
    /// The stages that turn spikes into maps of features.
    public let backbone: YOLOBackbone
    /// The blocks that exchange features between scales.
    public let neck: YOLONeck
    /// The convolutions that give the predictions.
    public let head: YOLOHead
    /// The settings from which the network was built.
    public let configuration: Configuration
    public var isTraining = true

    /// The settings from which a detector is built, without its weights. The initialiser of the network checks them.
    public struct Configuration: Sendable {
        /// The number of classes, above 0.
        public var classes: Int
        /// The number of time steps T, above 0.
        public var steps: Int
        /// The number of channels of the images, above 0.
        public var channels: Int
        /// How the network turns images, or the output of its first convolution, into spikes.
        public var encoding: InputEncoding
        /// The layer between the images and the encoder. Without one, the first convolution follows the encoder.
        public var convolution: InputConvolution
        /// Makes the neurons of the network.
        public var makeNeuron: NeuronMaker
        /// Whether there is batch normalisation. It is false in networks that `foldingBatchNorm` returns.
        public var normalizes = true

        /// Creates settings; the properties of the same names describe the parameters.
        public init(
            classes: Int, steps: Int = 4, channels: Int = 3, encoding: InputEncoding = .direct,
            convolution: InputConvolution = .full, makeNeuron: @escaping NeuronMaker = SpikingYOLO.neuron
        ) {
            self.classes = classes
            self.steps = steps
            self.channels = channels
            self.encoding = encoding
            self.convolution = convolution
            self.makeNeuron = makeNeuron
        }

        /// Returns the settings of the conventional network: SiLU in place of neurons, one step, and no encoder.
        public static func withoutSpikes(classes: Int, channels: Int = 3) -> Configuration {
            Configuration(classes: classes, steps: 1, channels: channels, makeNeuron: SiLUUnit.maker)
        }
    }

    /// Makes the default neurons: decay factor 0.5, soft reset without gradient, sigmoid surrogate of slope 4.
    public static let neuron: NeuronMaker = dynamics.neuronMaker()

    /// The dynamics of the default neurons, apart from the threshold, which each site gives.
    public static let dynamics = LIFDynamics()

    /// The number of channels of the first convolution.
    static let stemWidth = 16

    /// The stride of each scale in pixels, with its anchors.
    public static let anchors: [(stride: Int, anchors: [Anchor])] = [
        (8, [(10, 13), (16, 30), (33, 23)]), (16, [(30, 61), (62, 45), (59, 119)]),
        (32, [(116, 90), (156, 198), (373, 326)]),
    ].map { stride, sizes in (stride, sizes.map { Anchor(width: $0.0, height: $0.1) }) }

    /// The number of which the height and the width of images are multiples.
    static let sideMultiple = 32

    /// Creates a detector with random first weights.
    ///
    /// - Parameters:
    ///   - configuration: The settings of the network. Traps unless classes, steps and channels are above 0.
    ///   - random: The random numbers of the first weights; all other first values are the same for every seed.
    /// - Throws: `TensorError` if the parameters cannot be created.
    public init(_ configuration: Configuration, random: inout RandomSource) throws(TensorError) {
        for (name, value) in [
            ("classes", configuration.classes), ("steps", configuration.steps), ("channels", configuration.channels),
        ] {
            precondition(value > 0, "SpikingYOLO: \(name) must be > 0, got \(value)")
        }
        self.configuration = configuration
        var build = BlockBuilder(
            steps: configuration.steps, makeNeuron: configuration.makeNeuron, normalizes: configuration.normalizes,
            random: random)
        encoding = try EncodingStage(
            images: configuration.channels, width: Self.stemWidth, convolution: configuration.convolution, kernel: 6,
            stride: 2, encoding: configuration.encoding, &build)
        if case .none = configuration.convolution {
            stem = try build.spiking(encoding.channels, Self.stemWidth, kernel: 6, stride: 2)
        } else {
            stem = nil
        }
        backbone = try YOLOBackbone(stem == nil ? encoding.channels : Self.stemWidth, &build)
        neck = try YOLONeck(&build)
        head = try YOLOHead(
            widths: Array(YOLOBackbone.widths.dropFirst()), strides: Self.anchors.map(\.stride), anchorCount: 3,
            classes: configuration.classes, &build)
        random = build.random
    }

    public var input: EncodingStage { encoding }
    public var classCount: Int { configuration.classes }

    /// Returns the places of the predictions for images of one size.
    ///
    /// - Parameters:
    ///   - height: The height of images in pixels; traps unless it is a multiple of 32.
    ///   - width: The width of images in pixels; traps unless it is a multiple of 32.
    public func grid(height: Int, width: Int) -> DetectionGrid {
        DetectionGrid(height: height, width: width, anchors: Self.anchors)
    }

    /// Turns images into spikes.
    ///
    /// - Parameter x: Images [B, channels, H, W], the same at every step; or, with direct encoding, images over time
    ///   [T, B, channels, H, W]. H and W are multiples of 32.
    /// - Returns: The spikes of the encoder, or with direct encoding of the first neurons, [T, B, C, H / 2, W / 2];
    ///   [T, B, channels, H, W] if the encoder receives pixels. C is `input.channels`.
    /// - Throws: `TensorError` if the shape or the type of the images does not fit.
    public func encode(_ x: Tensor) throws(TensorError) -> Tensor {
        try checkImages(
            x, "SpikingYOLO", channels: configuration.channels, steps: configuration.steps,
            multiple: Self.sideMultiple)
        return try encoding(x)
    }

    /// Turns spikes into raw predictions.
    ///
    /// - Parameter spikes: Spikes, as `encode` returns them.
    /// - Returns: Raw predictions [B, N, 5 + classes] in the order of `grid`, before sigmoids.
    /// - Throws: `TensorError` if the shape of the spikes does not fit.
    public func output(spikes: Tensor) throws(TensorError) -> Tensor {
        let features = try stem.map { (stem) throws(TensorError) in try stem(spikes) } ?? spikes
        return try head(neck(backbone(features)))
    }
}
