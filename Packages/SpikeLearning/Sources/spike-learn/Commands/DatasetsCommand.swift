import ArgumentParser
import ArrayFiles
import SpikeCommandLine
import SpikeDatasets

struct DatasetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets", abstract: "Lists the data sets that are known by name, and fetches them.",
        discussion: """
            spike datasets
            spike datasets fetch cifar10
            """,
        subcommands: [List.self, Fetch.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Says which data sets are on this machine, and where.")

        @Option(
            help: ArgumentHelp(
                "Look in this folder alone, instead of SPIKEKIT_DATA, Debian's packages and the cache.",
                valueName: "folder"))
        var data: String?

        @Flag(help: "Print as JSON.")
        var json = false

        func run() throws {
            let finder = DatasetFinder(folder: data)
            let entries = KnownDataset.allCases.map { DatasetEntry($0, finder) }
            print(json ? try readableJSON(entries) : DatasetEntry.table(entries))
        }
    }

    struct Fetch: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fetch", abstract: "Downloads a data set into the cache, or goes on with that.",
            discussion: "spike datasets fetch fashion-mnist")

        @Argument(
            help: ArgumentHelp(
                "One of \(KnownDataset.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"))
        var name: String

        func run() throws {
            guard let dataset = KnownDataset(rawValue: name) else {
                let names = KnownDataset.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandError("datasets fetch: there are \(names); got \(name)")
            }
            let finder = DatasetFinder()
            if let location = try finder.locate(dataset) {
                print("\(dataset.title): already in \(location.path) (\(location.source.rawValue))")
                return
            }
            let line = ProgressLine()
            defer { line.clear() }
            let location = try finder.download(dataset) { line.update($0.progress($1)) }
            line.clear()
            print("\(dataset.title): now in \(location.path)")
        }
    }
}
