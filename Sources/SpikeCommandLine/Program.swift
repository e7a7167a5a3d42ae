import ArgumentParser
import ArrayFiles
import Foundation

extension ParsableCommand {
    /// Parses and runs a command of the program whose root this is; every failure is one line on standard error and a
    /// non-zero exit, also where what the command printed could not be written.
    ///
    /// A signal that ends the program leaves no temporary file of `AtomicFile`.
    ///
    /// - Parameter arguments: What follows the program's name; nil for those it was called with.
    public static func runAsProgram(_ arguments: [String]? = nil) -> Never {
        StandardStreams.fillClosed()
        TemporaryFiles.removeWhenSignalled()
        do {
            var command = try parseAsRoot(arguments)
            try command.run()
            finish(0)
        } catch {
            let code = exitCode(for: error)
            // Of a program that this one ran and that has said why.
            if error is ExitCode { finish(code.rawValue) }
            if code == .success {
                print(fullMessage(for: error))
                finish(0)
            }
            let lines = message(for: error).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            let hint = code == .validationFailure ? "; see `spike \(subcommand)--help`" : ""
            StandardStreams.complain("spike: \(lines.joined(separator: " "))\(hint)\n")
            finish(code.rawValue)
        }
    }

    /// Ends the program: with `status`, if what it printed has been written; else with a line that says so and 1, or,
    /// where nobody reads it, by SIGPIPE, as programs end in a pipe.
    private static func finish(_ status: Int32) -> Never {
        guard let problem = StandardStreams.flushOutput() else { Foundation.exit(status) }
        if problem == EPIPE {
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        } else {
            let reason = problem == 0 ? "" : ": \(systemReason(problem))"
            StandardStreams.complain("spike: what was printed could not all be written to standard output\(reason)\n")
        }
        // Without another try at what could not be written.
        _exit(status == 0 ? 1 : status)
    }

    /// The subcommand on the command line with a space, if there is one.
    private static var subcommand: String {
        let names = configuration.subcommands.map { $0.configuration.commandName ?? "" }
        return CommandLine.arguments.dropFirst().first.flatMap { names.contains($0) ? "\($0) " : nil } ?? ""
    }
}
