import SpikingLayers
import TorchModules
import TorchTensors

/// How a network begins: a convolution with batch normalisation, and what makes spikes of it: neurons that see the same
/// currents at every step, or an encoder. In the state it begins names: `proj_` has `proj_conv`, `proj_bn` and
/// `proj_lif`.
///
/// Images that do not change go through convolution and normalisation once, not once a step.
public final class EncodingStage: Layer {
    /// Nil where images are encoded as they are.
    let convolution: Conv2d?
    /// Nil once folded into the convolution, or without one.
    let normalization: BatchNorm2d?
    let pooling: MaxPool2d?
    /// Neurons, [T, B, C, H, W] to the same; or an encoder, [B, C, H, W] to [T, B, C, H, W].
    public let encoder: any SpikingLayer
    private let isDirect: Bool
    private let steps: Int
    public var isTraining = true

    public static var stateNames: [String: String] { ["convolution": "conv", "normalization": "bn", "encoder": "lif"] }

    /// Channels of the spikes.
    public let channels: Int

    /// - Parameters:
    ///   - images: Channels of the images.
    ///   - width: Channels of the network's own convolution.
    ///   - pooling: In front of the encoder; nil for none.
    init(
        images: Int, width: Int, convolution kind: InputConvolution, pooling: MaxPool2d? = nil,
        encoding: InputEncoding, _ build: inout BlockBuilder
    ) throws(TensorError) {
        channels = kind.channels(images: images, width: width)
        if case .none = kind {
            convolution = nil
            normalization = nil
        } else {
            convolution = try build.convolution(images, channels, kernel: 3)
            normalization = try build.normalization(channels)
        }
        self.pooling = pooling
        steps = build.steps
        switch encoding {
        case .direct:
            isDirect = true
            encoder = try build.neuron(channels)
        case .encoder(let make):
            isDirect = false
            encoder = try make(EncoderSite(channels: channels, steps: steps))
        }
    }

    /// - Parameter x: [B, C, H, W] images, or [T, B, C, H, W] where they change with time, which encoders do not
    ///   take.
    /// - Returns: [T, B, C′, H′, W′] spikes.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        if x.rank == 4 {
            let currents = try currents(x)
            guard isDirect else { return try encoder(currents) }
            if let neuron = encoder as? LIFNeuron { return try neuron(constant: currents, steps: steps) }
            return try encoder(currents.repeatedOverTime(steps))
        }
        guard isDirect else {
            throw TensorError(
                "encoding: an encoder spreads images [B, C, H, W] over time itself, got shape \(x.shape)")
        }
        let (frames, fold) = try x.mergingTimeIntoBatch()
        return try encoder(fold.unfold(currents(frames)))
    }

    private func currents(_ frames: Tensor) throws(TensorError) -> Tensor {
        var currents = try frames.channelsLast()
        // Of grey images the convolution does not know which order of the channels is meant.
        if let convolution { currents = try convolution(currents).channelsLast() }
        if let normalization { currents = try normalization(currents) }
        if let pooling { currents = try pooling(currents) }
        return currents
    }
}
