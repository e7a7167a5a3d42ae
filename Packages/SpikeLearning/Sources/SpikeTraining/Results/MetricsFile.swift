import ArrayFiles
import Foundation

/// An epoch's figures, a line of `metrics.jsonl`.
public struct EpochMetrics: Codable, Sendable, Hashable {
    /// From 1.
    public let epoch: Int
    public let trainLoss: Double
    /// Of the images as they were trained on, augmented; 0...1.
    public let trainAccuracy: Double
    public let testLoss: Double
    public let testAccuracy: Double
    public let learningRate: Double
    /// Of training so far, without tests.
    public let seconds: Double

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

/// Lines of JSON, one an epoch.
struct MetricsFile {
    let path: String

    /// The first `count` epochs, or as many as there are; what an interrupted run wrote after its checkpoint is not among
    /// them.
    func read(first count: Int) throws(TrainingError) -> [EpochMetrics] {
        guard count > 0, FileManager.default.fileExists(atPath: path) else { return [] }
        let advice = "remove the run's folder and train again"
        let text = try textOfRun(path, advice)
        var epochs: [EpochMetrics] = []
        for line in text.split(separator: "\n").prefix(count) {
            guard let metrics = try? JSONDecoder().decode(EpochMetrics.self, from: Data(line.utf8)),
                metrics.isPlausible, metrics.epoch == epochs.count + 1
            else {
                throw TrainingError(
                    "\(path), line \(epochs.count + 1): holds no figures of epoch \(epochs.count + 1); \(advice)")
            }
            epochs.append(metrics)
        }
        return epochs
    }

    func write(_ epochs: [EpochMetrics]) throws {
        try AtomicFile.write(epochs.map { try jsonText($0) + "\n" }.joined(), to: path)
    }
}

extension EpochMetrics {
    /// Whether these can be the figures of an epoch: a cross entropy in float32, shares, a time.
    fileprivate var isPlausible: Bool {
        [trainLoss, testLoss].allSatisfy { abs($0) < 1e39 } && [trainAccuracy, testAccuracy].allSatisfy { 0...1 ~= $0 }
            && learningRate >= 0 && learningRate.isFinite && 0...1e12 ~= seconds
    }
}
