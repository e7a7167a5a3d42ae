import ArrayFiles
import Foundation

/// An epoch's figures, a line of `metrics.jsonl`.
public struct EpochMetrics: Codable, Sendable, Hashable {
    /// From 1.
    public let epoch: Int
    public let trainLoss: Double
    /// Of the pictures as they were trained on, augmented; 0...1.
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

    /// The first `count` epochs; what an interrupted run wrote after its checkpoint is not among them.
    func read(first count: Int) throws -> [EpochMetrics] {
        guard count > 0, FileManager.default.fileExists(atPath: path) else { return [] }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try text.split(separator: "\n").prefix(count).enumerated().map { index, line in
            guard let metrics = try? JSONDecoder().decode(EpochMetrics.self, from: Data(line.utf8)) else {
                throw TrainingError(
                    "\(path), line \(index + 1): no figures of an epoch; remove the run and start again")
            }
            return metrics
        }
    }

    func write(_ epochs: [EpochMetrics]) throws {
        try AtomicFile.write(epochs.map { try jsonText($0) + "\n" }.joined(), to: path)
    }
}
