import TorchTensors

/// A data set of labelled recordings of spikes, which are counted in time steps.
public struct SpikeDataset: Sendable {
    /// The name of the data set, such as `Spiking Heidelberg Digits`.
    public let name: String

    /// The names of the classes; the name at index i belongs to label i.
    public let classNames: [String]

    /// The recordings to train on.
    public let train: SpikeSplit

    /// The recordings to choose settings with; `nil` if the data set has no such part.
    public let validation: SpikeSplit?

    /// The recordings to test on.
    public let test: SpikeSplit

    /// Creates a data set from its parts.
    ///
    /// - Parameters:
    ///   - name: The name of the data set.
    ///   - classNames: The names of the classes, in the order of the labels.
    ///   - train: The recordings to train on.
    ///   - validation: The recordings to choose settings with; `nil` if there is no such part.
    ///   - test: The recordings to test on.
    /// - Throws: `TensorError` if a label has no name, or if the parts differ in channels or steps.
    public init(
        name: String, classNames: [String], train: SpikeSplit, validation: SpikeSplit? = nil, test: SpikeSplit
    ) throws(TensorError) {
        for split in [train, test] + (validation.map { [$0] } ?? []) {
            if let label = split.classIndices.first(where: { !classNames.indices.contains($0) }) {
                throw TensorError(
                    "\(name): label \(label) is none of the \(counted(classNames.count, "class", plural: "classes"))")
            }
            guard split.stepCount == train.stepCount, split.channelCount == train.channelCount else {
                throw TensorError(
                    "\(name): a part has \(counted(split.stepCount, "step")) of \(counted(split.channelCount, "channel")), and the training "
                        + "part \(train.stepCount) of \(train.channelCount)")
            }
        }
        self.name = name
        self.classNames = classNames
        self.train = train
        self.validation = validation
        self.test = test
    }
}
