import ArgumentParser
import Foundation
import SpikeCommandLine

/// The commands that need LibTorch, which another program runs: `spike-learn`, of the package `SpikeLearning`.
let learningCommands: [any ParsableCommand.Type] = [TrainCommand.self, CheckCommand.self]

struct TrainCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a spiking network on pictures; goes on where it was interrupted.")

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

    /// Becomes the program that `SPIKEKIT_LEARN` names, which the wrapper `./spike` sets, or `spike-learn` beside this.
    func run() throws {
        let name = Self.path.joined(separator: " ")
        let environment = ProcessInfo.processInfo.environment
        let program =
            environment["SPIKEKIT_LEARN"]
            ?? Bundle.main.executableURL!.resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "spike-learn").path
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw CommandError(
                "\(name) needs the program spike-learn, and \(program) is none; run it by the wrapper, ./spike \(name)")
        }
        var words = ([program] + Self.path + arguments).map { strdup($0) }
        words.append(nil)
        execv(program, words)
        throw CommandError("\(program): cannot be run: \(String(cString: strerror(errno)))")
    }
}
