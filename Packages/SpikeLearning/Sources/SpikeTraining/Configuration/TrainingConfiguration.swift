import TorchTensors

/// The settings on which a training run depends, except for its seed and the environment in which it runs. Each run's
/// folder contains them as YAML.
public struct TrainingConfiguration: RunConfiguration {
    // Data.

    /// The name of the data set, one of `KnownDataset.choices`.
    public var dataset: String = "fashion-mnist"
    /// The height and width in pixels to which the images of a folder are scaled. Other data sets keep their size.
    public var side: Int = 32
    /// The number of images to train on, spread evenly over the classes; 0 for all.
    public var limitTrain: Int = 0
    /// The number of images to test on, spread evenly over the classes; 0 for all.
    public var limitTest: Int = 0
    /// Whether each training image is mirrored with probability 0.5.
    public var flip: Bool = false
    /// The width of the border in pixels that is added before training images are cropped at random; 0 for none.
    public var crop: Int = 0
    /// The number of operations of RandAugment (magnitude 9) per training image; 0 for none.
    public var randAugment: Int = 0
    /// The probability that a rectangle of a training image is erased, 0...1.
    public var erasing: Double = 0
    /// The parameter α of mixup; 0 for no mixup.
    public var mixup: Double = 0
    /// The share of the epochs in which mixup is used, 0...1, counted from the first epoch.
    public var mixupShare: Double = 0.5
    /// The label smoothing ε, 0...1.
    public var labelSmoothing: Double = 0
    // Network.

    /// The name of the model, one of those in `Networks`, such as `small`.
    public var model: String = "small"
    /// The encoding of images as spikes.
    public var encoding: Encoding = .direct
    /// The number of time steps T.
    public var steps: Int = 4
    /// Whether there is a convolution in front of the encoder. Without it, the encoder receives the pixels.
    public var convolution: Bool = true
    /// The number of channels of that convolution; 0 for the width that the model has.
    public var encoderChannels: Int = 0
    /// The parameters that are learned in addition to weights, in the order of `Learned.allCases` and without
    /// repetitions.
    public var learn: [Learned] = [.threshold, .decay] { didSet { learn = Self.inOrder(learn) } }
    /// Whether gradients pass through the encoder's spikes, as surrogate gradients. Direct encoding has no encoder.
    public var surrogate: Bool = true
    // Optimization.

    /// The number of epochs.
    public var epochs: Int = 5
    /// The number of images in a batch.
    public var batch: Int = 64
    /// The number of batches whose gradients are averaged for an update of the weights. An epoch's last update may have
    /// fewer.
    public var accumulate: Int = 1
    /// Whether an epoch omits the images that do not fill its last batch. They are kept if there is no other batch.
    public var dropLast: Bool = false
    /// The learning rate of AdamW after the warm-up.
    public var learningRate: Double = 1e-3
    /// The learning rate at the end of the cosine schedule.
    public var finalLearningRate: Double = 1e-5
    /// The number of epochs in which the learning rate warms up.
    public var warmUpEpochs: Double = 0
    /// The weight decay of convolutions and linear layers; no other parameters decay.
    public var weightDecay: Double = 0.06
    /// The precision of the computation.
    public var precision: Precision = .fp32

    /// Creates a configuration of defaults.
    public init() {}

    private static func inOrder(_ learned: [Learned]) -> [Learned] { Learned.allCases.filter(learned.contains) }

    /// An encoding of images as spikes.
    public enum Encoding: String, Codable, Sendable, Hashable, CaseIterable {
        /// Direct encoding, without an encoder: the first neurons receive the same currents at every time step.
        case direct
        /// Rate coding.
        case rate
        /// Phase coding.
        case phase
        /// Time-to-first-spike coding.
        case ttfs
    }

    /// A group of parameters that can be learned in addition to weights.
    public enum Learned: String, Codable, Sendable, Hashable, CaseIterable {
        /// The threshold θ0 of the encoder.
        case threshold
        /// The decay β of the encoder's threshold.
        case decay
        /// The decay and the input weight of all neurons.
        case neuron
    }

    /// A precision of the computation.
    public enum Precision: String, Codable, Sendable, Hashable, CaseIterable {
        /// All computation is in float32.
        case fp32
        /// Matrix products and convolutions are in bfloat16.
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
        case accumulate
        case dropLast = "drop-last"
        case learningRate = "learning-rate"
        case finalLearningRate = "final-learning-rate"
        case warmUpEpochs = "warm-up-epochs"
        case weightDecay = "weight-decay"
        case precision
    }

    /// Decodes a configuration; settings that are missing have their defaults.
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
        try read(.accumulate, &accumulate)
        try read(.dropLast, &dropLast)
        try read(.learningRate, &learningRate)
        try read(.finalLearningRate, &finalLearningRate)
        try read(.warmUpEpochs, &warmUpEpochs)
        try read(.weightDecay, &weightDecay)
        try read(.precision, &precision)
    }
}
