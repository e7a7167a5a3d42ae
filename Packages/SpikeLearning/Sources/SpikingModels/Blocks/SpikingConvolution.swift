import SpikingLayers
import TorchModules
import TorchTensors

/// Convolution, batch normalisation and neurons, of which these networks are made: [T, B, C, H, W] to spikes
/// [T, B, C′, H′, W′]. In the state it begins names: `proj_` has `proj_conv`, `proj_bn` and `proj_lif`.
public final class SpikingConvolution: Layer {
    let convolution: SynapticConvolution
    /// Nil once folded into the convolution.
    let normalization: BatchNorm2d?
    let pooling: MaxPool2d?
    let neuron: any SpikingLayer
    private let mergesTime: Bool
    public var isTraining = true

    public static var stateNames: [String: String] { ["convolution": "conv", "normalization": "bn", "neuron": "lif"] }

    /// - Parameters:
    ///   - convolution: On [N, C, H, W], a frame at each step.
    ///   - normalization: Nil for none.
    ///   - pooling: Between normalisation and neurons; nil for none.
    ///   - mergesTime: Whether all frames are steps of a single image to the neurons, so that a membrane potential
    ///     goes on from image to image of a batch. For networks that were trained with this flaw.
    public init(
        convolution: SynapticConvolution, normalization: BatchNorm2d?, pooling: MaxPool2d? = nil,
        neuron: any SpikingLayer, mergesTime: Bool = false
    ) {
        self.convolution = convolution
        self.normalization = normalization
        self.pooling = pooling
        self.neuron = neuron
        self.mergesTime = mergesTime
    }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let (frames, fold) = try x.mergingTimeIntoBatch()
        var currents = try convolved(frames)
        if let normalization {
            if pooling == nil, !mergesTime, let neuron = neuron as? LIFNeuron {
                return try neuron(fold.unfold(currents), normalizedBy: normalization)
            }
            currents = try normalization(currents)
        }
        if let pooling { currents = try pooling(currents) }
        if mergesTime { return try fold.unfold(neuron(currents.unsqueezed(1)).squeezed(1)) }
        return try neuron(fold.unfold(currents))
    }

    /// In training a bias in front of batch normalisation, which takes it away again, is left out: it has no gradient,
    /// and counts in the running mean only.
    private func convolved(_ frames: Tensor) throws(TensorError) -> Tensor {
        guard isTraining, let normalization, normalization.momentum < 1, let bias = convolution.bias,
            let runningMean = normalization.runningMean
        else { return try convolution(frames) }
        let momentum = normalization.momentum
        // Before normalisation, which keeps 1 − momentum of it and needs it unchanged from then on.
        try withoutGradient { () throws(TensorError) in try runningMean += bias * (momentum / (1 - momentum)) }
        return try convolution(frames, bias: nil)
    }
}
