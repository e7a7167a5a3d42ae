import ArrayFiles
import Foundation
import SpikingModels
import TorchModules
import TorchTensors

/// What a run is, beside its weights: all that is needed to use them. A part of `weights.safetensors`.
public struct RunDescription: Codable, Sendable, Hashable {
    public let configuration: TrainingConfiguration
    public let seed: UInt64
    /// Such as `Fashion-MNIST`.
    public let datasetName: String
    /// A name for each class, from label 0.
    public let classNames: [String]
    /// [C, H, W]
    public let imageShape: [Int]
    /// How many images it trains on.
    public let trainCount: Int
    /// True for a run that was begun before there was the setting `drop-last`: it dropped its last, incomplete batch, and
    /// goes on so whatever the settings say. Nil for others.
    var precedesDropLast: Bool?

    enum CodingKeys: String, CodingKey {
        case configuration, seed, datasetName, classNames, trainCount, precedesDropLast
        /// The key that runs have had from the first version on.
        case imageShape = "pictureShape"
    }
}

extension RunDescription {
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        var configuration = try values.decode(TrainingConfiguration.self, forKey: .configuration)
        let settings = try values.nestedContainer(
            keyedBy: TrainingConfiguration.CodingKeys.self, forKey: .configuration)
        var precedesDropLast = try values.decodeIfPresent(Bool.self, forKey: .precedesDropLast)
        if !settings.contains(.dropLast) {
            configuration.dropLast = true
            precedesDropLast = true
        }
        self.init(
            configuration: configuration, seed: try values.decode(UInt64.self, forKey: .seed),
            datasetName: try values.decode(String.self, forKey: .datasetName),
            classNames: try values.decode([String].self, forKey: .classNames),
            imageShape: try values.decode([Int].self, forKey: .imageShape),
            trainCount: try values.decode(Int.self, forKey: .trainCount), precedesDropLast: precedesDropLast)
    }

    /// Whether two runs differ at most in their images and the name of the data set's folder.
    func agrees(with other: RunDescription) -> Bool {
        configuration == other.configuration && seed == other.seed && classNames == other.classNames
            && imageShape == other.imageShape
    }
}

/// A run that has finished, as its folder keeps it.
public struct TrainedRun {
    public let folder: String
    public let description: RunDescription
    /// One for each epoch.
    public let epochs: [EpochMetrics]
    /// On the test images, at the end.
    public let evaluation: Evaluation
    /// The data set's folder, if the run was given one.
    public let data: String?
    private let state: [String: Tensor]

    /// - Throws: `TrainingError` if the folder holds no run, one that has not finished, or files that are damaged or of
    ///   several runs; `FileError` and `TensorError` for weights that cannot be read.
    public init(folder: String) throws {
        let paths = RunPaths(folder)
        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
        guard paths.holdRun else {
            throw TrainingError("\(folder): there is no run in it; name the folder that spike train --output named")
        }
        guard exists(paths.weights), exists(paths.evaluation) else {
            throw TrainingError("\(folder): the run has not finished; repeat its spike train command to finish it")
        }
        self.folder = folder
        let (tensors, texts) = try Safetensors.read(paths.weights)
        guard let text = texts["run"],
            let description = try? JSONDecoder().decode(RunDescription.self, from: Data(text.utf8))
        else { throw TrainingError("\(paths.weights): does not say which run it is from; train again") }
        try description.check(paths.weights)
        if exists(paths.configuration) {
            var settings = try RunSettings(file: paths.configuration)
            // Of a run that was begun before there was the setting.
            if !settings.names.contains("drop-last") {
                settings.configuration.dropLast = description.configuration.dropLast
            }
            try description.requireSame(as: settings, paths)
            data = settings.data
        } else {
            data = nil
        }
        self.description = description
        state = tensors
        epochs = try MetricsFile(path: paths.metrics).read(first: description.configuration.epochs)
        let advice = "remove it and repeat spike train"
        let evaluationText = try textOfRun(paths.evaluation, advice)
        guard let evaluation = try? JSONDecoder().decode(Evaluation.self, from: Data(evaluationText.utf8)),
            evaluation.isPlausible(classCount: description.classNames.count)
        else { throw TrainingError("\(paths.evaluation): holds no evaluation of this run; \(advice)") }
        self.evaluation = evaluation
    }

    /// The network with its weights, set to evaluation.
    ///
    /// - Throws: `TrainingError` if the weights are not those of the run's network, or not all finite numbers.
    public func network(on device: Device = .cpu) throws -> any ImageClassifier {
        let path = RunPaths(folder).weights
        let configuration = description.configuration
        do {
            let network = try configuration.makeNetwork(
                imageShape: description.imageShape, classCount: description.classNames.count, seed: description.seed
            )
            try network.load(state: state)
            if let name = try network.notFinite() {
                throw TrainingError(
                    "\(path): \(name) holds numbers that are not finite, so the network is of no use; train again, with "
                        + "a lower learning-rate if it was trained so")
            }
            try network.to(device)
            network.evaluate()
            return network
        } catch let error as TensorError where error.kind == .operation {
            throw TrainingError("\(path): \(error)")
        }
    }
}

/// The files of a run's folder.
struct RunPaths {
    let folder: String

    init(_ folder: String) { self.folder = folder }

    var configuration: String { "\(folder)/configuration.yaml" }
    var metrics: String { "\(folder)/metrics.jsonl" }
    var checkpoint: String { "\(folder)/checkpoint.safetensors" }
    var weights: String { "\(folder)/weights.safetensors" }
    var evaluation: String { "\(folder)/evaluation.json" }
    var environment: String { "\(folder)/environment.json" }
    var data: String { "\(folder)/data.json" }
    /// TensorBoard knows event files by the first part of their names.
    var events: String { "\(folder)/events.out.tfevents.spikekit" }
    var all: [String] { [configuration, metrics, checkpoint, weights, evaluation, environment, data, events] }

    /// Whether there is a run, finished or not.
    var holdRun: Bool {
        [configuration, evaluation].contains { FileManager.default.fileExists(atPath: $0) }
    }
}
