import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeTuning

extension LoadedFile {
    /// Says how the file was understood, and on standard error what may have been misunderstood.
    ///
    /// - Parameter json: Whether standard output is for JSON alone.
    func announce(json: Bool = false) {
        if !json {
            print("\(summary)" + (summary.leftOut.contains(where: \.isGuess) ? "; --columns decides otherwise" : ""))
        }
        for warning in summary.warnings { warn("\(summary.file): \(warning)") }
    }

    /// Runs `body`; an error of a value or a channel then names the file and the place in it.
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

/// A line on standard error.
func warn(_ text: String) { ProgressLine().note("spike: warning: \(text)") }
