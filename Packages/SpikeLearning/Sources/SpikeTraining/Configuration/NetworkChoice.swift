import SpikeDatasets
import SpikingLayers
import SpikingModels
import TorchModules
import TorchTensors

extension TrainingConfiguration {
    /// The network that the settings name, for images [C, H, W], with its first weights.
    public func makeNetwork(imageShape: [Int], classCount: Int, seed: UInt64) throws
        -> any ImageClassifier
    {
        var random = RandomSource(seed: seed)
        if model == "small" {
            guard imageShape[1] == imageShape[2], imageShape[1] >= 8 else {
                throw TrainingError(
                    "model small: images must be square, of at least 8 × 8 pixels; those of \(dataset) are "
                        + "\(imageShape[1]) × \(imageShape[2])")
            }
            return try SpikingConvNet(
                SpikingConvNet.Configuration(
                    side: imageShape[1], classes: classCount, steps: steps, channels: imageShape[0],
                    encoding: inputEncoding, convolution: inputConvolution,
                    makeNeuron: neuronMaker(LIFDynamics(), SpikingConvNet.neuron)),
                random: &random)
        }
        guard let size = try? QKFormerSize(model) else {
            throw TrainingError("model: there are small and qkformer-D-W, such as qkformer-3-64; got \(model)")
        }
        guard imageShape[1] >= 4, imageShape[2] >= 4 else {
            throw TrainingError(
                "model \(model): images must have at least 4 × 4 pixels; those of \(dataset) have "
                    + "\(imageShape[1]) × \(imageShape[2])")
        }
        let dynamics = LIFDynamics(decay: .timeConstant(2), reset: .toZero)
        return try QKFormer(
            QKFormer.Configuration(
                size: size, classes: classCount, steps: steps, channels: imageShape[0], encoding: inputEncoding,
                convolution: inputConvolution, makeNeuron: neuronMaker(dynamics, QKFormer.neuron)),
            random: &random)
    }

    private var inputConvolution: InputConvolution {
        convolution ? encoderChannels > 0 ? .channels(encoderChannels) : .full : .none
    }

    /// What makes spikes of images.
    public var inputEncoding: InputEncoding {
        let code: TemporalCode
        switch encoding {
        case .direct: return .direct
        case .rate: code = .rate
        case .phase: code = .phase
        case .ttfs: code = .timeToFirstSpike
        }
        let temporal = TemporalEncoding(code, surrogate: surrogate ? .sigmoid() : nil)
        let (learnsThreshold, learnsDecay) = (learn.contains(.threshold), learn.contains(.decay))
        return .encoder { (site) throws(TensorError) in
            try TemporalEncoder(
                temporal, channels: site.channels, steps: site.steps, learnsThreshold: learnsThreshold,
                learnsDecay: learnsDecay)
        }
    }

    /// - Parameter plain: What makes neurons that do not learn, with the same dynamics.
    private func neuronMaker(_ dynamics: LIFDynamics, _ plain: @escaping NeuronMaker) -> NeuronMaker {
        guard learn.contains(.neuron) else { return plain }
        return { (site) throws(TensorError) in
            try LearnableLIFNeuron(
                steps: site.steps, channels: site.channels,
                startingAt: LIFDynamics(
                    decay: dynamics.decay, threshold: site.threshold, reset: dynamics.reset,
                    detachesReset: dynamics.detachesReset, surrogate: dynamics.surrogate))
        }
    }
}
