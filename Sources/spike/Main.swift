import ArgumentParser
import Foundation

@main
enum Main {
    /// Parses and runs a command; every failure is one line on standard error and a non-zero exit.
    static func main() {
        do {
            var command = try Spike.parseAsRoot()
            try command.run()
        } catch {
            let code = Spike.exitCode(for: error)
            if code == .success { Spike.exit(withError: error) }
            let lines = Spike.message(for: error).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            let hint = code == .validationFailure ? "; see `spike \(subcommand)--help`" : ""
            FileHandle.standardError.write(Data("spike: \(lines.joined(separator: " "))\(hint)\n".utf8))
            exit(code.rawValue)
        }
    }

    /// The subcommand on the command line with a space, if there is one.
    private static var subcommand: String {
        let names = Spike.configuration.subcommands.map { $0.configuration.commandName ?? "" }
        return CommandLine.arguments.dropFirst().first.flatMap { names.contains($0) ? "\($0) " : nil } ?? ""
    }
}

struct Spike: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "spike",
        abstract: "Turns recordings into spikes and back, and finds the spike code that suits a recording.",
        discussion: """
            Recordings are CSV (a column a channel, with or without header and time), NPY (channels × samples), WAV, FLAC, \
            OGG or AIFF. Spikes are HDF5 (can be decoded), NPY or CSV events.

            Try `spike demo`, then `spike compare YOUR-FILE --output report.html`.
            """,
        version: "SpikeKit \(version)",
        subcommands: [
            DemoCommand.self, EncodeCommand.self, DecodeCommand.self, TuneCommand.self, CompareCommand.self,
            PlotCommand.self,
        ])
}

/// What a command was asked for and cannot do, as one line.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
