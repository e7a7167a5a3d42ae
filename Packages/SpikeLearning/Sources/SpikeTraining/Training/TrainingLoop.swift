import ArrayFiles
import Foundation
import TorchModules
import TorchTensors

/// The part of training that is the same for every task: epochs and batches, checkpoints, metrics, and the lock of the
/// run's folder.
///
/// The folder stays locked, and refuses other trainers, until `run` returns or throws, or the loop is released. Of several
/// workers, only the main one uses the folder.
final class TrainingLoop<Task: TrainingTask> {
    let task: Task
    let record: RunRecord<Task.Configuration>
    let folder: String
    /// The metrics of the finished epochs.
    private(set) var epochs: [Task.Metrics] = []
    /// If it returns true, `run` writes a checkpoint and throws `TrainingStopped`.
    var isAskedToStop: () -> Bool = { false }

    private let workers: Workers
    private let paths: RunPaths
    private let metrics: MetricsFile<Task.Metrics>
    private var progress = Checkpoint.Progress()
    private let checkpointInterval: Double
    private let leastCheckpointAge: Double
    private var lastCheckpoint: ContinuousClock.Instant?
    private var lock: FolderLock?

    private var configuration: Task.Configuration { record.configuration }

    /// Locks the folder of a run, and removes what interrupted writing has left there.
    ///
    /// - Parameters:
    ///   - task: The task, with a network that has its initial weights.
    ///   - record: The description of the run.
    ///   - folder: The path of the run's folder, which is created if it does not exist.
    ///   - checkpointInterval: The time in seconds between checkpoints within an epoch.
    ///   - leastCheckpointAge: The time in seconds since the last checkpoint within which the end of an epoch writes
    ///     none, unless it is the last epoch.
    ///   - workers: The workers that train together.
    init(
        _ task: Task, _ record: RunRecord<Task.Configuration>, folder: String, checkpointInterval: Double,
        leastCheckpointAge: Double = 0, workers: Workers = .alone
    ) throws {
        self.leastCheckpointAge = leastCheckpointAge
        self.workers = workers
        self.task = task
        self.record = record
        self.folder = folder
        self.checkpointInterval = checkpointInterval
        paths = RunPaths(folder)
        metrics = MetricsFile(path: paths.metrics)
        guard workers.isMain else { return }
        lock = try FolderLock(making: folder)
        for path in paths.all {
            AtomicFile.removeLeftovers(of: path)
            guard isFile(path) || !FileManager.default.fileExists(atPath: path) else {
                throw TrainingError(
                    "\(path): is a folder, and a run has a file there; remove it, or choose another output folder")
            }
        }
    }

    /// Throws if the folder's checkpoint is of a run with other settings. These explain more than the different data
    /// that they cause.
    private func requireSameSettings() throws {
        _ = try Checkpoint.load(paths.checkpoint, of: record, dataMayDiffer: true, task.load)
    }

    /// Compares the data of the run with the record in its folder, and those of the workers with each other.
    ///
    /// - Parameters:
    ///   - digest: The checksum of the data of this worker.
    ///   - check: Compares the data with the record. Only the main worker calls it.
    /// - Returns: What `check` has returned to the main worker; only that one has the remarks.
    /// - Throws: What `check` throws, unless the settings of the run in the folder differ, too; and `TrainingError` if
    ///   the data of a worker differ from those of the main one.
    func compareData(
        digest: @autoclosure () throws -> String, _ check: () throws -> (record: RunData?, notes: [String])
    ) throws -> (record: RunData?, notes: [String]) {
        var found: (record: RunData?, notes: [String]) = (nil, [])
        if workers.isMain {
            do {
                found = try check()
            } catch {
                try requireSameSettings()
                throw error
            }
        }
        guard workers.size > 1 else { return found }
        try workers.requireSame(digest(), "the images")
        return (try workers.ofMain(found.record), found.notes)
    }

    /// Takes up the run in the folder, if there is one, and writes its settings. Workers other than the main one take up
    /// what the main one has found.
    ///
    /// - Parameters:
    ///   - data: The path of the data set's folder, which is recorded with the settings; `nil` for a data set that is
    ///     found by its name.
    ///   - dataMayDiffer: Whether the run in the folder may have other images, because these have been compared.
    ///   - allowsChangedData: Whether the number of images may have changed.
    ///   - writeData: Writes the record of the data into the folder of a run that has not finished.
    func takeUp(
        data: String?, dataMayDiffer: Bool, allowsChangedData: Bool, writeData: () throws -> Void
    ) throws {
        if workers.isMain {
            try takeUpFolder(
                data: data, dataMayDiffer: dataMayDiffer, allowsChangedData: allowsChangedData, writeData: writeData)
        }
        progress = try workers.ofMain(progress)
        epochs = try workers.ofMain(epochs)
        let state = try workers.ofMain(task.state())
        if !workers.isMain { try task.load(state: state) }
    }

    private func takeUpFolder(
        data: String?, dataMayDiffer: Bool, allowsChangedData: Bool, writeData: () throws -> Void
    ) throws {
        if let found = try Checkpoint.load(paths.checkpoint, of: record, dataMayDiffer: dataMayDiffer, task.load) {
            progress = found
        } else if FileManager.default.fileExists(atPath: paths.weights) {
            // The run has finished; only the checkpoint, which is no longer needed, is missing.
            guard FileManager.default.fileExists(atPath: paths.evaluation) else {
                throw TrainingError(
                    "\(folder): holds the weights of a run, but neither its checkpoint nor its evaluation; remove "
                        + "weights.safetensors to train anew, or choose another output folder")
            }
            let seconds = try task.loadFinished(in: folder, dataMayDiffer: dataMayDiffer)
            progress = Checkpoint.Progress(epoch: configuration.epochs, seconds: seconds)
        }
        guard
            progress.isPlausible(
                epochs: configuration.epochs, batchCount: allowsChangedData ? .max : task.batchCount,
                imageCount: allowsChangedData ? .max : record.trainCount)
        else {
            throw TrainingError(
                "\(paths.checkpoint): says that the run stands where it cannot stand; remove the run's folder and train again"
            )
        }
        epochs = try metrics.read(first: progress.epoch)
        guard epochs.count == progress.epoch else {
            throw TrainingError(
                "\(metrics.path): has \(counted(epochs.count, "epoch")), the checkpoint \(progress.epoch); remove the run's folder"
            )
        }
        try AtomicFile.write(
            SettingsFile(configuration, seed: record.seed, data: data).yaml(), to: paths.configuration)
        if progress.epoch < configuration.epochs { try writeData() }
    }

    /// Trains until the run has finished, and writes the weights and the evaluation into the folder.
    ///
    /// - Parameter report: Called for each event. If it throws, the run ends with that error, and can resume from its
    ///   last checkpoint.
    /// - Returns: The evaluation of the trained network on the test images.
    /// - Throws: `TrainingStopped` if the run was asked to stop; `TrainingError` if the run diverges; what `report`
    ///   throws; and the errors of writing the folder.
    func run(_ report: (TrainingEvent<Task.Metrics>) throws -> Void) throws -> Task.Result {
        if lock == nil, workers.isMain { lock = try FolderLock(folder) }
        defer { lock = nil }
        do {
            return try runEpochs(report)
        } catch let divergence as Divergence {
            throw diverged(divergence.description)
        }
    }

    private func runEpochs(_ report: (TrainingEvent<Task.Metrics>) throws -> Void) throws -> Task.Result {
        task.beginTraining()
        var last: Task.Result?
        while progress.epoch < configuration.epochs {
            try trainEpoch(report)
            let epoch = progress.epoch + 1
            try checkState("after epoch \(epoch)")
            let result = try keepingProgress {
                try task.evaluation(after: epoch, isLast: epoch == configuration.epochs, willTest: stopIfAsked)
            }
            last = result ?? last
            let figures = task.metrics(epoch: epoch, progress, result)
            epochs.append(figures)
            progress = Checkpoint.Progress(epoch: epoch, seconds: progress.seconds)
            guard workers.isMain else { continue }
            // The metrics are written before the checkpoint, so that the checkpoint is never ahead of them.
            try metrics.write(epochs)
            try EventFile(path: paths.events).write(epochs, imagesPerEpoch: task.imagesPerEpoch)
            if epoch == configuration.epochs || checkpointAge >= leastCheckpointAge { try writeCheckpoint() }
            try report(.epoch(figures))
        }
        if last == nil, let finished = try workers.ofMain(task.finishedResult(in: folder)) { return finished }
        guard
            let result = try last
                ?? task.evaluation(after: configuration.epochs, isLast: true, willTest: stopIfAsked)
        else { preconditionFailure("TrainingLoop: there is no evaluation after the last epoch") }
        guard workers.isMain else { return result }
        try Safetensors.write(task.weights(), metadata: ["run": jsonText(record)], to: paths.weights)
        try AtomicFile.write(jsonText(result) + "\n", to: paths.evaluation)
        return result
    }

    private func trainEpoch(_ report: (TrainingEvent<Task.Metrics>) throws -> Void) throws {
        let next = try task.batches(epoch: progress.epoch, from: progress.batch)
        let clock = ContinuousClock()
        if lastCheckpoint == nil { lastCheckpoint = clock.now }
        var (sessionImages, sessionSeconds) = (0, 0.0)
        while true {
            let start = clock.now
            guard let batch = try keepingProgress(next) else { break }
            let before = progress.images
            try task.train(batch, step: progress.epoch * task.batchCount + progress.batch, &progress)
            let seconds = (clock.now - start) / .seconds(1)
            progress.batch += 1
            progress.seconds += seconds
            sessionImages += progress.images - before
            sessionSeconds += seconds
            let rate = Double(sessionImages) / sessionSeconds
            let left = (configuration.epochs - progress.epoch) * task.batchCount - progress.batch
            if workers.isMain {
                if mayStop, checkpointAge > checkpointInterval, progress.batch < task.batchCount {
                    try writeCheckpoint()
                }
                try report(
                    .batch(
                        BatchReport(
                            epoch: progress.epoch + 1, batch: progress.batch, batchCount: task.batchCount,
                            loss: progress.lossSum / Double(progress.images), imagesPerSecond: rate,
                            secondsLeft: Double(left) * Double(configuration.batch) / rate)))
            }
            if mayStop { try stopIfAsked() }
        }
    }

    /// Whether the task may be interrupted where it stands.
    private var mayStop: Bool { task.mayStop(afterBatches: progress.epoch * task.batchCount + progress.batch) }

    /// Runs `body`. If it fails because of a file, for instance an image that was removed, what was learned is kept.
    private func keepingProgress<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as FileError {
            if workers.isMain, mayStop { try writeCheckpoint() }
            throw error
        }
    }

    private func stopIfAsked() throws {
        // All workers stop at the same point if one of them is asked to.
        guard try workers.any(isAskedToStop()) else { return }
        if workers.isMain { try writeCheckpoint() }
        // Worker 0 may still be writing, and the end of another worker must not disturb it.
        try workers.barrier()
        throw TrainingStopped(
            epoch: min(progress.epoch + 1, configuration.epochs), batch: progress.batch, batchCount: task.batchCount,
            checkpoint: paths.checkpoint)
    }

    /// Throws if the state of the run contains numbers that are not finite.
    private func checkState(_ when: String) throws {
        if let problem = try task.stateProblem() { throw diverged("\(when): \(problem)") }
    }

    private func diverged(_ what: String) -> TrainingError {
        let checkpoint =
            isFile(paths.checkpoint)
            ? "the last good checkpoint is \(paths.checkpoint)" : "there is no checkpoint yet"
        return TrainingError(
            "\(what): the run has diverged; lower the learning rate, which is \(configuration.learningRate), and train again "
                + "in another folder; \(checkpoint)")
    }

    private func writeCheckpoint() throws {
        try checkState("epoch \(progress.epoch + 1), batch \(progress.batch)")
        try Checkpoint.write(progress, of: record, task.state(), to: paths.checkpoint)
        lastCheckpoint = ContinuousClock.now
    }

    /// The time in seconds since the last checkpoint, or since training began; infinite before.
    private var checkpointAge: Double { lastCheckpoint.map { (ContinuousClock.now - $0) / .seconds(1) } ?? .infinity }
}
