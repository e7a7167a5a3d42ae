import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Runs every codec, tuned, on a recording and ranks them.",
        discussion: """
            spike compare ecg.csv --output report.html

            Ranks by the error of the decoded recording. Spikes are counted a channel, bits over all channels.
            """)

    @OptionGroup var recording: RecordingOptions
    @OptionGroup var comparison: ComparisonOptions

    func run() throws {
        let name = (recording.file as NSString).lastPathComponent
        let loaded = try recording.load()
        loaded.announce(json: comparison.json)
        try loaded.locatingErrors {
            try comparison.run(
                loaded.content, title: "Spike codes of \(name)", file: recording.file,
                command: "spike compare \(recording.file)", report: nil, recording: loaded.summary)
        }
    }
}

/// What `compare` and `demo` share.
struct ComparisonOptions: ParsableArguments {
    @OptionGroup var search: SearchOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Lowest error within so many spikes a second and channel.", valueName: "r"))
    var spikesPerSecond: Double?

    @Option(parsing: .unconditional, help: "Seed of all random numbers.")
    var seed: UInt64 = 0

    @OptionGroup var threads: ThreadOptions

    @Flag(help: "Print the result as JSON instead of a table.")
    var json = false

    @Option(help: ArgumentHelp("Write a report, one HTML file.", valueName: "report.html"))
    var output: String?

    func validate() throws {
        if let spikesPerSecond, !(spikesPerSecond.isFinite && spikesPerSecond > 0) {
            throw ValidationError("--spikes-per-second must be finite and > 0, got \(spikesPerSecond)")
        }
    }

    /// Compares, prints the table or JSON, and writes the report.
    ///
    /// - Parameters:
    ///   - file: Of the recording; nil if it is in none.
    ///   - report: Where the report goes if `--output` does not say; nil for no report.
    ///   - recording: How the file was understood.
    func run(
        _ signal: Signal, title: String, file: String?, command: String, report: String?,
        recording: RecordingSummary? = nil
    ) throws {
        try requireDistinct(input: file, output: output)
        try requireRate(of: signal, for: spikesPerSecond)
        let line = ProgressLine()
        let result = try Comparison(
            of: signal, evaluations: search.evaluations, timeLimit: search.timeLimit, spikesPerSecond: spikesPerSecond,
            seed: seed, threads: threads.threads
        ) { line.update($0) }
        line.clear()
        let path = output ?? report
        if let path {
            try AtomicFile.write(result.report(title: title, file: file, command: command).html, to: path)
        }
        if json {
            print(try result.json(file: file, recording: recording))
        } else {
            print(
                result.text + "\n\n\(readable(result.seconds, digits: 2)) s" + (path.map { "; report → \($0)" } ?? ""))
        }
    }
}
