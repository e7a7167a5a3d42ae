import ArgumentParser
import SpikeCommandLine
import Testing

@testable import spike_learn

/// The commands are those of the table that `spike` lists them from.
@Suite struct LearningCommandTests {
    /// A command as the parser knows it, or as the table has it.
    private struct Entry: Equatable, CustomStringConvertible {
        let name: String
        let abstract: String
        let isShown: Bool
        let subcommands: [Entry]

        var description: String { "\(name): \(abstract) \(isShown) \(subcommands)" }

        init(_ command: any ParsableCommand.Type) {
            let configuration = command.configuration
            name = configuration.commandName ?? "none"
            abstract = configuration.abstract
            isShown = configuration.shouldDisplay
            subcommands = configuration.subcommands.map { Entry($0) }
        }

        init(_ command: LearningCommand) {
            name = command.name
            abstract = command.abstract
            isShown = command.listing != .hidden
            subcommands = command.subcommands.map { Entry($0) }
        }
    }

    @Test func theTableHoldsTheProgramsCommandsAtEveryDepth() {
        let commands = SpikeLearn.configuration.subcommands.map { Entry($0) }
        #expect(commands == LearningCommand.all.map { Entry($0) })
        #expect(commands.count > 5 && commands.contains { !$0.subcommands.isEmpty })
    }

    /// `help` of spike-learn, which no one types, stays as it is.
    @Test func helpShowsThem() throws {
        let help = try run("--help").output
        for command in LearningCommand.all {
            #expect(help.contains("\n  \(command.name) ") == (command.listing != .hidden), "\(command.name)")
        }
    }
}
