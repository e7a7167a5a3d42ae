import ArgumentParser
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining

/// A trained run, and the images that it is looked at with.
struct RunOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The run's folder, or one that holds several.", valueName: "run"))
    var path: String

    @OptionGroup var source: DatasetOptions

    /// Every run there, and its data set; each data set is read once. Those that have not finished, or are damaged, are
    /// passed over with a note, unless there is no other.
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
        guard !runs.isEmpty else { throw CommandError("\(path): none of its \(folders.count) runs has finished") }
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

extension TrainedRun {
    /// Such as `runs/first: phase, small, seed 35, Fashion-MNIST`.
    var title: String {
        let configuration = description.configuration
        return "\(folder): \(configuration.encoding.rawValue), \(configuration.model), seed \(description.seed), "
            + description.datasetName
    }
}
