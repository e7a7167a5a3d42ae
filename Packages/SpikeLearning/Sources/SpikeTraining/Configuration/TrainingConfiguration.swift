import TorchTensors

/// What a training run depends on, but for its seed and where it runs. Its YAML form is written out with every run.
public struct TrainingConfiguration: Codable, Sendable, Hashable {
    // Data.

    /// `fashion-mnist`, `mnist`, `mnist-5k`, `cifar10`, `cifar100` or `folder`.
    public var dataset: String = "fashion-mnist"
    /// Height and width that a folder's images are brought to, in pixels; other data sets keep theirs.
    public var side: Int = 32
    /// Images to train on, evenly from each class; 0 for all.
    public var limitTrain: Int = 0
    /// Images to test on, evenly from each class; 0 for all.
    public var limitTest: Int = 0
    /// Whether half of the images are mirrored.
    public var flip: Bool = false
    /// Pixels of padding to crop from at random; 0 for none.
    public var crop: Int = 0
    /// Operations of RandAugment (magnitude 9) on an image; 0 for none.
    public var randAugment: Int = 0
    /// How likely a part of an image is erased, 0...1.
    public var erasing: Double = 0
    /// α of mixup; 0 for none.
    public var mixup: Double = 0
    /// The share of the epochs, from the first, in which images are mixed, 0...1.
    public var mixupShare: Double = 0.5
    /// 0...1.
    public var labelSmoothing: Double = 0
    // Network.

    /// `small`, or `qkformer-D-W` of depth D and width W.
    public var model: String = "small"
    /// How images become spikes.
    public var encoding: Encoding = .direct
    /// T.
    public var steps: Int = 4
    /// Whether there is a convolution in front of the encoder, which sees the pixels otherwise.
    public var convolution: Bool = true
    /// Channels of that convolution; 0 for the model's own width.
    public var encoderChannels: Int = 0
    /// What is learned beside weights, each once, in the order of `Learned.allCases`.
    public var learn: [Learned] = [.threshold, .decay] { didSet { learn = Self.inOrder(learn) } }
    /// Whether gradients pass the encoder's spikes; direct encoding has no encoder.
    public var surrogate: Bool = true
    // Optimization.

    public var epochs: Int = 5
    /// Images in a batch.
    public var batch: Int = 64
    /// Whether the images that do not fill an epoch's last batch are left out of that epoch, unless there is no other
    /// batch.
    public var dropLast: Bool = false
    /// Of AdamW, after the warm-up.
    public var learningRate: Double = 1e-3
    /// At the end of the cosine.
    public var finalLearningRate: Double = 1e-5
    public var warmUpEpochs: Double = 0
    /// Of weights of convolutions and linear layers; nothing else decays.
    public var weightDecay: Double = 0.06
    public var precision: Precision = .fp32

    public init() {}

    private static func inOrder(_ learned: [Learned]) -> [Learned] { Learned.allCases.filter(learned.contains) }

    public enum Encoding: String, Codable, Sendable, Hashable, CaseIterable {
        /// The first neurons see the same currents at every step.
        case direct
        case rate
        case phase
        /// Time to first spike.
        case ttfs
    }

    public enum Learned: String, Codable, Sendable, Hashable, CaseIterable {
        /// θ0 of the encoder.
        case threshold
        /// β of the encoder.
        case decay
        /// Decay and input weight of all neurons.
        case neuron
    }

    public enum Precision: String, Codable, Sendable, Hashable, CaseIterable {
        case fp32
        /// Matrix products and convolutions in bfloat16.
        case bf16
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case dataset
        case side
        case limitTrain = "limit-train"
        case limitTest = "limit-test"
        case flip
        case crop
        case randAugment = "rand-augment"
        case erasing
        case mixup
        case mixupShare = "mixup-share"
        case labelSmoothing = "label-smoothing"
        case model
        case encoding
        case steps
        case convolution
        case encoderChannels = "encoder-channels"
        case learn
        case surrogate
        case epochs
        case batch
        case dropLast = "drop-last"
        case learningRate = "learning-rate"
        case finalLearningRate = "final-learning-rate"
        case warmUpEpochs = "warm-up-epochs"
        case weightDecay = "weight-decay"
        case precision
    }

    /// What is not given has its default.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
            if let given = try values.decodeIfPresent(Value.self, forKey: key) { value = given }
        }
        try read(.dataset, &dataset)
        try read(.side, &side)
        try read(.limitTrain, &limitTrain)
        try read(.limitTest, &limitTest)
        try read(.flip, &flip)
        try read(.crop, &crop)
        try read(.randAugment, &randAugment)
        try read(.erasing, &erasing)
        try read(.mixup, &mixup)
        try read(.mixupShare, &mixupShare)
        try read(.labelSmoothing, &labelSmoothing)
        try read(.model, &model)
        try read(.encoding, &encoding)
        try read(.steps, &steps)
        try read(.convolution, &convolution)
        try read(.encoderChannels, &encoderChannels)
        try read(.learn, &learn)
        learn = Self.inOrder(learn)
        try read(.surrogate, &surrogate)
        try read(.epochs, &epochs)
        try read(.batch, &batch)
        try read(.dropLast, &dropLast)
        try read(.learningRate, &learningRate)
        try read(.finalLearningRate, &finalLearningRate)
        try read(.warmUpEpochs, &warmUpEpochs)
        try read(.weightDecay, &weightDecay)
        try read(.precision, &precision)
    }
}
