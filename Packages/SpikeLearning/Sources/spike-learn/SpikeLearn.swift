import ArgumentParser
import SpikeCommandLine

@main
enum Main {
    static func main() { SpikeLearn.runAsProgram() }
}

/// The part of the program `spike` that needs LibTorch; named `spike` in messages, as `spike` hands over to it.
struct SpikeLearn: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spike", abstract: "Trains spiking networks.",
        subcommands: [TrainCommand.self, CheckCommand.self, GymCommand.self])
}
