import SpikeDatasets
import SpikingLayers
import SpikingModels
import TorchModules
import TorchTensors

extension RunConfiguration {
    /// Creates the network that the settings name, with its initial weights.
    ///
    /// - Parameters:
    ///   - imageShape: The shape of one image, [C, H, W].
    ///   - classCount: The number of classes.
    ///   - seed: The seed of the initial weights.
    /// - Throws: `TrainingError` if the model is unknown or does not fit the images, and the errors of creating the
    ///   network.
    func makeImageNetwork(imageShape: [Int], classCount: Int, seed: UInt64) throws -> any ImageNetwork {
        var random = RandomSource(seed: seed)
        guard let settings = networkSettings else {
            throw TrainingError("model: must be \(Networks.allowed(for: Self.task)); got \(model)")
        }
        if let requirement = settings.requirement(imageShape: imageShape) {
            throw TrainingError(
                "model \(model): \(requirement); those of \(dataset) have \(imageShape[1]) × \(imageShape[2])")
        }
        return try settings.network(networkSite(imageShape: imageShape, classCount: classCount), random: &random)
    }

    /// Returns the input, output and encoding for which a network is created.
    ///
    /// - Parameters:
    ///   - imageShape: The shape of one image, [C, H, W].
    ///   - classCount: The number of classes.
    func networkSite(imageShape: [Int], classCount: Int) -> NetworkSite {
        NetworkSite(
            imageShape: imageShape, classCount: classCount, steps: steps, encoding: inputEncoding,
            convolution: inputConvolution, learnsNeurons: learn.contains(.neuron))
    }

    private var inputConvolution: InputConvolution {
        convolution ? encoderChannels > 0 ? .channels(encoderChannels) : .full : .none
    }

    /// The encoding of images as spikes, as the settings choose it.
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
}

extension TrainingConfiguration {
    /// Creates the classifier that the settings name, with its initial weights.
    ///
    /// - Parameters:
    ///   - imageShape: The shape of one image, [C, H, W].
    ///   - classCount: The number of classes.
    ///   - seed: The seed of the initial weights.
    /// - Throws: `TrainingError` if the model is unknown or does not fit the images, and the errors of creating the
    ///   network.
    public func makeNetwork(imageShape: [Int], classCount: Int, seed: UInt64) throws -> any ImageClassifier {
        let network = try makeImageNetwork(imageShape: imageShape, classCount: classCount, seed: seed)
        guard let classifier = network as? any ImageClassifier else {
            preconditionFailure("\(model): a network for classification is an ImageClassifier")
        }
        return classifier
    }
}
