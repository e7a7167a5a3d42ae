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

            Codecs are ranked by the error of the decoded recording. Spikes are counted per channel, bits for all channels.
            """)

    @OptionGroup var recording: RecordingOptions
    @OptionGroup var comparison: ComparisonOptions

    func run() throws {
        let name = (recording.file as NSString).lastPathComponent
        let loaded = try recording.load()
        loaded.announce(json: comparison.json)
        try loaded.locatingErrors {
            try comparison.run(
                loaded.content, observations: observations(loaded.content), title: "Spike codes of \(name)",
                recording: recording, summary: loaded.summary,
                command: [ProgramName.text, "compare"] + recording.arguments,
                report: nil)
        }
    }

    /// The recording as `spike encode` reads it for codecs of observations; `nil` unless these are the same samples.
    private func observations(_ signal: Signal) throws -> Observations? {
        guard recording.isTableOfObservations, signal.channelCount > 1 else { return nil }
        let read = try recording.loadObservations().content
        guard read.featureCount == signal.channelCount, read.rowCount == signal.sampleCount else { return nil }
        return Observations(
            values: read.values, featureCount: read.featureCount, samplingRate: signal.samplingRate,
            featureNames: signal.channelNames, unit: signal.unit, startTime: signal.startTime)
    }
}

/// Options that `compare` and `demo` share.
struct ComparisonOptions: ParsableArguments {
    @OptionGroup var search: SearchOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Search for the lowest error with at most this many spikes per second and channel.", valueName: "r"),
        transform: decimalNumber)
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

    /// The arguments that give these options again, without those of the output, for a command line.
    var arguments: [String] {
        search.arguments + option("spikes-per-second", spikesPerSecond) + option("seed", seed)
    }

    /// Compares the codecs, prints the table or JSON, and writes the report.
    ///
    /// - Parameters:
    ///   - observations: The recording as codecs of observations read it; `nil` to give them the signal's samples.
    ///   - recording: The options of the recording; `nil` if it is not from a file.
    ///   - summary: How the file was understood; `nil` if the recording is not from a file.
    ///   - command: The arguments that, together with these options, repeat the comparison.
    ///   - report: The path of the report if `--output` does not name one; `nil` for no report.
    func run(
        _ signal: Signal, observations: Observations? = nil, title: String, recording: RecordingOptions?,
        summary: RecordingSummary? = nil, command: [String], report: String?
    ) throws {
        let path = output ?? report
        if let path { try requireOutput(path, extensions: reportExtensions, inputs: [recording?.file]) }
        try requireRate(of: signal, for: spikesPerSecond)
        let line = ProgressLine()
        let result = try Comparison(
            of: signal, observations: observations, evaluations: search.evaluations, timeLimit: search.timeLimit,
            spikesPerSecond: spikesPerSecond,
            seed: seed, threads: threads.threads
        ) { line.update($0) }
        line.clear()
        guard !result.entries.isEmpty else {
            throw CommandError("no codec keeps within \(readable(spikesPerSecond ?? 0)) spikes per second; allow more")
        }
        let command = ShellCommand(command + arguments)
        if let path {
            try AtomicFile.write(result.report(title: title, recording, command: command).html, to: path)
        }
        if json {
            print(try result.json(recording, summary, command: command))
        } else {
            print(
                result.text + "\n\n\(readable(result.seconds, digits: 2)) s" + (path.map { "; report → \($0)" } ?? ""))
        }
    }
}
