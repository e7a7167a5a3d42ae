import SpikingModels

/// The settings on which a training run depends, except for its seed and the environment in which it runs.
///
/// Each task has a type of its own. What all of them have in common is declared here: reading and checking settings,
/// making the network, and estimating its memory work for every task.
public protocol RunConfiguration: Codable, Sendable, Hashable {
    /// The task of the network that a run with these settings trains.
    static var task: NetworkTask { get }
    /// The names of the settings as in a file, in the order in which the type declares its stored properties.
    static var names: [String] { get }
    /// The names of the data sets that the task has.
    static var datasets: [String] { get }

    /// Returns the range of a setting that is a number; `nil` for a number that is only bounded by its type.
    static func bounds(of name: String) -> ClosedRange<Double>?

    /// Creates a configuration of defaults.
    init()

    /// The name of the data set.
    var dataset: String { get set }
    /// The height and width in pixels to which images are scaled, if the data set has no size of its own.
    var side: Int { get set }
    /// The number of images to train on; 0 for all.
    var limitTrain: Int { get set }
    /// The number of images to test on; 0 for all.
    var limitTest: Int { get set }
    /// The name of the model, one of those in `Networks` for the task.
    var model: String { get set }
    /// The encoding of images as spikes.
    var encoding: TrainingConfiguration.Encoding { get set }
    /// The number of time steps T.
    var steps: Int { get set }
    /// Whether there is a convolution in front of the encoder.
    var convolution: Bool { get set }
    /// The number of channels of that convolution; 0 for the width that the model has.
    var encoderChannels: Int { get set }
    /// The parameters that are learned in addition to weights.
    var learn: [TrainingConfiguration.Learned] { get set }
    /// Whether gradients pass through the encoder's spikes.
    var surrogate: Bool { get set }
    /// The number of epochs.
    var epochs: Int { get set }
    /// The number of images in a batch.
    var batch: Int { get set }
    /// The number of epochs in which the learning rate warms up.
    var warmUpEpochs: Double { get set }
    /// The learning rate after the warm-up.
    var learningRate: Double { get set }
    /// The precision of the computation.
    var precision: TrainingConfiguration.Precision { get set }

    /// Adapts the settings to a file of an earlier version, which lacks settings that the version had no choice in.
    ///
    /// - Parameter names: The names of the settings that the file contains.
    /// - Returns: Whether the file is of such a version.
    mutating func adapt(toFileWith names: Set<String>) -> Bool

    /// Throws `TrainingError` if settings of the task exclude each other. `check` calls this function after its own
    /// checks.
    ///
    /// - Parameter origin: The beginning of error messages, such as the path of a file.
    func checkTask(_ origin: String) throws(TrainingError)

    /// Returns the reason why a setting of the task has no effect, given the other settings; `nil` if it has an effect.
    func taskReasonWithoutEffect(_ name: String) -> String?
}

extension RunConfiguration {
    public mutating func adapt(toFileWith names: Set<String>) -> Bool { false }

    /// All settings with their values, in the order of their declaration.
    var settings: [(name: String, value: Any)] {
        zip(Self.names, Mirror(reflecting: self).children).map { ($0, $1.value) }
    }

    /// The kinds of all settings.
    static var kinds: [(name: String, kind: SettingKind)] {
        Self().settings.map { ($0.name, SettingKind($0.name, $0.value, of: Self.self)) }
    }

    /// The settings of the network that `model` names; `nil` if there is none for the task.
    var networkSettings: (any NetworkSettings)? { Networks.named(model, for: Self.task) }

    /// Whether the model has neurons and encoders.
    public var hasSpikes: Bool { networkSettings.map { type(of: $0).hasSpikes } ?? true }
}
