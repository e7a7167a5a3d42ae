import ArgumentParser

struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze", abstract: "Looks into neurons and trained runs: firing patterns, codes in use, energy.",
        subcommands: [FiringPatternsCommand.self, CodesCommand.self, EnergyCommand.self])
}
