import Foundation
import SpikeTraining

/// A way of training, and its runs: one for each seed.
public struct ReportedVariant {
    /// Such as `phase`.
    public let name: String

    /// At least one, all with the same configuration, and with the figures of all epochs.
    public let runs: [TrainedRun]

    /// - Parameter folders: Of the runs.
    /// - Throws: What reading runs throws, and `TrainingError` if their settings differ, or figures of epochs are missing.
    public init(name: String, folders: [String]) throws {
        try self.init(name: name, runs: folders.map { try TrainedRun(folder: $0) })
    }

    private init(name: String, runs: [TrainedRun]) throws {
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
        // The last epoch's test is the evaluation.
        let evaluation = run.evaluation
        if let last = run.epochs.last, last.testLoss != evaluation.loss || last.testAccuracy != evaluation.accuracy {
            throw TrainingError(
                "\(run.folder): metrics.jsonl and evaluation.json are of different runs, as their losses on the test images "
                    + "are \(last.testLoss) and \(evaluation.loss); put back the run's own")
        }
    }

    /// The variants of all runs that the folders are or hold.
    ///
    /// Runs are of one variant if their settings agree. A variant's name is that of its runs' folders, without the
    /// seed.
    /// - Parameters:
    ///   - folders: Each a run's, or one with runs below it.
    ///   - skip: Is told why a run is left out: that it has not finished, or what is wrong with it.
    /// - Throws: `TrainingError` if there is no run in one of the folders, or none in all of them that can be reported on.
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
            throw TrainingError("\(folders.joined(separator: ", ")): none of the \(paths.count) runs has finished")
        }
        var taken: [String: Int] = [:]
        return try groups.map { group in
            let name = group.names[0]
            taken[name, default: 0] += 1
            return try ReportedVariant(name: taken[name]! > 1 ? "\(name) (\(taken[name]!))" : name, runs: group.runs)
        }
    }

    /// Results over the seeds.
    public var result: VariantResult {
        VariantResult(name: name, runs: runs.map { (seed: $0.description.seed, epochs: $0.epochs) })
    }

    var configuration: TrainingConfiguration { runs[0].description.configuration }

    /// In the order in which they were begun.
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
    /// Whether two runs differ in their seeds alone.
    fileprivate func isComparable(to other: TrainedRun) -> Bool {
        description.configuration == other.description.configuration && isOfSameData(as: other)
    }

    /// Whether two runs have the same classes, and images of the same shape, of data sets of the same name.
    func isOfSameData(as other: TrainedRun) -> Bool {
        description.datasetName == other.description.datasetName
            && description.classNames == other.description.classNames
            && description.imageShape == other.description.imageShape
    }
}
