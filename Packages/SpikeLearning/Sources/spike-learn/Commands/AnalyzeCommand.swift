import ArgumentParser
import SpikeCommandLine

struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "analyze",
        subcommands: [FiringPatternsCommand.self, CodesCommand.self, EnergyCommand.self])
}
