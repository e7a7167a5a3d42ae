import ArgumentParser
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining

/// Options that choose trained runs and the images to measure them with.
struct RunOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The run's folder, or a folder that holds several runs.", valueName: "run"))
    var path: String = ""

    @OptionGroup var source: DatasetOptions

    /// Throws unless a run is named.
    func requireRun() throws {
        if path.isEmpty { throw ValidationError("name a run's folder") }
    }

    /// All runs of classifiers at the path with their data sets.
    func runs(_ line: ProgressLine) throws -> [(run: TrainedRun, dataset: ImageDataset)] {
        struct Key: Hashable {
            let dataset: String
            let side: Int
            let data: String?
        }
        return try read(line) {
            try TrainedRun(folder: $0)
        } key: { run in
            let configuration = run.description.configuration
            return Key(dataset: configuration.dataset, side: configuration.side, data: run.data)
        } dataset: {
            try source.read($0.dataset, side: $0.side, usual: $0.data)
        }
    }

    /// All runs at the path with their data sets, each of which is read once. Runs that have not finished or are
    /// damaged are skipped with a note, unless there is only one.
    ///
    /// - Parameters:
    ///   - open: Opens the run of a folder.
    ///   - key: What decides which data set a run needs.
    ///   - dataset: Reads the data set.
    func read<Run, Key: Hashable, Dataset>(
        _ line: ProgressLine, open: (String) throws -> Run, key: (Run) -> Key, dataset: (Key) throws -> Dataset
    ) throws -> [(run: Run, dataset: Dataset)] {
        let folders = try TrainedRun.folders(at: path)
        var runs: [Run] = []
        for folder in folders {
            do {
                runs.append(try open(folder))
            } catch {
                if folders.count == 1 { throw error }
                line.note("\(error)")
            }
        }
        guard !runs.isEmpty else { throw CommandError("\(path): no run in it has finished") }
        var datasets: [Key: Dataset] = [:]
        return try runs.map { run in
            let key = key(run)
            let found = try datasets[key] ?? dataset(key)
            datasets[key] = found
            return (run, found)
        }
    }
}

extension RunOptions {
    /// The output for the runs. If the path is a run's folder, this is the full text, or a JSON object; if it holds
    /// runs, it is a table, or a JSON array, even with a single run.
    func output<Report: Encodable>(
        _ reports: [Report], json: Bool, text: (Report) -> String, table: ([Report]) -> String
    ) throws -> String {
        let isOne = TrainedRun.isRun(path)
        if json { return try isOne ? readableJSON(reports[0]) : readableJSON(reports) }
        return isOne ? text(reports[0]) : table(reports)
    }
}

extension TrainedRun {
    /// The run's title, such as `runs/first: phase, small, seed 35, Fashion-MNIST`.
    var title: String {
        let configuration = description.configuration
        return "\(folder): \(configuration.encoding.rawValue), \(configuration.model), seed \(description.seed), "
            + description.datasetName
    }
}
