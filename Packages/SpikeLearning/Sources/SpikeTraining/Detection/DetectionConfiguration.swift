import ObjectDetection
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

/// The settings on which the training of a detector depends, except for its seed and the environment in which it runs.
///
/// The defaults are the recipe of the paper's detectors (arXiv 2512.01687, after YOLOv5's), with 320 × 320 pixels.
public struct DetectionConfiguration: RunConfiguration {
    // Data.

    /// The form of the data set, one of `DetectionFormat.names`.
    public var dataset: String = DetectionFormat.shapes.rawValue
    /// The height and width in pixels of the squares that images are scaled to; a multiple of 32.
    public var side: Int = 320
    /// The number of images to train on, the first ones; 0 for all.
    public var limitTrain: Int = 0
    /// The number of images to test on, the first ones; 0 for all.
    public var limitTest: Int = 0
    /// The probability of a mosaic of four images.
    public var mosaic: Double = 1
    /// The greatest random shift, as a part of the side, 0...1.
    public var translation: Double = 0.1
    /// The greatest random change of the scale, below 1.
    public var scale: Double = 0.5
    /// The greatest random change of the hue, 0...1.
    public var hue: Double = 0.015
    /// The greatest relative change of the saturation, 0...1.
    public var saturation: Double = 0.7
    /// The greatest relative change of the brightness, 0...1.
    public var brightness: Double = 0.4
    /// The probability that left and right are swapped.
    public var flip: Double = 0.5
    // Network.

    /// The name of the model: `spiking-yolov5n`, or `yolov5n` for the network without spikes.
    public var model: String = "spiking-yolov5n"
    /// The encoding of images as spikes.
    public var encoding: TrainingConfiguration.Encoding = .direct
    /// The number of time steps T.
    public var steps: Int = 4
    /// Whether the first convolution is in front of the encoder. Without it, the encoder receives the pixels.
    public var convolution: Bool = true
    /// The number of channels of that convolution; 0 for the width that the model has.
    public var encoderChannels: Int = 0
    /// The parameters that are learned in addition to weights.
    public var learn: [TrainingConfiguration.Learned] = [.threshold, .decay] {
        didSet { learn = TrainingConfiguration.Learned.allCases.filter(learn.contains) }
    }
    /// Whether gradients pass through the encoder's spikes, as surrogate gradients.
    public var surrogate: Bool = true
    // Optimization.

    /// The number of epochs.
    public var epochs: Int = 300
    /// The number of images in a batch.
    public var batch: Int = 24
    /// The number of images of an update of the weights, which gradients of several batches are added up for. Batches are
    /// not divided, so that an update has the number of batches that comes nearest, and at least one.
    public var updateBatch: Int = 64
    /// The learning rate of SGD after the warm-up, from which it falls linearly.
    public var learningRate: Double = 0.01
    /// The learning rate at the end.
    public var finalLearningRate: Double = 1e-4
    /// The number of epochs in which the learning rate rises linearly from 0.
    public var warmUpEpochs: Double = 3
    /// The factor of Nesterov's momentum, below 1.
    public var momentum: Double = 0.937
    /// The weight decay of convolutions for an update of 64 images; it is scaled by the images of an update / 64. No other
    /// parameters decay.
    public var weightDecay: Double = 5e-4
    /// The greatest norm of the gradient of an update; 0 for no limit.
    public var clip: Double = 10
    /// The decay of the moving average of the weights, with which images are tested; 0 for no average. At update n it is
    /// this number times 1 − exp(−n / `averagingWarmUp`).
    public var averaging: Double = 0.9999
    /// The number of updates in which the decay of the moving average rises to 63 % of `averaging`; 0 for all of it from
    /// the beginning. A run with few updates needs a smaller number than the published one, or it hardly averages.
    public var averagingWarmUp: Double = 2000
    /// The weight of the boxes in the loss.
    public var boxLoss: Double = 0.05
    /// The weight of objectness in the loss.
    public var objectnessLoss: Double = 1
    /// The weight of the classes in the loss.
    public var classLoss: Double = 0.5
    /// The number of epochs from one test to the next. There is always a test after the last epoch.
    public var testEvery: Int = 1
    /// The precision of the computation.
    public var precision: TrainingConfiguration.Precision = .fp32

    /// Creates a configuration of defaults.
    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case dataset, side
        case limitTrain = "limit-train"
        case limitTest = "limit-test"
        case mosaic, translation, scale, hue, saturation, brightness, flip, model, encoding, steps, convolution
        case encoderChannels = "encoder-channels"
        case learn, surrogate, epochs, batch
        case updateBatch = "update-batch"
        case learningRate = "learning-rate"
        case finalLearningRate = "final-learning-rate"
        case warmUpEpochs = "warm-up-epochs"
        case momentum
        case weightDecay = "weight-decay"
        case clip, averaging
        case averagingWarmUp = "averaging-warm-up"
        case boxLoss = "box-loss"
        case objectnessLoss = "objectness-loss"
        case classLoss = "class-loss"
        case testEvery = "test-every"
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
        try read(.mosaic, &mosaic)
        try read(.translation, &translation)
        try read(.scale, &scale)
        try read(.hue, &hue)
        try read(.saturation, &saturation)
        try read(.brightness, &brightness)
        try read(.flip, &flip)
        try read(.model, &model)
        try read(.encoding, &encoding)
        try read(.steps, &steps)
        try read(.convolution, &convolution)
        try read(.encoderChannels, &encoderChannels)
        try read(.learn, &learn)
        learn = TrainingConfiguration.Learned.allCases.filter(learn.contains)
        try read(.surrogate, &surrogate)
        try read(.epochs, &epochs)
        try read(.batch, &batch)
        try read(.updateBatch, &updateBatch)
        try read(.learningRate, &learningRate)
        try read(.finalLearningRate, &finalLearningRate)
        try read(.warmUpEpochs, &warmUpEpochs)
        try read(.momentum, &momentum)
        try read(.weightDecay, &weightDecay)
        try read(.clip, &clip)
        try read(.averaging, &averaging)
        try read(.averagingWarmUp, &averagingWarmUp)
        try read(.boxLoss, &boxLoss)
        try read(.objectnessLoss, &objectnessLoss)
        try read(.classLoss, &classLoss)
        try read(.testEvery, &testEvery)
        try read(.precision, &precision)
    }
}
