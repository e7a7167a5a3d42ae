import SpikingLayers
import TorchModules
import TorchTensors

/// A convolution, batch normalisation and neurons, which turn frames [T, B, C, H, W] into spikes [T, B, C′, H′, W′].
///
/// In the state, the name of this layer is a prefix of the names of its parts: `proj_` contains `proj_conv`, `proj_bn`
/// and `proj_lif`.
public final class SpikingConvolution: Layer {
    let convolution: SynapticConvolution
    /// The batch normalisation; nil if it is folded into the convolution.
    let normalization: BatchNorm2d?
    let pooling: MaxPool2d?
    let neuron: any NeuronLayer
    private let mergesTime: Bool
    public var isTraining = true

    public static var stateNames: [String: String] { ["convolution": "conv", "normalization": "bn", "neuron": "lif"] }

    /// Creates a layer from its parts.
    ///
    /// - Parameters:
    ///   - convolution: The convolution, which is applied to the frames [T · B, C, H, W] of all steps.
    ///   - normalization: The batch normalisation; nil for none.
    ///   - pooling: The pooling between normalisation and neurons; nil for none.
    ///   - neuron: The neurons, which turn currents [T, B, C′, H′, W′] into spikes.
    ///   - mergesTime: Whether the neurons take all T · B frames as steps of a single image, so that membrane
    ///     potentials carry over from image to image of a batch. This is for networks that were trained with this flaw.
    public init(
        convolution: SynapticConvolution, normalization: BatchNorm2d?, pooling: MaxPool2d? = nil,
        neuron: any NeuronLayer, mergesTime: Bool = false
    ) {
        self.convolution = convolution
        self.normalization = normalization
        self.pooling = pooling
        self.neuron = neuron
        self.mergesTime = mergesTime
    }

    /// Returns the spikes [T, B, C′, H′, W′] for frames.
    ///
    /// - Parameter x: Frames [T, B, C, H, W], such as spikes or sums of spikes.
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let (frames, fold) = try x.mergingTimeIntoBatch()
        var currents = try convolved(frames)
        if let normalization {
            if pooling == nil, !mergesTime {
                return try neuron(fold.unfold(currents), normalizedBy: normalization)
            }
            currents = try normalization(currents)
        }
        if let pooling { currents = try pooling(currents) }
        if mergesTime { return try fold.unfold(neuron(currents.unsqueezed(1)).squeezed(1)) }
        return try neuron(fold.unfold(currents))
    }

    /// Applies the convolution. In training, a bias in front of batch normalisation is left out, because normalisation
    /// subtracts it again: it has no gradient and changes only the running mean.
    private func convolved(_ frames: Tensor) throws(TensorError) -> Tensor {
        guard isTraining, let normalization, normalization.momentum < 1, let bias = convolution.bias,
            let runningMean = normalization.runningMean
        else { return try convolution(frames) }
        let momentum = normalization.momentum
        // The running mean is corrected before normalisation, which then multiplies it by 1 − momentum and must find it
        // unchanged afterwards.
        try withoutGradient { () throws(TensorError) in try runningMean += bias * (momentum / (1 - momentum)) }
        return try convolution(frames, bias: nil)
    }
}
