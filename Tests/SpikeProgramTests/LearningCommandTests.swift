import Foundation
import SpikeCommandLine
import Testing

@testable import spike

/// The commands that need LibTorch are handed over; a script stands in for `spike-learn`.
@Suite struct LearningCommandTests {
    let program: Program
    let standIn: String

    init() throws {
        program = try Program()
        standIn = program.path("spike-learn")
        try "#!/bin/sh\necho \"got $*\"\necho complaint >&2\nexit 7\n".write(
            toFile: standIn, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: standIn)
    }

    static let names = (learningCommands() + learningCommands(of: "gym")).map { $0.path.joined(separator: " ") }

    @Test func theyAreThoseOfTheTableWithoutWhatIsHidden() {
        let shared = LearningCommand.all.filter { $0.listing == .shared }
        #expect(shared.map(\.name) == ["gym"])
        #expect(
            Self.names == LearningCommand.all.filter { $0.listing == .handedOver }.map(\.name)
                + shared[0].subcommands.map { "gym \($0.name)" })
        #expect(Self.names.contains("train") && Self.names.contains("gym train") && !Self.names.contains("speed"))
    }

    @Test(arguments: names) func argumentsAndOutcomeAreHandedOver(name: String) throws {
        let outcome = try program.run("\(name) --device cuda FILE --help", environment: ["SPIKEKIT_LEARN": standIn])
        #expect(outcome.output == "got \(name) --device cuda FILE --help\n")
        #expect(outcome.errors == "complaint\n")
        #expect(outcome.status == 7)
    }

    @Test(arguments: names) func withoutTheProgramOneLineSaysWhatToDo(name: String) throws {
        let outcome = try program.run(name, environment: ["SPIKEKIT_LEARN": program.path("nothing")])
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("spike: \(name) needs the program spike-learn"))
        #expect(outcome.errors.hasSuffix("run it by the wrapper, ./spike \(name)\n"))
    }

    @Test(arguments: names + ["analyze codes", "datasets fetch"]) func helpIsTheirs(name: String) throws {
        let outcome = try program.run("help \(name)", environment: ["SPIKEKIT_LEARN": standIn])
        #expect(outcome.output == "got \(name) --help\n" && outcome.status == 7)
    }

    @Test(arguments: ["", "encode", "gym", "gym encode"]) func otherHelpStaysHere(name: String) throws {
        let help = try program.run("help \(name)", environment: ["SPIKEKIT_LEARN": standIn])
        #expect(help.status == 0 && help.errors == "")
        #expect(try help.output == program.run("\(name) --help").output)
    }

    @Test func helpListsThem() throws {
        let help = try program.run("--help").output
        for command in learningCommands() { #expect(help.contains("\n  \(command.path[0]) ")) }
        let gym = try program.run("gym --help").output
        for command in learningCommands(of: "gym") { #expect(gym.contains("\n  \(command.path[1]) ")) }
    }
}
