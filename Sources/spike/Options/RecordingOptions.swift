import ArgumentParser
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles

/// The recording to work on.
struct RecordingOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The recording: CSV, NPY, WAV, FLAC, OGG or AIFF.", valueName: "FILE"))
    var file: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("In Hz, for files that do not say, or say it wrong.", valueName: "Hz"))
    var samplingRate: Double?

    @Option(parsing: .unconditional, help: columnsHelp)
    var columns: String?

    func validate() throws {
        if let samplingRate, !(samplingRate.isFinite && samplingRate > 0) {
            throw ValidationError("--sampling-rate must be finite and > 0, got \(samplingRate)")
        }
        _ = try columnSelection(columns)
    }

    func load() throws -> LoadedFile<Signal> {
        try RecordingFile.load(file, samplingRate: samplingRate, columns: columnSelection(columns))
    }

    /// The file as codecs of observations read it: a row each.
    func loadObservations() throws -> LoadedFile<Observations> {
        try ObservationFile.load(file, samplingRate: samplingRate, columns: columnSelection(columns))
    }

    /// Whether a recording's samples are the rows that codecs of observations read: NPY has them the other way round, and
    /// audio is not read so.
    var isTableOfObservations: Bool { ["csv", "tsv", "txt"].contains(fileExtension(file)) }

    /// The words of a command line that say which recording and how it is read; they give these options again.
    var arguments: [String] {
        [ShellCommand.fileArgument(file)] + option("sampling-rate", samplingRate) + option("columns", columns)
    }
}

/// Of `--columns`, wherever a recording is read.
let columnsHelp = ArgumentHelp(
    "The columns that are channels, by name or number from 1, such as ECG,4-6,8- (all but times and counters); of NPY and "
        + "audio, the channels' numbers.", valueName: "c[,c…]")

/// What `--columns` chooses.
func columnSelection(_ text: String?) throws -> ColumnSelection? {
    guard let text else { return nil }
    guard let selection = ColumnSelection(text) else {
        throw ValidationError(
            "--columns takes names, numbers from 1, and ranges that go upwards, such as ECG,4-6,8-, got \(text)")
    }
    return selection
}

/// An option's words on a command line; none for an option that was not given.
func option<Value>(_ name: String, _ value: Value?) -> [String] { value.map { ["--\(name)", "\($0)"] } ?? [] }

struct ThreadOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Threads to use (all processors).")
    var threads: Int = defaultThreadCount

    func validate() throws {
        if threads < 1 { throw ValidationError("--threads must be >= 1, got \(threads)") }
    }
}

/// Spikes a second cannot be limited without knowing what a second is.
func requireRate(of signal: Signal, for spikesPerSecond: Double?) throws {
    if spikesPerSecond != nil && signal.samplingRate == nil {
        throw CommandError(
            "--spikes-per-second needs a sampling rate, which the recording does not say; give --sampling-rate")
    }
}
