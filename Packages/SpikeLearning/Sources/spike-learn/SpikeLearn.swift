import ArgumentParser
import SpikeCommandLine

@main
enum Main {
    static func main() { SpikeLearn.runAsProgram() }
}

/// The part of the program `spike` that needs LibTorch. It calls itself `spike` in messages, because `spike` runs it.
struct SpikeLearn: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spike", abstract: "Trains spiking networks, and uses them.", version: ProgramVersion.text,
        subcommands: [
            TrainCommand.self, ReportCommand.self, EvaluateCommand.self, PredictCommand.self, AnalyzeCommand.self,
            DatasetsCommand.self, GymCommand.self, CheckCommand.self, DemoCommand.self,
            SpeedCommand.self,
        ])
}
