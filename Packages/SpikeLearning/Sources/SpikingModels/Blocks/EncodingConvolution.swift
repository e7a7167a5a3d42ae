import SpikingLayers
import TorchModules
import TorchTensors

/// A network's first convolution, with batch normalisation and what makes spikes of it: neurons that see the same
/// currents at every step, or an encoder. In the state it begins names: `proj_` has `proj_conv`, `proj_bn` and
/// `proj_lif`.
///
/// Pictures that do not change go through convolution and normalisation once, not once a step.
public final class EncodingConvolution: Layer {
    let convolution: Conv2d
    /// Nil once folded into the convolution.
    let normalization: BatchNorm2d?
    let pooling: MaxPool2d?
    /// Neurons, [T, B, C, H, W] to the same; or an encoder, [B, C, H, W] to [T, B, C, H, W].
    let encoder: any SpikingLayer
    private let isDirect: Bool
    private let steps: Int
    public var isTraining = true

    public static var stateNames: [String: String] { ["convolution": "conv", "normalization": "bn", "encoder": "lif"] }

    /// - Parameters:
    ///   - pooling: Between normalisation and encoder; nil for none.
    ///   - build: Makes normalisation and, for `.direct`, the neurons.
    init(
        convolution: Conv2d, pooling: MaxPool2d? = nil, encoding: InputEncoding, _ build: BlockBuilder
    ) throws(TensorError) {
        let channels = convolution.weight.shape[0]
        self.convolution = convolution
        self.pooling = pooling
        steps = build.steps
        normalization = try build.normalization(channels)
        switch encoding {
        case .direct:
            isDirect = true
            encoder = try build.neuron(channels)
        case .encoder(let make):
            isDirect = false
            encoder = try make(EncoderSite(channels: channels, steps: steps))
        }
    }

    /// - Parameter x: [B, C, H, W] pictures, or [T, B, C, H, W] where they change with time, which encoders do not
    ///   take.
    /// - Returns: [T, B, C′, H′, W′] spikes.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        if x.rank == 4 {
            let currents = try currents(x)
            return try isDirect ? encoder(currents.repeatedOverTime(steps)) : encoder(currents)
        }
        guard isDirect else {
            throw TensorError(
                "encoding: an encoder spreads pictures [B, C, H, W] over time itself, got shape \(x.shape)")
        }
        let (frames, fold) = try x.mergingTimeIntoBatch()
        return try encoder(fold.unfold(currents(frames)))
    }

    private func currents(_ frames: Tensor) throws(TensorError) -> Tensor {
        var currents = try convolution(frames.channelsLast())
        if let normalization { currents = try normalization(currents) }
        if let pooling { currents = try pooling(currents) }
        return currents
    }
}
