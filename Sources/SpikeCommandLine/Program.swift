import ArgumentParser
import Foundation

extension ParsableCommand {
    /// Parses and runs a command of the program whose root this is; every failure is one line on standard error and a
    /// non-zero exit.
    ///
    /// - Parameter arguments: What follows the program's name; nil for those it was called with.
    public static func runAsProgram(_ arguments: [String]? = nil) -> Never {
        do {
            var command = try parseAsRoot(arguments)
            try command.run()
            exit()
        } catch {
            let code = exitCode(for: error)
            // Of a program that this one ran and that has said why.
            if code == .success || error is ExitCode { exit(withError: error) }
            let lines = message(for: error).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            let hint = code == .validationFailure ? "; see `spike \(subcommand)--help`" : ""
            FileHandle.standardError.write(Data("spike: \(lines.joined(separator: " "))\(hint)\n".utf8))
            exit(withError: code)
        }
    }

    /// The subcommand on the command line with a space, if there is one.
    private static var subcommand: String {
        let names = configuration.subcommands.map { $0.configuration.commandName ?? "" }
        return CommandLine.arguments.dropFirst().first.flatMap { names.contains($0) ? "\($0) " : nil } ?? ""
    }
}
