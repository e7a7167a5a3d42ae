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
        groupedSubcommands: [CommandGroup(name: "Learning (with LibTorch)", subcommands: gymLearningCommands)])
}

/// The commands of `gym` that need LibTorch.
let gymLearningCommands: [any LearningCommand.Type] = [
    GymTrainCommand.self, GymEvaluateCommand.self, GymReplayCommand.self,
]

struct GymTrainCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a spiking agent in an environment; goes on where it was interrupted.")
    static let path = ["gym", "train"]

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct GymEvaluateCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Says how a trained agent does in new episodes.")
    static let path = ["gym", "evaluate"]

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct GymReplayCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Plays an episode of a trained agent, and keeps its steps and spikes.")
    static let path = ["gym", "replay"]

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}
