import ArgumentParser
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining

/// Options that choose trained runs and the images to measure them with.
struct RunOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The run's folder, or one that holds several.", valueName: "run"))
    var path: String = ""

    @OptionGroup var source: DatasetOptions

    /// Throws unless a run is named.
    func requireRun() throws {
        if path.isEmpty { throw ValidationError("name a run's folder") }
    }

    /// All runs at the path with their data sets, each of which is read once. Runs that have not finished or are
    /// damaged are skipped with a note, unless there is only one.
    func runs(_ line: ProgressLine) throws -> [(run: TrainedRun, dataset: ImageDataset)] {
        let folders = try TrainedRun.folders(at: path)
        var runs: [TrainedRun] = []
        for folder in folders {
            do {
                runs.append(try TrainedRun(folder: folder))
            } catch {
                if folders.count == 1 { throw error }
                line.note("\(error)")
            }
        }
        guard !runs.isEmpty else { throw CommandError("\(path): no run in it has finished") }
        struct Key: Hashable {
            let dataset: String
            let side: Int
            let data: String?
        }
        var datasets: [Key: ImageDataset] = [:]
        return try runs.map { run in
            let configuration = run.description.configuration
            let key = Key(dataset: configuration.dataset, side: configuration.side, data: run.data)
            let dataset = try datasets[key] ?? source.read(key.dataset, side: key.side, usual: key.data)
            datasets[key] = dataset
            return (run, dataset)
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
