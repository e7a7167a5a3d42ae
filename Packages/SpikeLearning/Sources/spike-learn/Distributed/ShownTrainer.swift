import SpikeCommandLine
import SpikeReports
import SpikeTraining
import TorchTensors

/// A trainer of a network for any task, whose run the program shows.
protocol ShownTrainer: AnyObject {
    associatedtype Metrics: ShownMetrics
    associatedtype Result: ShownResult

    var folder: String { get }
    var device: Device { get }
    var notes: [String] { get }
    var traffic: GradientTraffic? { get }
    var isAskedToStop: () -> Bool { get set }
    /// The metrics of the finished epochs.
    var epochs: [Metrics] { get }
    /// The number of epochs of the run.
    var epochCount: Int { get }
    /// The numbers of parameters of the network, of images to train on, and of images to test on.
    var counts: (parameters: Int, train: Int, test: Int) { get }
    /// A warning that is shown before and after training; `nil` for none.
    var updateRemark: String? { get }

    func run(_ report: (TrainingEvent<Metrics>) throws -> Void) throws -> Result
    /// Shows which files were left out since the last call.
    func noteNewlyLeftOut(_ line: ProgressLine)
}

/// The metrics of an epoch, which are shown in one line.
protocol ShownMetrics: Sendable {
    func text(of epochCount: Int) -> String
}

/// The evaluation of a trained network.
protocol ShownResult {
    var spikeRates: [LayerSpikeRate]? { get }
}

extension ShownTrainer {
    /// Trains the run, and shows its progress.
    ///
    /// - Parameters:
    ///   - origin: The text that the progress begins with.
    ///   - workers: The workers that train together, of which the main one shows the progress.
    func runShown(_ origin: String, _ workers: Workers = .alone) throws {
        isAskedToStop = { StopRequest.current != nil }
        guard workers.isMain else {
            do {
                _ = try run { _ in }
            } catch is TrainingStopped {
                throw StoppedTogether()
            }
            return
        }
        let line = ProgressLine()
        for note in notes { line.note(note) }
        line.note(
            "\(folder): \(counts.parameters) parameters, \(counted(counts.train, "image")) to train on, "
                + "\(counts.test) to test on" + (workers.size == 1 ? "" : ", \(workers.size) workers")
                + (epochs.isEmpty ? "" : ", \(counted(epochs.count, "epoch")) done"))
        let updateRemark = updateRemark.map { "\(folder): \($0)" }
        if let updateRemark { line.note(updateRemark) }
        if epochs.count < epochCount {
            try RunEnvironment(program: ProgramVersion.text, device: device, workers: workers).write(to: folder)
        }
        do {
            let result = try run { event in
                switch event {
                case .batch(let batch): line.update(origin + batch.text(of: epochCount))
                case .epoch(let epoch):
                    line.note(origin + epoch.text(of: epochCount))
                    noteNewlyLeftOut(line)
                }
            }
            noteNewlyLeftOut(line)
            if let traffic, traffic.updates > 0 { line.note(traffic.text(workers.size)) }
            for remark in (result.spikeRates ?? []).remarks { line.note("\(folder): \(remark)") }
            if let updateRemark { line.note(updateRemark) }
        } catch let stopped as TrainingStopped {
            let end = StopRequest.ending(stopped, line)
            throw workers.size == 1 ? end : StoppedTogether()
        }
    }
}

extension Trainer: ShownTrainer {
    var epochCount: Int { configuration.epochs }
    var counts: (parameters: Int, train: Int, test: Int) {
        (network.parameterCount, dataset.train.count, dataset.test.count)
    }
    func noteNewlyLeftOut(_ line: ProgressLine) { dataset.noteNewlyLeftOut(line) }
}

extension DetectionTrainer: ShownTrainer {
    var epochCount: Int { configuration.epochs }
    var counts: (parameters: Int, train: Int, test: Int) {
        (network.parameterCount, dataset.train.count, dataset.test.count)
    }
    var updateRemark: String? { nil }
    func noteNewlyLeftOut(_ line: ProgressLine) {}
}

extension Evaluation: ShownResult {}
extension DetectionFigures: ShownResult {}

extension StopRequest {
    /// Says that a run has stopped as it was asked to.
    ///
    /// - Returns: The error that ends the command: the exit code of the signal.
    fileprivate static func ending(_ stopped: TrainingStopped, _ line: ProgressLine) -> any Error {
        let stop = StopRequest.current
        line.note(
            "\(stop?.name ?? "another worker was asked to stop") in epoch \(stopped.epoch), after batch \(stopped.batch) of \(stopped.batchCount): a checkpoint is "
                + "written, \(stopped.checkpoint); repeat the command to go on")
        return stop?.exitCode ?? stopped
    }
}

extension BatchReport {
    fileprivate func text(of epochCount: Int) -> String {
        // In a run of a million epochs, the number could exceed an Int.
        let left = Int(min(secondsLeft, 1e9))
        return "epoch \(epoch)/\(epochCount)  batch \(batch)/\(batchCount)  "
            + String(format: "loss %.3f  %.0f images/s  %d:%02d left", loss, imagesPerSecond, left / 60, left % 60)
    }
}

extension GradientTraffic {
    /// Such as `4 workers: 0.4 MB of gradients per update, on the way for 3.1 ms, of which 0.4 ms were waited for`.
    fileprivate func text(_ workers: Int) -> String {
        let count = Double(updates)
        return "\(workers) workers: "
            + String(
                format: "%.2f MB of gradients per update, on the way for %.1f ms, of which %.1f ms were waited for",
                Double(bytes) / count / 1e6, sending / count * 1000, waiting / count * 1000)
    }
}

extension EpochMetrics: ShownMetrics {
    func text(of epochCount: Int) -> String {
        "epoch \(epoch)/\(epochCount)  "
            + String(
                format: "loss %.3f  accuracy %.2f %%  on test images %.2f %%  %.0f s", trainLoss,
                trainAccuracy * 100, testAccuracy * 100, seconds)
    }
}

extension DetectionMetrics: ShownMetrics {
    func text(of epochCount: Int) -> String {
        func percentage(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }
        let tested =
            testLoss == nil
            ? "" : "  on test images mAP50 \(mAP50.map(percentage) ?? "–"), mAP50-95 \(mAP5095.map(percentage) ?? "–")"
        return "epoch \(epoch)/\(epochCount)  " + String(format: "loss %.4f", trainLoss) + tested
            + String(format: "  %.0f s", seconds)
    }
}
