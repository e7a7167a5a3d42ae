import ArrayFiles
import Foundation

/// The metrics of one epoch of any task, which are one line of `metrics.jsonl`.
protocol EpochRecord: Codable, Sendable {
    /// The epoch, from 1.
    var epoch: Int { get }
    /// The training time in seconds since the run began, without tests.
    var seconds: Double { get }
    /// True if these can be the metrics of an epoch.
    var isPlausible: Bool { get }
    /// The figures that TensorBoard shows, with their names.
    var scalars: [(tag: String, value: Double)] { get }
}

/// The metrics of one epoch of a classifier.
public struct EpochMetrics: EpochRecord, Hashable {
    /// The epoch, from 1.
    public let epoch: Int
    /// The mean loss over the training images of the epoch.
    public let trainLoss: Double
    /// The accuracy on the training images of the epoch as they were augmented, 0...1.
    public let trainAccuracy: Double
    /// The mean loss over the test images after the epoch.
    public let testLoss: Double
    /// The accuracy on the test images after the epoch, 0...1.
    public let testAccuracy: Double
    /// The learning rate of the last update of the epoch.
    public let learningRate: Double
    /// The training time in seconds since the run began, without tests.
    public let seconds: Double

    /// Creates the metrics of one epoch.
    public init(
        epoch: Int, trainLoss: Double, trainAccuracy: Double, testLoss: Double, testAccuracy: Double,
        learningRate: Double, seconds: Double
    ) {
        self.epoch = epoch
        self.trainLoss = trainLoss
        self.trainAccuracy = trainAccuracy
        self.testLoss = testLoss
        self.testAccuracy = testAccuracy
        self.learningRate = learningRate
        self.seconds = seconds
    }
}

/// The file `metrics.jsonl`, with one line of JSON per epoch.
struct MetricsFile<Metrics: EpochRecord> {
    let path: String

    /// Reads the first `count` epochs, or fewer if there are fewer. Epochs that a run wrote after the checkpoint from
    /// which it resumes are left out in this way.
    ///
    /// - Throws: `TrainingError` if the file cannot be read or a line is not that of its epoch.
    func read(first count: Int) throws(TrainingError) -> [Metrics] {
        guard count > 0, FileManager.default.fileExists(atPath: path) else { return [] }
        let advice = "remove the run's folder and train again"
        let text = try textOfRun(path, advice)
        var epochs: [Metrics] = []
        for line in text.split(separator: "\n").prefix(count) {
            guard let metrics = try? JSONReader.decode(Metrics.self, from: Data(line.utf8)),
                metrics.isPlausible, metrics.epoch == epochs.count + 1
            else {
                throw TrainingError(
                    "\(path), line \(epochs.count + 1): holds no figures of epoch \(epochs.count + 1); \(advice)")
            }
            epochs.append(metrics)
        }
        return epochs
    }

    func write(_ epochs: [Metrics]) throws {
        try AtomicFile.write(epochs.map { try jsonText($0) + "\n" }.joined(), to: path)
    }
}

extension EpochMetrics {
    /// True if these can be the metrics of an epoch: losses in float32, accuracies in 0...1, a learning rate and a
    /// time.
    var isPlausible: Bool {
        [trainLoss, testLoss].allSatisfy { abs($0) < 1e39 } && [trainAccuracy, testAccuracy].allSatisfy { 0...1 ~= $0 }
            && learningRate >= 0 && learningRate.isFinite && 0...1e12 ~= seconds
    }

    var scalars: [(tag: String, value: Double)] {
        [
            ("train/loss", trainLoss), ("train/accuracy", trainAccuracy), ("test/loss", testLoss),
            ("test/accuracy", testAccuracy), ("learning-rate", learningRate),
        ]
    }
}
