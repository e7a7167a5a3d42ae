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

    func validate() throws {
        if let samplingRate, !(samplingRate.isFinite && samplingRate > 0) {
            throw ValidationError("--sampling-rate must be finite and > 0, got \(samplingRate)")
        }
    }

    func read() throws -> Signal { try RecordingFile.read(file, samplingRate: samplingRate) }

    /// The file as codecs of observations read it: a row each.
    func readObservations() throws -> Observations {
        var observations = try ObservationFile.read(file)
        observations.samplingRate = samplingRate ?? observations.samplingRate
        return observations
    }

    /// Whether a recording's samples are the rows that codecs of observations read: NPY has them the other way round, and
    /// audio is not read so.
    var isTableOfObservations: Bool { ["csv", "tsv", "txt"].contains(fileExtension(file)) }

    /// The words of a command line that say which recording and how it is read; they give these options again.
    var arguments: [String] {
        [ShellCommand.fileArgument(file)] + option("sampling-rate", samplingRate)
    }
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
