import SpikeEncoding
import TorchTensors

/// A data set of labelled recordings: sound, movements, or any other series of numbers.
///
/// Recordings in files are read when they are asked for, so a data set may be larger than the memory.
public struct RecordingDataset: Sendable {
    /// The name of the data set, such as `Speech Commands`.
    public let name: String

    /// The names of the classes; the name at index i belongs to label i.
    public let classNames: [String]

    /// The recordings to train on.
    public let train: RecordingSplit

    /// The recordings to choose settings with; `nil` if the data set has no such part.
    public let validation: RecordingSplit?

    /// The recordings to test on.
    public let test: RecordingSplit

    /// What is in the data set's folder and not part of the data set.
    public let leftOut: [LeftOut]

    /// Creates a data set from its parts.
    ///
    /// - Parameters:
    ///   - name: The name of the data set.
    ///   - classNames: The names of the classes, in the order of the labels.
    ///   - train: The recordings to train on.
    ///   - validation: The recordings to choose settings with; `nil` if there is no such part.
    ///   - test: The recordings to test on.
    ///   - leftOut: What is in the data set's folder and not part of the data set.
    /// - Throws: `TensorError` if a label has no name.
    public init(
        name: String, classNames: [String], train: RecordingSplit, validation: RecordingSplit? = nil,
        test: RecordingSplit, leftOut: [LeftOut] = []
    ) throws(TensorError) {
        for split in [train, test] + (validation.map { [$0] } ?? []) {
            if let label = split.classIndices.first(where: { !classNames.indices.contains($0) }) {
                throw TensorError(
                    "\(name): label \(label) is none of the \(counted(classNames.count, "class", plural: "classes"))")
            }
        }
        self.name = name
        self.classNames = classNames
        self.train = train
        self.validation = validation
        self.test = test
        self.leftOut = leftOut
    }
}

/// A recording with its label.
public struct LabelledRecording: Sendable {
    /// The name of the recording, such as its path below the data set's folder.
    public let name: String

    /// The class, from 0.
    public let label: Int

    let source: Source

    /// Where the samples come from.
    enum Source: Sendable {
        case memory(Signal)
        case file(String)
        /// Samples from a place of a longer recording on.
        case part(file: String, from: Int)
    }

    /// Creates a recording that lies in memory.
    ///
    /// - Parameters:
    ///   - name: The name of the recording.
    ///   - label: The class, at least 0. Traps if it is negative.
    ///   - signal: The samples.
    public init(name: String, label: Int, signal: Signal) {
        self.init(name: name, label: label, .memory(signal))
    }

    init(name: String, label: Int, _ source: Source) {
        precondition(label >= 0, "LabelledRecording: label must be >= 0, got \(label)")
        self.name = name
        self.label = label
        self.source = source
    }
}
