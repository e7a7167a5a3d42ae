import Foundation
import SpikeTraining

/// A way of training, and its runs: one for each seed.
public struct ReportedVariant {
    /// Such as `phase`.
    public let name: String

    /// At least one, all with the same configuration.
    public let runs: [TrainedRun]

    /// - Parameter folders: Of the runs.
    /// - Throws: What reading runs throws, and `TrainingError` if their settings differ.
    public init(name: String, folders: [String]) throws {
        try self.init(name: name, runs: folders.map { try TrainedRun(folder: $0) })
    }

    private init(name: String, runs: [TrainedRun]) throws {
        precondition(!runs.isEmpty, "ReportedVariant: there is no run of \(name)")
        if let other = runs.first(where: { $0.description.configuration != runs[0].description.configuration }) {
            throw TrainingError(
                "\(other.folder): its settings are not those of \(runs[0].folder), of the same variant; rename one")
        }
        self.name = name
        self.runs = runs
    }

    /// The variants of all runs that the folders are or hold.
    ///
    /// Runs are of one variant if their settings agree. A variant's name is that of its runs' folders, without the
    /// seed.
    /// - Parameter folders: Each a run's, or one with runs below it.
    /// - Throws: `TrainingError` if there is no run in one of them, and what reading runs throws.
    public static func read(_ folders: [String]) throws -> [ReportedVariant] {
        var groups: [(configuration: TrainingConfiguration, names: [String], runs: [TrainedRun])] = []
        for folder in try folders.flatMap(runFolders) {
            let run = try TrainedRun(folder: folder)
            let name = variantName(folder: folder, run)
            if let index = groups.firstIndex(where: { $0.configuration == run.description.configuration }) {
                groups[index].runs.append(run)
                groups[index].names.append(name)
            } else {
                groups.append((run.description.configuration, [name], [run]))
            }
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
