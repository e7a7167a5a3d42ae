import ArrayFiles
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeTuning

extension LoadedFile {
    /// Prints how the file was understood, and warns on standard error about what may have been misunderstood.
    ///
    /// - Parameter json: Whether standard output is reserved for JSON; then only warnings are written.
    func announce(json: Bool = false) {
        if !json {
            let hint = summary.samplingRate == nil ? ", and --sampling-rate gives the rate" : ""
            print(
                "\(summary)"
                    + (summary.leftOut.contains(where: \.isGuess) ? "; --columns decides otherwise\(hint)" : ""))
        }
        for warning in summary.warnings { warn("\(summary.file): \(warning)") }
    }

    /// Runs `body`, and adds the file and the place in it to errors about a value or a channel.
    func locatingErrors<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as CodecError {
            throw locating(error) ?? error
        } catch let error as TuningError {
            if case .codec(let error) = error { throw locating(error) ?? error }
            guard let flaw = error.flaw else { throw error }
            throw CommandError("\(summary.file), \(name(ofChannel: flaw.channel)): \(flaw.problem)")
        }
    }
}

/// Writes a warning to standard error, in one line.
func warn(_ text: String) { ProgressLine().note("spike: warning: \(printable(text))") }
