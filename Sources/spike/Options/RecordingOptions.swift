import ArgumentParser
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles

/// Options that choose the recording and how it is read.
struct RecordingOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("\(recordingHelp)", valueName: "FILE"))
    var file: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Sampling rate in Hz; for a file that does not give it, or in place of a wrong one.", valueName: "Hz"),
        transform: decimalNumber)
    var samplingRate: Double?

    @OptionGroup var part: RecordingPart

    func validate() throws {
        try check(samplingRate: samplingRate)
    }

    func load() throws -> LoadedFile<Signal> { try part.load(file, samplingRate: samplingRate) }

    /// Loads the file as codecs of observations read it: each row is one observation.
    func loadObservations() throws -> LoadedFile<Observations> {
        try ObservationFile.load(
            file, samplingRate: samplingRate, columns: columnSelection(part.columns),
            skippedRows: part.skipRows ?? 0)
    }

    /// Whether each sample of the recording is a row, which codecs of observations read.
    var isTableOfObservations: Bool { ObservationFile.isTable(file) }

    /// The arguments that choose this recording and how it is read, for a command line.
    var arguments: [String] {
        [file == "-" ? file : ShellCommand.fileArgument(file)] + option("sampling-rate", samplingRate)
            + option("columns", part.columns) + option("variable", part.variable) + option("skip-rows", part.skipRows)
    }
}

/// Options that choose the part of a file that is the recording, for all commands that read one.
struct RecordingPart: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The columns that are channels, by name or number from 1, such as ECG,4-6,8- (all but times and counters); of "
                + "files without names, the channels' numbers.", valueName: "c[,c…]"))
    var columns: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The array to read from an NPZ or MATLAB file that holds several.", valueName: "name"))
    var variable: String?

    @Option(
        parsing: .unconditional,
        help: "Lines of text to pass over before the table (0); comments are passed over anyway.",
        transform: wholeNumber)
    var skipRows: Int?

    func validate() throws {
        _ = try columnSelection(columns)
        if let skipRows, !(0...1_000_000_000 ~= skipRows) {
            throw ValidationError("--skip-rows must be 0 to 1000000000, got \(skipRows)")
        }
    }

    func load(_ file: String, samplingRate: Double?) throws -> LoadedFile<Signal> {
        try RecordingFile.load(
            file, samplingRate: samplingRate, columns: columnSelection(columns), variable: variable,
            skippedRows: skipRows ?? 0)
    }
}

/// What can be a recording, for all commands that read one.
let recordingHelp =
    "The recording: \(RecordingFile.readableFormats.dropLast().joined(separator: ", ")) or "
    + "\(RecordingFile.readableFormats.last!), perhaps with .gz; - is standard input."

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
