import ArgumentParser
import TorchTensors

@main
struct SpikeLearn: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "spike", abstract: "Trains spiking networks.")
}
