import ArgumentParser
import ArrayFiles
import Foundation

extension ParsableCommand {
    /// Parses the arguments, runs the command that they name, and ends the program. Call this on the root command.
    ///
    /// Every failure is one line on standard error and a non-zero exit status, even if only the command's output could
    /// not be written. A signal that ends the program removes the temporary files of `AtomicFile`.
    /// - Parameter arguments: The arguments after the program's name; `nil` for those that it was called with.
    public static func runAsProgram(_ arguments: [String]? = nil) -> Never {
        StandardStreams.fillClosed()
        TemporaryFiles.removeWhenSignalled()
        let called = calledCommand
        let hint = "; see `\(ShellCommand(called.words + ["--help"]))`"
        if let problem = ArgumentText.problem() {
            StandardStreams.complain("spike: \(problem)\n")
            finish(ExitCode.validationFailure.rawValue)
        }
        if let problem = OptionUse.problem(arguments ?? Array(CommandLine.arguments.dropFirst()), of: called.type) {
            StandardStreams.complain("spike: \(problem)\(hint)\n")
            finish(ExitCode.validationFailure.rawValue)
        }
        do {
            var command = try parseAsRoot(arguments)
            try command.run()
            finish(0)
        } catch {
            let code = exitCode(for: error)
            // The exit status of a program that this one ran, which has reported its error itself.
            if error is ExitCode { finish(code.rawValue) }
            if code == .success {
                print(fullMessage(for: error))
                finish(0)
            }
            let lines = message(for: error).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            // Libraries, which do not know how the program was called, write commands as `spike …`.
            let text = lines.joined(separator: " ").replacing("`spike ", with: "`\(ShellCommand([ProgramName.text])) ")
            StandardStreams.complain("spike: \(text)\(code == .validationFailure ? hint : "")\n")
            finish(code.rawValue)
        }
    }

    /// Ends the program with `status` if its output was written. Otherwise it reports that and exits with `status`, or
    /// 1 if that is 0; if nobody reads the output, SIGPIPE ends it, as is usual in a pipe.
    private static func finish(_ status: Int32) -> Never {
        guard let problem = StandardStreams.flushOutput() else { Foundation.exit(status) }
        if problem == EPIPE {
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        } else {
            let reason = problem == 0 ? "" : ": \(systemReason(problem))"
            StandardStreams.complain("spike: what was printed could not all be written to standard output\(reason)\n")
        }
        // `_exit` does not try again to write the rest of the output.
        _exit(status == 0 ? 1 : status)
    }

    /// The command which was called, and the program's name with the arguments that name the command.
    private static var calledCommand: (words: [String], type: any ParsableCommand.Type) {
        var (words, command) = ([ProgramName.text], self as any ParsableCommand.Type)
        for word in CommandLine.arguments.dropFirst() {
            let below = command.configuration.subcommands
            guard let next = below.first(where: { $0.configuration.commandName == word }) else { break }
            words.append(word)
            command = next
        }
        return (words, command)
    }
}
