import ArrayFiles
import Foundation
import SpikingModels
import TorchModules
import TorchTensors

/// A finished run, read from its folder.
public struct TrainedRun {
    /// The path of the run's folder.
    public let folder: String
    /// The description of the run.
    public let description: RunDescription
    /// The metrics of each epoch.
    public let epochs: [EpochMetrics]
    /// The evaluation of the trained network on the test images.
    public let evaluation: Evaluation
    /// The path of the data set's folder, if the run was given one.
    public let data: String?
    /// The trained network in evaluation mode, if the caller had it in memory.
    private let trained: (any ImageClassifier)?

    /// Reads everything but the weights, which `network(on:)` reads.
    ///
    /// - Parameters:
    ///   - folder: The path of the run's folder.
    ///   - trained: The run's trained network in evaluation mode; `nil` to read its weights from the folder when they
    ///     are needed.
    /// - Throws: `TrainingError` if the folder contains no run or one that has not finished, or if its files are
    ///   damaged or belong to different runs; `FileError` if the weights cannot be read.
    public init(folder: String, trained: (any ImageClassifier)? = nil) throws {
        let paths = RunPaths(folder)
        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
        guard paths.holdRun else {
            throw TrainingError("\(folder): there is no run in it; name the folder that spike train --output named")
        }
        guard exists(paths.weights), exists(paths.evaluation) else {
            throw TrainingError("\(folder): the run has not finished; repeat its spike train command to finish it")
        }
        self.folder = folder
        let texts = try Safetensors.metadata(paths.weights)
        guard let description = RunDescription(metadata: texts) else {
            guard NetworkTask(ofRunIn: folder) == .classification else {
                throw TrainingError("\(folder): is a run of a detector, and one of a classifier is needed")
            }
            throw TrainingError("\(paths.weights): does not say which run it is from; train again")
        }
        try description.check(paths.weights)
        if exists(paths.configuration) {
            var settings = try RunSettings(file: paths.configuration)
            // A run that was begun before the setting existed does not name it.
            if !settings.names.contains("drop-last") {
                settings.configuration.dropLast = description.configuration.dropLast
            }
            try description.requireSame(as: settings, paths)
            data = settings.data
        } else {
            data = nil
        }
        self.description = description
        self.trained = trained
        epochs = try MetricsFile(path: paths.metrics).read(first: description.configuration.epochs)
        let advice = "remove it and repeat spike train"
        let evaluationText = try textOfRun(paths.evaluation, advice)
        guard let evaluation = try? JSONReader.decode(Evaluation.self, from: Data(evaluationText.utf8)),
            evaluation.isPlausible(classCount: description.classNames.count)
        else { throw TrainingError("\(paths.evaluation): holds no evaluation of this run; \(advice)") }
        self.evaluation = evaluation
    }

    /// Returns whether the weights of the run are exactly those of another network.
    func hasWeights(of other: any ImageClassifier) throws -> Bool {
        let (own, others) = (try network().state(), try other.state())
        return try own.count == others.count
            && own.allSatisfy { name, tensor in try others[name].map { try $0.to(.cpu).equals(tensor) } ?? false }
    }

    /// Returns the network with its trained weights, in evaluation mode.
    ///
    /// - Parameter device: The device on which the network is placed.
    /// - Throws: `TrainingError` if the weights do not fit the run's network, and the errors of reading them.
    public func network(on device: Device = .cpu) throws -> any ImageClassifier {
        if let trained, trained.parameters.first?.tensor.device == device { return trained }
        let path = RunPaths(folder).weights
        let configuration = description.configuration
        do {
            let network = try configuration.makeNetwork(
                imageShape: description.imageShape, classCount: description.classNames.count, seed: description.seed
            )
            try network.load(state: Safetensors.read(path).tensors)
            try network.to(device)
            network.evaluate()
            return network
        } catch let error as TensorError where error.kind == .operation {
            throw TrainingError("\(path): \(error); put back the run's own file, or train again")
        }
    }
}

extension TrainedRun {
    /// Returns the number of trainable parameters of the network.
    ///
    /// - Throws: `TrainingError` if the network cannot be created.
    public func parameterCount() throws -> Int {
        try description.configuration.makeNetwork(
            imageShape: description.imageShape, classCount: description.classNames.count, seed: description.seed
        ).parameterCount
    }
}

extension Trainer {
    /// Returns the finished run, with the trained network in memory. The network is set to evaluation mode.
    ///
    /// - Throws: `TrainingError` if the run has not finished or its files are damaged.
    public func finished() throws -> TrainedRun {
        network.evaluate()
        return try TrainedRun(folder: folder, trained: network)
    }
}

/// The paths of the files in a run's folder.
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
    /// The path of TensorBoard's event file. TensorBoard recognizes event files by the beginning of their names.
    var events: String { "\(folder)/events.out.tfevents.spikekit" }
    var all: [String] { [configuration, metrics, checkpoint, weights, evaluation, environment, data, events] }

    /// True if the folder contains a run, finished or not.
    var holdRun: Bool {
        [configuration, evaluation].contains { FileManager.default.fileExists(atPath: $0) }
    }
}
