import SpikingLayers
import TorchModules
import TorchTensors

/// The first stage of a network: a convolution with batch normalisation, and then either neurons that receive the same
/// currents at every step, or an encoder.
///
/// Static images pass through convolution and normalisation once, not once per step. In the state, the name of this
/// stage is a prefix of the names of its parts: `proj_` contains `proj_conv`, `proj_bn` and `proj_lif`.
public final class EncodingStage: Layer {
    /// The convolution; nil if images are encoded as they are.
    let convolution: Conv2d?
    /// The batch normalisation; nil if it is folded into the convolution, or if there is no convolution.
    let normalization: BatchNorm2d?
    let pooling: MaxPool2d?
    /// The layer that makes spikes: neurons, which turn currents [T, B, C, H, W] into spikes of the same shape, or an
    /// encoder, which turns values [B, C, H, W] into spikes [T, B, C, H, W].
    public let encoder: any SpikingLayer
    private let source: Source
    private let steps: Int
    public var isTraining = true

    public static var stateNames: [String: String] { ["convolution": "conv", "normalization": "bn", "encoder": "lif"] }

    /// Whether `encoder` is a layer of neurons, which is called with constant currents, or an encoder.
    private enum Source {
        case neurons(any NeuronLayer)
        case encoder
    }

    /// The number of channels of the spikes.
    public let channels: Int

    /// Creates a first stage.
    ///
    /// - Parameters:
    ///   - images: The number of channels of the images.
    ///   - width: The number of channels that the convolution of the network has by default.
    ///   - kind: The layer between the images and the encoder.
    ///   - kernel: The height and the width of the kernels of the convolution in pixels.
    ///   - stride: The distance between neighbouring kernel positions, in pixels.
    ///   - pooling: The pooling in front of the encoder; nil for none.
    ///   - encoding: How spikes are made: by neurons or by an encoder.
    init(
        images: Int, width: Int, convolution kind: InputConvolution, kernel: Int = 3, stride: Int = 1,
        pooling: MaxPool2d? = nil, encoding: InputEncoding, _ build: inout BlockBuilder
    ) throws(TensorError) {
        channels = kind.channels(images: images, width: width)
        if case .none = kind {
            convolution = nil
            normalization = nil
        } else {
            convolution = try build.convolution(
                images, channels, kernel: kernel, stride: stride)
            normalization = try build.normalization(channels)
        }
        self.pooling = pooling
        steps = build.steps
        switch encoding {
        case .direct:
            let neurons = try build.neuron(channels)
            source = .neurons(neurons)
            encoder = neurons
        case .encoder(let make):
            source = .encoder
            encoder = try make(EncoderSite(channels: channels, steps: steps))
        }
    }

    /// Turns images into spikes.
    ///
    /// - Parameter x: Static images [B, C, H, W]; or, if the stage has neurons and no encoder, images that change over
    ///   time, [T, B, C, H, W].
    /// - Returns: Spikes [T, B, C′, H′, W′].
    /// - Throws: `TensorError` if the shape does not fit, or for images over time if the stage has an encoder.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        if x.rank == 4 {
            let currents = try currents(x)
            switch source {
            case .neurons(let neurons): return try neurons(constant: currents, steps: steps)
            case .encoder: return try encoder(currents)
            }
        }
        guard case .neurons = source else {
            throw TensorError(
                "encoding: an encoder spreads images [B, C, H, W] over time itself, got shape \(x.shape)")
        }
        let (frames, fold) = try x.mergingTimeIntoBatch()
        return try encoder(fold.unfold(currents(frames)))
    }

    private func currents(_ frames: Tensor) throws(TensorError) -> Tensor {
        var currents = try frames.channelsLast()
        // With a single input channel, the memory layout does not tell the convolution where channels belong, so its
        // result is converted too.
        if let convolution { currents = try convolution(currents).channelsLast() }
        if let normalization { currents = try normalization(currents) }
        if let pooling { currents = try pooling(currents) }
        return currents
    }
}
