import ArrayFiles
import Foundation
import ObjectDetection
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

/// A finished run of a detector, read from its folder.
public struct DetectionRun {
    /// The path of the run's folder.
    public let folder: String
    /// The description of the run.
    public let record: RunRecord<DetectionConfiguration>
    /// The metrics of each epoch.
    public let epochs: [DetectionMetrics]
    /// The evaluation of the trained network on the test images.
    public let figures: DetectionFigures
    /// The path of the data set, if the run was given one.
    public let data: String?

    /// Reads everything but the weights, which `network(on:)` reads.
    ///
    /// - Parameter folder: The path of the run's folder.
    /// - Throws: `TrainingError` if the folder contains no run of a detector or one that has not finished, or if its
    ///   files are damaged or belong to different runs; `FileError` if the weights cannot be read.
    public init(folder: String) throws {
        let paths = RunPaths(folder)
        guard paths.holdRun else {
            throw TrainingError("\(folder): there is no run in it; name the folder that spike train --output named")
        }
        guard isFile(paths.weights), isFile(paths.evaluation) else {
            throw TrainingError("\(folder): the run has not finished; repeat its spike train command to finish it")
        }
        self.folder = folder
        guard let record = RunRecord<DetectionConfiguration>(metadata: try Safetensors.metadata(paths.weights)) else {
            throw TrainingError("\(paths.weights): does not say which run of a detector it is from; train again")
        }
        try record.check(paths.weights)
        if isFile(paths.configuration) {
            let settings = try SettingsFile<DetectionConfiguration>(file: paths.configuration)
            try record.requireSame(as: settings, paths)
            data = settings.data
        } else {
            data = nil
        }
        self.record = record
        epochs = try MetricsFile(path: paths.metrics).read(first: record.configuration.epochs)
        let advice = "remove it and repeat spike train"
        let text = try textOfRun(paths.evaluation, advice)
        guard let figures = try? JSONReader.decode(DetectionFigures.self, from: Data(text.utf8)),
            figures.isPlausible(classNames: record.classNames)
        else { throw TrainingError("\(paths.evaluation): holds no evaluation of this run; \(advice)") }
        self.figures = figures
    }

    /// Reads the weights of the run.
    func weights() throws -> [String: Tensor] { try Safetensors.read(RunPaths(folder).weights).tensors }

    /// Returns the network with its trained weights, in evaluation mode.
    ///
    /// - Parameter device: The device on which the network is placed.
    /// - Throws: `TrainingError` if the weights do not fit the run's network, and the errors of reading them.
    public func network(on device: Device = .cpu) throws -> any ObjectDetector {
        do {
            let network = try record.configuration.makeNetwork(
                classCount: record.classNames.count, seed: record.seed)
            try network.load(state: weights())
            try network.to(device)
            network.evaluate()
            return network
        } catch let error as TensorError where error.kind == .operation {
            throw TrainingError("\(RunPaths(folder).weights): \(error); put back the run's own file, or train again")
        }
    }

    /// The number of trainable parameters of the network.
    public var parameterCount: Int {
        get throws {
            try record.configuration.makeNetwork(classCount: record.classNames.count, seed: record.seed).parameterCount
        }
    }
}
