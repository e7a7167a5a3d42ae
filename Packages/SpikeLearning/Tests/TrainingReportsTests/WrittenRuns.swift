import Foundation
import ObjectDetection
import SpikeDatasets
import SpikeReports
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining
@testable import TrainingReports

/// Finished runs whose files are written rather than trained, so that all figures are known.
struct WrittenRuns {
    /// What the files say about the epochs of a classifier's run.
    struct Figures {
        /// The accuracies on the test images after all epochs but the last, which `confusion` gives.
        var earlier: [Double] = []
        var confusion = [[3, 2], [1, 4]]
        var training = 0.5
        var seconds = 60.0
        var rates: [LayerSpikeRate]?

        var accuracy: Double {
            Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(confusion.joined().reduce(0, +))
        }
    }

    static let shape = [3, 8, 8]
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Writes a run of a classifier, whose network has its initial weights but for what `weights` changes.
    func classifier(
        _ name: String, seed: UInt64 = 1, _ figures: Figures = Figures(), classNames: [String] = ["above", "below"],
        change: (inout TrainingConfiguration) -> Void = { _ in },
        weights: (inout [String: Tensor]) throws -> Void = { _ in }
    ) throws -> TrainedRun {
        var configuration = TrainingConfiguration()
        (configuration.encoding, configuration.steps) = (.phase, 3)
        (configuration.batch, configuration.epochs) = (8, figures.earlier.count + 1)
        change(&configuration)
        let record = RunDescription(
            configuration: configuration, seed: seed, datasetName: "halves", classNames: classNames,
            imageShape: Self.shape, trainCount: 1000)
        let paths = RunPaths(folder.file("\(name)-seed-\(seed)"))
        try FileManager.default.createDirectory(atPath: paths.folder, withIntermediateDirectories: true)
        var state = try configuration.makeNetwork(imageShape: Self.shape, classCount: classNames.count, seed: seed)
            .state()
        try weights(&state)
        try Safetensors.write(state, metadata: ["run": jsonText(record)], to: paths.weights)
        let epochs = (figures.earlier + [figures.accuracy]).enumerated().map { index, accuracy in
            EpochMetrics(
                epoch: index + 1, trainLoss: 2, trainAccuracy: figures.training, testLoss: 3 - accuracy,
                testAccuracy: accuracy, learningRate: 0.1, seconds: figures.seconds)
        }
        try MetricsFile(path: paths.metrics).write(epochs)
        try jsonText(
            Fields(loss: epochs.last!.testLoss, confusion: figures.confusion, spikeRates: figures.rates)
        ).write(toFile: paths.evaluation, atomically: true, encoding: .utf8)
        return try TrainedRun(folder: paths.folder)
    }

    private struct Fields: Encodable {
        let loss: Double
        let confusion: [[Int]]
        let spikeRates: [LayerSpikeRate]?
    }

    /// Writes a run of a detector. The figures of its epochs are those of the last one in order; `nil` where there was
    /// no test.
    func detector(
        _ name: String, seed: UInt64 = 1, _ figures: DetectionFigures, epochs: [Double?] = [nil],
        seconds: Double = 60, _ change: (inout DetectionConfiguration) -> Void = { _ in }
    ) throws -> DetectionRun {
        var configuration = DetectionConfiguration()
        (configuration.side, configuration.steps, configuration.epochs) = (64, 2, epochs.count)
        change(&configuration)
        let record = RunRecord(
            configuration: configuration, seed: seed, datasetName: "boxes", classNames: figures.classes.map(\.name),
            imageShape: [3, configuration.side, configuration.side], trainCount: 7)
        let paths = RunPaths(folder.file("\(name)-seed-\(seed)"))
        try FileManager.default.createDirectory(atPath: paths.folder, withIntermediateDirectories: true)
        let network = try configuration.makeNetwork(classCount: figures.classes.count, seed: seed)
        try Safetensors.write(network.state(), metadata: ["run": jsonText(record)], to: paths.weights)
        try MetricsFile(path: paths.metrics).write(
            epochs.enumerated().map { index, precision in
                DetectionMetrics(
                    epoch: index + 1, trainLoss: 6 - Double(index), boxLoss: 1, objectnessLoss: 2, classLoss: 3,
                    testLoss: precision.map { 9 - $0 }, mAP50: precision, mAP5095: precision.map { $0 / 2 },
                    learningRate: 0.1, seconds: seconds)
            })
        try jsonText(figures).write(toFile: paths.evaluation, atomically: true, encoding: .utf8)
        return try DetectionRun(folder: paths.folder)
    }

    /// Ten images of each class for training and for testing, brighter from left to right.
    static func dataset(classNames: [String] = ["above", "below"]) throws -> ImageDataset {
        func split(_ seed: UInt64) throws -> ImageSplit {
            let count = 10 * classNames.count
            let noise = try Tensor.integers([count] + shape, in: 0..<100, from: RandomStream(seed: seed))
            let columns = try (Tensor.arange(shape[2]) * 14.0).reshaped(1, 1, 1, shape[2])
            return try ImageSplit(
                images: (noise + columns).to(.uint8), labels: Tensor((0..<count).map { $0 % classNames.count }))
        }
        return try ImageDataset(name: "halves", classNames: classNames, train: split(1), test: split(2))
    }
}

extension ReportSection {
    /// All blocks, also those within details.
    private var all: [ReportBlock] {
        func spread(_ blocks: [ReportBlock]) -> [ReportBlock] {
            blocks.flatMap { block in
                if case .details(_, let inner) = block { return [block] + spread(inner) }
                return [block]
            }
        }
        return spread(blocks)
    }

    var tables: [ReportTable] { all.compactMap { if case .table(let table) = $0 { table } else { nil } } }

    var paragraphs: [String] { all.compactMap { if case .paragraph(let text) = $0 { text } else { nil } } }

    var facts: [[ReportFact]] { all.compactMap { if case .keyValues(let facts) = $0 { facts } else { nil } } }

    var summaries: [String] { all.compactMap { if case .details(let summary, _) = $0 { summary } else { nil } } }

    func plots<Kind: Plot>(_: Kind.Type) -> [(plot: Kind, caption: String)] {
        all.compactMap { block in
            guard case .figure(let plot, let caption) = block else { return nil }
            return (plot as? Kind).map { ($0, caption) }
        }
    }
}

/// Whether two lists of numbers agree to the last few digits.
func agree(_ a: [Double], _ b: [Double]) -> Bool { a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-9 } }
