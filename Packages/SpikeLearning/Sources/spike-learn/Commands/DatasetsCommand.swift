import ArgumentParser
import ArrayFiles
import SpikeCommandLine
import SpikeDatasets

struct DatasetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "datasets",
        discussion: """
            spike datasets
            spike datasets fetch cifar10
            spike datasets boxes voc my-images --output drawn
            """,
        subcommands: [List.self, Fetch.self, DatasetBoxesCommand.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(learning: "datasets list")

        @Option(
            help: ArgumentHelp(
                "Look only in this folder, not in SPIKEKIT_DATA, Debian's packages and the cache.",
                valueName: "folder"))
        var data: String?

        @Flag(help: "Print as JSON.")
        var json = false

        func run() throws {
            let finder = DatasetFinder(folder: data)
            let entries = KnownDataset.all.map { DatasetEntry($0, finder) }
            print(json ? try readableJSON(entries) : DatasetEntry.table(entries))
        }
    }

    struct Fetch: ParsableCommand {
        static let configuration = CommandConfiguration(
            learning: "datasets fetch",
            discussion: "spike datasets fetch fashion-mnist")

        @Argument(
            help: ArgumentHelp(
                "One of \(KnownDataset.names.joined(separator: ", ")).", valueName: "name"))
        var name: String

        func run() throws {
            guard let dataset = KnownDataset.named(name) else {
                throw CommandError(
                    "datasets fetch: there are \(KnownDataset.names.joined(separator: ", ")); got \(name)")
            }
            let finder = DatasetFinder()
            if let location = try finder.locate(dataset) {
                if let problem = location.shortcoming {
                    throw CommandError(
                        "\(dataset.title): in \(location.path) (\(location.source.rawValue)), but incomplete: \(problem); remove it, "
                            + "and fetch it again")
                }
                print(
                    location.path.isEmpty
                        ? "\(dataset.title): is computed when it is used, so there is nothing to fetch"
                        : "\(dataset.title): already in \(location.path) (\(location.source.rawValue))")
                return
            }
            let line = ProgressLine()
            defer { line.clear() }
            let location = try finder.download(
                dataset, preparing: { line.update($0) }, progress: { line.update($0.progress($1)) })
            line.clear()
            print("\(dataset.title): now in \(location.path)")
        }
    }
}
