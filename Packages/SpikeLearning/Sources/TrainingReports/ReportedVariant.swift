import Foundation
import SpikeReports
import SpikeTraining
import TorchTensors

/// A named training configuration and its runs, one per seed.
public struct ReportedVariant {
    /// The variant's name, such as `phase`.
    public let name: String

    /// The runs, at least one, all with the same configuration and with the figures of all epochs.
    public let runs: [TrainedRun]

    /// Reads the runs of a variant from their folders.
    ///
    /// - Parameters:
    ///   - name: The variant's name.
    ///   - folders: The folders of the runs, at least one.
    /// - Throws: The errors of reading runs; `TrainingError` if the runs differ in settings or data, or figures of
    ///   epochs are missing.
    public init(name: String, folders: [String]) throws {
        try self.init(name: name, runs: folders.map { try TrainedRun(folder: $0) })
    }

    /// Creates a variant from its runs. Traps if there are none.
    ///
    /// - Parameters:
    ///   - name: The variant's name.
    ///   - runs: The runs, at least one.
    /// - Throws: `TrainingError` if the runs differ in settings or data, or figures of epochs are missing.
    public init(name: String, runs: [TrainedRun]) throws {
        precondition(!runs.isEmpty, "ReportedVariant: there is no run of \(name)")
        if let other = runs.first(where: { !$0.isComparable(to: runs[0]) }) {
            throw TrainingError(
                "\(other.folder): its settings are not those of \(runs[0].folder), of the same variant; rename one")
        }
        for run in runs { try Self.requireAllEpochs(run) }
        self.name = name
        self.runs = runs
    }

    private static func requireAllEpochs(_ run: TrainedRun) throws(TrainingError) {
        let count = run.description.configuration.epochs
        guard run.epochs.count == count else {
            throw TrainingError(
                "\(run.folder)/metrics.jsonl: has the figures of \(run.epochs.count) of \(counted(count, "epoch")); without "
                    + "them there is no report: remove the run's folder and train again")
        }
        // The evaluation is the test after the last epoch.
        let evaluation = run.evaluation
        if let last = run.epochs.last, last.testLoss != evaluation.loss || last.testAccuracy != evaluation.accuracy {
            throw TrainingError(
                "\(run.folder): metrics.jsonl and evaluation.json are of different runs, as their losses on the test images "
                    + "are \(last.testLoss) and \(evaluation.loss); put back the run's own")
        }
    }

    /// Finds all runs in folders, and groups them into variants.
    ///
    /// Runs with the same settings and data form one variant. A variant is named after its first run's folder, without
    /// the seed. Runs that cannot be reported on are skipped; if there is only one run, its error is thrown instead.
    /// - Parameters:
    ///   - folders: The folders of runs, or folders that hold runs.
    ///   - skip: Called with the reason for each run that is left out: it has not finished, is damaged, or repeats
    ///     another one.
    /// - Returns: The variants, in the order in which they were begun within each folder.
    /// - Throws: `TrainingError` if one of the folders holds no run, or none of the runs can be reported on.
    public static func read(
        _ folders: [String], skip: (_ reason: String) -> Void = { _ in }
    ) throws -> [ReportedVariant] {
        var groups: [(names: [String], runs: [TrainedRun])] = []
        var seen: Set<String> = []
        let paths = try folders.flatMap(runFolders).filter { path in
            seen.insert(URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path).inserted
        }
        for folder in paths {
            let run: TrainedRun
            do {
                run = try TrainedRun(folder: folder)
                try requireAllEpochs(run)
            } catch {
                if paths.count == 1 { throw error }
                skip("\(error)")
                continue
            }
            let name = variantName(folder: folder, run)
            if let index = groups.firstIndex(where: { $0.runs[0].isComparable(to: run) }) {
                if let same = groups[index].runs.first(where: { $0.description.seed == run.description.seed }) {
                    skip("\(folder): repeats \(same.folder), with the same settings and seed \(run.description.seed)")
                    continue
                }
                groups[index].runs.append(run)
                groups[index].names.append(name)
            } else {
                groups.append(([name], [run]))
            }
        }
        guard !groups.isEmpty else {
            throw TrainingError(
                "\(folders.joined(separator: ", ")): none of \(counted(paths.count, "run")) has finished")
        }
        var taken: [String: Int] = [:]
        return try groups.map { group in
            let name = group.names[0]
            taken[name, default: 0] += 1
            return try ReportedVariant(name: taken[name]! > 1 ? "\(name) (\(taken[name]!))" : name, runs: group.runs)
        }
    }

    /// The results of the runs, over their seeds.
    public var result: VariantResult {
        VariantResult(name: name, runs: runs.map { (seed: $0.description.seed, epochs: $0.epochs) })
    }

    var configuration: TrainingConfiguration { runs[0].description.configuration }

    /// The folders of the runs in `folder`, in the order in which the runs were begun.
    private static func runFolders(_ folder: String) throws -> [String] {
        try TrainedRun.folders(at: folder).map { ($0, modified("\($0)/configuration.yaml")) }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    }

    private static func modified(_ path: String) -> Date {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.modificationDate] as? Date ?? .distantPast
    }

    private static func variantName(folder: String, _ run: TrainedRun) -> String {
        let name = URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
        let seed = "-seed-\(run.description.seed)"
        return name.hasSuffix(seed) && name != seed ? String(name.dropLast(seed.count)) : name
    }
}

extension TrainedRun {
    /// Whether two runs have the same settings and data, so that they can differ only in their seeds.
    fileprivate func isComparable(to other: TrainedRun) -> Bool {
        description.configuration == other.description.configuration && isOfSameData(as: other)
    }

    /// Whether two runs agree in the data set's name, the classes and the shape of images.
    func isOfSameData(as other: TrainedRun) -> Bool {
        description.datasetName == other.description.datasetName
            && description.classNames == other.description.classNames
            && description.imageShape == other.description.imageShape
    }
}
