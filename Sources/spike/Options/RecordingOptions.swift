import ArgumentParser
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles

/// Options that choose the recording and how it is read.
struct RecordingOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The recording: CSV, NPY, WAV, FLAC, OGG or AIFF.", valueName: "FILE"))
    var file: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Sampling rate in Hz; for a file that does not give it, or in place of a wrong one.", valueName: "Hz"),
        transform: decimalNumber)
    var samplingRate: Double?

    @Option(parsing: .unconditional, help: columnsHelp)
    var columns: String?

    func validate() throws {
        try check(samplingRate: samplingRate)
        _ = try columnSelection(columns)
    }

    func load() throws -> LoadedFile<Signal> {
        try RecordingFile.load(file, samplingRate: samplingRate, columns: columnSelection(columns))
    }

    /// Loads the file as codecs of observations read it: each row is one observation.
    func loadObservations() throws -> LoadedFile<Observations> {
        try ObservationFile.load(file, samplingRate: samplingRate, columns: columnSelection(columns))
    }

    /// Whether each sample of the recording is a row, which codecs of observations read. This holds for text files; NPY
    /// has channels as rows, and audio is not read as observations.
    var isTableOfObservations: Bool { ["csv", "tsv", "txt"].contains(fileExtension(file)) }

    /// The arguments that choose this recording and how it is read, for a command line.
    var arguments: [String] {
        [ShellCommand.fileArgument(file)] + option("sampling-rate", samplingRate) + option("columns", columns)
    }
}

/// The help of `--columns`, for all commands that read a recording.
let columnsHelp = ArgumentHelp(
    "The columns that are channels, by name or number from 1, such as ECG,4-6,8- (all but times and counters); of NPY and "
        + "audio, the channels' numbers.", valueName: "c[,c…]")

/// Parses the value of `--columns`.
func columnSelection(_ text: String?) throws -> ColumnSelection? {
    guard let text else { return nil }
    guard let selection = ColumnSelection(text) else {
        throw ValidationError(
            "--columns takes names, numbers from 1, and ranges that go upwards, such as ECG,4-6,8-, got \(text)")
    }
    return selection
}

/// An option's arguments for a command line; empty if the option was not given.
func option<Value>(_ name: String, _ value: Value?) -> [String] { value.map { ["--\(name)", "\($0)"] } ?? [] }

struct ThreadOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Threads to use (all processors).")
    var threads: Int = defaultThreadCount

    func validate() throws {
        if threads < 1 { throw ValidationError("--threads must be >= 1, got \(threads)") }
    }
}

/// Throws if spikes per second are limited, but the sampling rate is unknown.
func requireRate(of signal: Signal, for spikesPerSecond: Double?) throws {
    if spikesPerSecond != nil && signal.samplingRate == nil {
        throw CommandError(
            "--spikes-per-second needs a sampling rate, which the recording does not say; give --sampling-rate")
    }
}

/// Throws for rates at which the times of samples, or figures per second, are beyond what a number holds.
func check(samplingRate: Double?) throws {
    guard let samplingRate, !(1e-9...1e15 ~= samplingRate) else { return }
    throw ValidationError("--sampling-rate must be 1e-9 to 1e15 Hz, got \(samplingRate)")
}
