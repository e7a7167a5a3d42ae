import ArgumentParser
import Foundation
import SpikeCommandLine

/// The commands that need LibTorch, which another program runs: `spike-learn`, of the package `SpikeLearning`.
let learningCommands: [any ParsableCommand.Type] = [
    TrainCommand.self, ReportCommand.self, EvaluateCommand.self, PredictCommand.self, AnalyzeCommand.self,
    DatasetsCommand.self, CheckCommand.self,
]

struct TrainCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a spiking network on images; goes on where it was interrupted.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct ReportCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Writes a report on training runs, one HTML file.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct EvaluateCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Says how a trained network does on test images, and how much it fires.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct PredictCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Says which classes images are of, by a trained run or by weights.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct AnalyzeCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze", abstract: "Looks into neurons and trained runs: firing patterns, codes in use, energy.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct DatasetsCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets", abstract: "Lists the data sets that are known by name, and fetches them.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct CheckCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Says what LibTorch has here, and checks that it computes right.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

/// A command that is listed here and handed over, with all of its arguments.
protocol LearningCommand: ParsableCommand {
    var arguments: [String] { get }
    /// What is typed before the arguments.
    static var path: [String] { get }
}

extension LearningCommand {
    static var path: [String] { [configuration.commandName!] }

    func run() throws { try LearningProgram(for: Self.path).become(arguments) }
}

/// The arguments, with `help train` and the like turned into `train --help`, which the other program answers.
func withHelpHandedOver(_ arguments: [String]) -> [String] {
    guard arguments.first == "help" else { return arguments }
    var commands = Spike.configuration.subcommands
    for word in arguments.dropFirst() {
        guard let command = commands.first(where: { $0.configuration.commandName == word }) else { break }
        if command is any LearningCommand.Type { return arguments.dropFirst() + ["--help"] }
        commands = command.configuration.subcommands
    }
    return arguments
}

/// `spike-learn`: the program that `SPIKEKIT_LEARN` names, which the wrapper `./spike` sets, or the one beside this.
struct LearningProgram {
    /// What it exits with where something that it needs could not be set up; EX_UNAVAILABLE of sysexits.h.
    static let unavailable: Int32 = 69

    private let command: [String]
    private let path: String

    /// - Parameter command: Its words, such as `gym` and `train`.
    /// - Throws: `CommandError` if it is not there.
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

    /// Runs the command in this one's place.
    func become(_ arguments: [String]) throws -> Never {
        execv(path, Self.words([path] + command + arguments))
        throw CommandError("\(path): cannot be run: \(String(cString: strerror(errno)))")
    }

    /// Runs the command, with this one's terminal, and waits for it.
    ///
    /// - Returns: Its exit status; 128 and the signal's number if a signal ended it.
    func run(_ arguments: [String]) throws -> Int32 {
        let environment = Self.words(ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" })
        // What was printed stands before what the command prints.
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

    /// Ends with nil, as C wants it; never freed, as the program is at its end.
    private static func words(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] { texts.map { strdup($0) } + [nil] }
}
