import ArrayFiles
import Foundation
import SpikeDatasets
import SpikingModels
import TorchTensors

/// The description of a classifier's run.
public typealias RunDescription = RunRecord<TrainingConfiguration>

/// The description of a run, which is all that is needed to use its weights. It is stored in `weights.safetensors`.
public struct RunRecord<Configuration: RunConfiguration>: Codable, Sendable, Hashable {
    /// The settings of the run.
    public let configuration: Configuration
    /// The seed of all random numbers of the run.
    public let seed: UInt64
    /// The name of the data set, such as `Fashion-MNIST`.
    public let datasetName: String
    /// The names of the classes; the name at index i belongs to label i.
    public let classNames: [String]
    /// The shape of one image, [C, H, W].
    public let imageShape: [Int]
    /// The number of images that the run trains on.
    public let trainCount: Int
    /// True for a run that was begun before the setting `drop-last` existed. Such a run drops its last, incomplete
    /// batch, and continues to do so whatever the settings say. `nil` for other runs.
    var precedesDropLast: Bool?
    /// The task of the run; `nil` for classification, which earlier versions did not name.
    private let task: NetworkTask.RawValue?

    init(
        configuration: Configuration, seed: UInt64, datasetName: String, classNames: [String], imageShape: [Int],
        trainCount: Int, precedesDropLast: Bool? = nil
    ) {
        self.configuration = configuration
        self.seed = seed
        self.datasetName = datasetName
        self.classNames = classNames
        self.imageShape = imageShape
        self.trainCount = trainCount
        self.precedesDropLast = precedesDropLast
        task = Configuration.task == .classification ? nil : Configuration.task.rawValue
    }

    enum CodingKeys: String, CodingKey {
        case configuration, seed, datasetName, classNames, trainCount, precedesDropLast, task
        /// The key that all versions have used.
        case imageShape = "pictureShape"
    }
}

extension RunRecord {
    /// Decodes a description. Without the setting `drop-last`, it is one from before that setting existed.
    ///
    /// - Throws: `DecodingError` if this is no description, or one of a run of another task.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let task = try values.decodeIfPresent(String.self, forKey: .task) ?? NetworkTask.classification.rawValue
        guard task == Configuration.task.rawValue else {
            throw DecodingError.dataCorruptedError(forKey: .task, in: values, debugDescription: "another task")
        }
        var configuration = try values.decode(Configuration.self, forKey: .configuration)
        let settings = try values.nestedContainer(keyedBy: SettingName.self, forKey: .configuration)
        var precedesDropLast = try values.decodeIfPresent(Bool.self, forKey: .precedesDropLast)
        if configuration.adapt(toFileWith: Set(settings.allKeys.map(\.stringValue))) { precedesDropLast = true }
        self.init(
            configuration: configuration, seed: try values.decode(UInt64.self, forKey: .seed),
            datasetName: try values.decode(String.self, forKey: .datasetName),
            classNames: try values.decode([String].self, forKey: .classNames),
            imageShape: try values.decode([Int].self, forKey: .imageShape),
            trainCount: try values.decode(Int.self, forKey: .trainCount), precedesDropLast: precedesDropLast)
    }

    /// Returns whether two runs differ at most in their images and in `datasetName`.
    func agrees(with other: Self) -> Bool {
        configuration == other.configuration && seed == other.seed && classNames == other.classNames
            && imageShape == other.imageShape
    }

    /// Reads the description from the metadata of a checkpoint or of weights. Returns `nil` if there is none of this
    /// task.
    init?(metadata: [String: String]) {
        guard let text = metadata["run"], let record = try? JSONReader.decode(Self.self, from: Data(text.utf8)) else {
            return nil
        }
        self = record
    }
}

/// The name of any setting, as a key of JSON.
private struct SettingName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension NetworkTask {
    /// The task of the run in a folder, as its weights or its checkpoint state it, or its data set if neither can be
    /// read. It is classification where nothing else is stated, for the sake of error messages about damaged runs too.
    public init(ofRunIn folder: String) {
        let paths = RunPaths(folder)
        for path in [paths.weights, paths.checkpoint] {
            guard let texts = try? Safetensors.metadata(path) else { continue }
            if RunRecord<DetectionConfiguration>(metadata: texts) != nil {
                self = .detection
                return
            }
            if RunDescription(metadata: texts) != nil {
                self = .classification
                return
            }
        }
        let dataset = (try? SettingsChoice(file: paths.configuration))?.dataset
        self = dataset.map(DetectionFormat.names.contains) == true ? .detection : .classification
    }
}
