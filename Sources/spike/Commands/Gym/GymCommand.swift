import ArgumentParser

struct GymCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gym",
        abstract: "Encodes observations of reinforcement learning's environments; trains spiking agents on them.",
        discussion: """
            spike gym encode --env CartPole-v1 --split-polarity
            spike gym train --env CartPole-v1 --output runs/cart-pole
            """,
        subcommands: [GymEncodeCommand.self],
        groupedSubcommands: [CommandGroup(name: "Learning (with LibTorch)", subcommands: learningCommands(of: "gym"))])
}
