import ArrayFiles
import Foundation

/// A folder with several runs contains one folder for each of them.
extension TrainedRun {
    /// Returns the order in which the runs in a folder were trained: for each name of a run's folder, its position.
    /// Empty if `results.json` does not say.
    static func trainingOrder(in path: String) -> [String: Int] {
        guard let data = FileManager.default.contents(atPath: "\(path)/results.json"),
            let results = try? JSONDecoder().decode([VariantResult].self, from: data)
        else { return [:] }
        let names = results.flatMap { result in result.seeds.map { folderName(variant: result.name, seed: $0) } }
        return Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
    }

    /// Returns the name of one run's folder within the folder of several runs.
    public static func folderName(variant: String, seed: UInt64) -> String { "\(variant)-seed-\(seed)" }

    /// Checks that new runs fit the layout of a folder: either a single run, or several runs in folders of their own.
    ///
    /// - Parameters:
    ///   - isSingle: Whether the folder is to contain a single run itself, rather than several runs in folders below
    ///     it.
    ///   - path: The path of the folder.
    /// - Throws: `TrainingError` if the folder has the other layout: a single run beside several others would hide
    ///   them.
    public static func requireLayout(isSingle: Bool, in path: String) throws(TrainingError) {
        let isRun = RunPaths(path).holdRun
        if !isSingle, isRun {
            throw TrainingError("\(path): holds a single run; name another output folder for several runs")
        }
        guard isSingle, !isRun else { return }
        let below = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
            .filter { RunPaths("\(path)/\($0)").holdRun }.sorted(by: isNaturallyBefore)
        guard below.isEmpty else {
            throw TrainingError(
                "\(path): holds several runs (\(listed(below))); name one of their folders to go on with it, or another "
                    + "output folder for a single run")
        }
    }

    /// Returns the folder of the only run at a path: the path itself, or a folder below it.
    ///
    /// - Throws: `TrainingError` unless there is exactly one run.
    public static func onlyFolder(at path: String) throws -> String {
        let folders = try folders(at: path)
        guard folders.count == 1 else {
            throw TrainingError(
                "\(path): holds several runs (\(listed(folders.map { String($0.dropFirst(path.count + 1)) }))); name one"
            )
        }
        return folders[0]
    }

    private static func listed(_ names: [String]) -> String {
        names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
    }
}
