import ArgumentParser
import Foundation
import SpikeCommandLine

/// The commands that `spike` hands over to `spike-learn`: the words that are typed, and the line in the help.
private let handedOver: [(path: [String], abstract: String)] = LearningCommand.all.flatMap { command in
    switch command.listing {
    case .handedOver: return [([command.name], command.abstract)]
    case .shared: return command.subcommands.map { ([command.name, $0.name], $0.abstract) }
    case .hidden: return []
    }
}

/// The commands below a command of `spike`; if `parent` is `nil`, those on the top level.
func learningCommands(of parent: String? = nil) -> [any HandedOverCommand.Type] {
    types(First.self, count: handedOver.count).filter { $0.path.dropLast() == (parent.map { [$0] } ?? [])[...] }
}

/// A command that is listed here and handed over, with all of its arguments.
protocol HandedOverCommand: ParsableCommand {
    /// The words that are typed before the arguments.
    static var path: [String] { get }
}

/// The parser tells commands apart by their types, so there is a type for each place in the list.
private struct HandedOver<Position: Place>: HandedOverCommand {
    static var path: [String] { handedOver[Position.index].path }

    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: path.last, abstract: handedOver[Position.index].abstract)
    }

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run() throws { try LearningProgram(for: Self.path).become(arguments) }
}

/// A place in a list, as a type.
private protocol Place { static var index: Int { get } }
private enum First: Place { static var index: Int { 0 } }
private enum After<Before: Place>: Place { static var index: Int { Before.index + 1 } }

private func types<Position: Place>(_: Position.Type, count: Int) -> [any HandedOverCommand.Type] {
    count == 0 ? [] : [HandedOver<Position>.self] + types(After<Position>.self, count: count - 1)
}

/// Turns arguments such as `help train` into `train --help`, which `spike-learn` answers; returns other arguments
/// unchanged.
func withHelpHandedOver(_ arguments: [String]) -> [String] {
    guard arguments.first == "help" else { return arguments }
    var commands = Spike.configuration.subcommands
    for word in arguments.dropFirst() {
        guard let command = commands.first(where: { $0.configuration.commandName == word }) else { break }
        if command is any HandedOverCommand.Type { return arguments.dropFirst() + ["--help"] }
        commands = command.configuration.subcommands
    }
    return arguments
}

/// `spike-learn`: the program that `SPIKEKIT_LEARN` names, which the wrapper `./spike` sets, or the one beside this.
struct LearningProgram {
    /// The exit status if something that the program needs could not be set up: EX_UNAVAILABLE of sysexits.h.
    static let unavailable: Int32 = 69

    private let command: [String]
    private let path: String

    /// Finds the program for a command.
    ///
    /// - Parameter command: The words of the command, such as `gym` and `train`.
    /// - Throws: `CommandError` if the program does not exist.
    init(for command: [String]) throws {
        self.command = command
        let name = command.joined(separator: " ")
        let environment = ProcessInfo.processInfo.environment
        path =
            environment["SPIKEKIT_LEARN"]
            ?? Bundle.main.executableURL!.resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "spike-learn").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw CommandError(
                "\(name) needs the program spike-learn, and \(path) is none; run it by the wrapper, ./spike \(name)")
        }
    }

    /// Replaces this process by the command.
    func become(_ arguments: [String]) throws -> Never {
        execv(path, Self.words([path] + command + arguments))
        throw CommandError("\(path): cannot be run: \(String(cString: strerror(errno)))")
    }

    /// Runs the command on the same terminal, and waits for it.
    ///
    /// - Returns: The command's exit status; 128 plus the signal's number if a signal ended it.
    func run(_ arguments: [String]) throws -> Int32 {
        let environment = Self.words(ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" })
        // What was printed so far must come before the command's output.
        fflush(nil)
        var process: pid_t = 0
        let problem = posix_spawn(&process, path, nil, nil, Self.words([path] + command + arguments), environment)
        guard problem == 0 else { throw CommandError("\(path): cannot be run: \(String(cString: strerror(problem)))") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else {
                throw CommandError("\(path): was lost: \(String(cString: strerror(errno)))")
            }
        }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// The texts as C strings, with `nil` at the end. They are never freed, because the program is about to end.
    private static func words(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] { texts.map { strdup($0) } + [nil] }
}
