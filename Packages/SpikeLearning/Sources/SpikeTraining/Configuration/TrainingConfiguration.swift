import TorchTensors
import Yams

/// All that a training run depends on, but the place and the seed. Written out with every run, and read from YAML.
public struct TrainingConfiguration: Codable, Sendable, Hashable {
    // Data.

    /// `fashion-mnist`, `mnist`, `cifar10`, `cifar100` or `folder`.
    public var dataset = "fashion-mnist"
    /// Pictures to train on, evenly from each class; nil for all.
    public var limitTrain: Int?
    /// Pictures to test on, evenly from each class; nil for all.
    public var limitTest: Int?
    public var flip = false
    /// Pixels of padding to crop from, 0 for none.
    public var crop = 0
    /// Operations of RandAugment a picture, 0 for none.
    public var randAugment = 0
    /// How likely a picture has a part erased.
    public var erasing = 0.0
    /// α of mixup, 0 for none.
    public var mixup = 0.0
    /// The share of the epochs, from the first, in which pictures are mixed.
    public var mixupShare = 0.5
    public var labelSmoothing = 0.0

    // Network.

    /// `small`, or `qkformer-D-W` of depth D and width W.
    public var model = "small"
    public var encoding = Encoding.direct
    /// T
    public var steps = 4
    public var learn: Set<Learned> = [.threshold, .decay]
    /// Whether gradients pass the encoder's spikes.
    public var surrogate = true

    // Optimization.

    public var epochs = 5
    public var batch = 64
    public var learningRate = 1e-3
    public var finalLearningRate = 1e-5
    public var warmUpEpochs = 0.0
    public var weightDecay = 0.06
    public var precision = Precision.fp32

    public init() {}

    public enum Encoding: String, Codable, Sendable, Hashable, CaseIterable {
        /// The first neurons see the same currents at every step.
        case direct
        case rate
        case phase
        /// Time to first spike.
        case ttfs
    }

    /// What is learned beside weights.
    public enum Learned: String, Codable, Sendable, Hashable, CaseIterable, Comparable {
        /// θ0 of the encoder.
        case threshold
        /// β of the encoder.
        case decay
        /// Decay and input weight of the neurons.
        case neuron

        public static func < (a: Learned, b: Learned) -> Bool { a.rawValue < b.rawValue }
    }

    public enum Precision: String, Codable, Sendable, Hashable, CaseIterable {
        case fp32
        /// Matrix products and convolutions in bfloat16.
        case bf16
    }
}
