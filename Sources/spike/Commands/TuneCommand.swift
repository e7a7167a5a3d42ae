import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports
import SpikeTuning

struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Finds a codec's parameters for a recording.",
        discussion: """
            spike tune ecg.csv --codec lif
            spike tune ecg.csv --codec step-forward --spikes-per-second 20 --json --output history.svg

            The parameters on the command line are the first trial, so tuning never makes the result worse. Codecs: \
            \(codecNames(where: \.isTunable)).
            """)

    @OptionGroup var recording: RecordingOptions
    @OptionGroup var codec: CodecOptions
    @OptionGroup var search: SearchOptions
    @OptionGroup var threads: ThreadOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Search for the lowest error with at most this many spikes per second and channel.", valueName: "r"),
        transform: decimalNumber)
    var spikesPerSecond: Double?

    @Flag(help: "Print the result as JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "A file for the trials: .json holds all of them; .svg draws them (several channels side by side), and so do .png "
                + "and .pdf where rsvg-convert, of librsvg, is installed.", valueName: "OUT.{json,svg,png,pdf}"))
    var output: String?

    func validate() throws {
        guard codec.codec.isTunable else {
            throw ValidationError("\(TuningError.notTunable(codec: codec.codec.name))")
        }
        if let spikesPerSecond, !(spikesPerSecond.isFinite && spikesPerSecond > 0) {
            throw ValidationError("--spikes-per-second must be finite and > 0, got \(spikesPerSecond)")
        }
        if CodecFlag.rangeFlags.contains(where: codec.has) {
            throw ValidationError("tune scales by the recording's own range; leave --minimum and --maximum out")
        }
    }

    func run() throws {
        let target = try output.map(target)
        let loaded = try recording.load()
        let signal = loaded.content
        loaded.announce(json: json)
        try requireRate(of: signal, for: spikesPerSecond)
        let tuner = Tuner(
            objective: spikesPerSecond.map { .meanSquaredErrorWithin(spikesPerSecond: $0) } ?? .meanSquaredError,
            evaluations: search.evaluations, timeLimit: search.timeLimit, seed: codec.seed ?? 0,
            threads: threads.threads)
        let given = try codec.makeCodec()
        let line = ProgressLine()
        let start = ContinuousClock.now
        let result = try loaded.locatingErrors {
            try tuner.tune(given, for: signal) { progress in
                line.update(
                    "tuning \(codec.codec.name), channel \(progress.channel): trial \(progress.trial) of "
                        + "\(progress.evaluations), best objective \(readable(progress.best))")
            }
        }
        line.clear()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let summary = TuningSummary(
            result, of: signal, recording: loaded.summary, seconds: seconds,
            command: encodeCommand(result.codec, recording), tuneCommand: command(given))
        switch target {
        case .trials(let path):
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try AtomicFile.write(encoder.encode(result), to: path)
        case .plot(let file): try file.write(TuningHistory(result, of: signal).plot)
        case nil: break
        }
        print(json ? try summary.json : summary.text)
        if let output, !json { print("trials → \(output)") }
    }

    /// The command that repeats this search, starting from the same codec.
    private func command(_ given: Codec) -> ShellCommand {
        ShellCommand(
            [ProgramName.text, "tune"] + recording.arguments + given.commandLineArguments + search.arguments
                + option("spikes-per-second", spikesPerSecond) + option("seed", codec.seed ?? 0))
    }

    private enum Target {
        case trials(String)
        case plot(PlotFile)
    }

    private func target(_ path: String) throws -> Target {
        guard fileExtension(path) == "json" else {
            return .plot(try PlotFile(path, inputs: [recording.file], others: ["json"]))
        }
        try requireOutput(path, extensions: ["json"], inputs: [recording.file])
        return .trials(path)
    }
}

/// Options that limit the search.
struct SearchOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("Trials per channel.", valueName: "n"))
    var evaluations = 1000

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Stop searching a codec after so many seconds.", valueName: "s"),
        transform: decimalNumber)
    var timeLimit: Double?

    /// The arguments that give these options again, for a command line.
    var arguments: [String] { option("evaluations", evaluations) + option("time-limit", timeLimit) }

    func validate() throws {
        if evaluations < 1 || evaluations > 10_000_000 {
            throw ValidationError("--evaluations must be 1…10000000, got \(evaluations)")
        }
        if let timeLimit, !(timeLimit.isFinite && timeLimit > 0) {
            throw ValidationError("--time-limit must be finite and > 0, got \(timeLimit)")
        }
    }
}
