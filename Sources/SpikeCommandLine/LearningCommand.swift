import ArgumentParser

/// A command that needs LibTorch. The program `spike-learn` runs it; `spike` lists it and runs `spike-learn`.
///
/// Both programs take names and abstracts from `all`. To add a command, add it there and to the subcommands of
/// `spike-learn`; a test compares the two.
public struct LearningCommand: Sendable, Hashable {
    /// How `spike` treats the command.
    public enum Listing: Sendable, Hashable {
        /// `spike` lists the command in its help, and hands it over to `spike-learn`.
        case handedOver
        /// `spike` does not show the command, which is for programs and developers.
        case hidden
        /// `spike` has a command of the same name, and lists the subcommands beside its own.
        case shared
    }

    /// The word that is typed to call the command.
    public let name: String
    /// The line that describes the command in the help.
    public let abstract: String
    /// How `spike` treats the command.
    public let listing: Listing
    /// The commands below this one.
    public let subcommands: [LearningCommand]

    private init(
        _ name: String, _ abstract: String, _ listing: Listing = .handedOver, _ subcommands: [LearningCommand] = []
    ) {
        self.name = name
        self.abstract = abstract
        self.listing = listing
        self.subcommands = subcommands
    }

    /// All commands, in the order in which the help shows them.
    public static let all = [
        LearningCommand("train", "Trains a spiking network on images; goes on where it was interrupted."),
        LearningCommand("report", "Writes a report on training runs, one HTML file."),
        LearningCommand(
            "evaluate", "Evaluates a trained network on test images, or boxes from files: accuracy, firing rates, mAP."),
        LearningCommand(
            "predict", "Predicts the classes of images, or the boxes in them, with a trained run or with weights."),
        LearningCommand(
            "analyze", "Analyzes neurons and trained runs: firing patterns, codes in use, energy.", .handedOver,
            [
                LearningCommand(
                    "firing-patterns",
                    "Lists the spike patterns of a leaky integrate-and-fire neuron under constant currents."),
                LearningCommand("codes", "Counts the spike patterns that each channel of a trained encoder emits."),
                LearningCommand(
                    "energy", "Estimates the energy of a trained network's synapses per image, with and without spikes."
                ),
            ]),
        LearningCommand(
            "datasets", "Lists the data sets that are known by name, and downloads them.", .handedOver,
            [
                LearningCommand("list", "Says which data sets are on this machine, and where."),
                LearningCommand("fetch", "Downloads a data set into the cache, or continues an interrupted download."),
                LearningCommand("boxes", "Counts the boxes in your own images, says what is wrong, and draws them."),
            ]),
        LearningCommand(
            "gym", "Trains spiking agents in environments of reinforcement learning.", .shared,
            [
                LearningCommand(
                    "train", "Trains a spiking agent in an environment; continues an interrupted run."),
                LearningCommand("evaluate", "Evaluates a trained agent in new episodes."),
                LearningCommand("replay", "Plays an episode with a trained agent, and writes its steps and spikes."),
            ]),
        LearningCommand(
            "check", "Shows the version and the devices of LibTorch, and checks that it computes correctly."),
        LearningCommand("demo", "Learns 5,000 digits of MNIST with each encoding, and reports.", .hidden),
        LearningCommand("speed", "Measures images per second of QKFormer-3-256, T = 4, on 3 × 32 × 32 noise.", .hidden),
    ]

    /// Returns the command with a path. Traps if there is none.
    ///
    /// - Parameter path: The words that are typed, such as `gym train`.
    static func at(_ path: String) -> LearningCommand {
        var (commands, found) = (all, LearningCommand?.none)
        for name in path.split(separator: " ") {
            found = commands.first { $0.name == name }
            commands = found?.subcommands ?? []
        }
        guard let found else { preconditionFailure("LearningCommand: the table holds no command \(path)") }
        return found
    }
}

extension CommandConfiguration {
    /// Creates the configuration of a command of `spike-learn`, with name and abstract from `LearningCommand.all`.
    /// Traps if that holds no such command.
    ///
    /// - Parameters:
    ///   - path: The words that are typed, such as `gym train`.
    ///   - discussion: The text below the abstract in the help.
    ///   - subcommands: The commands below this one.
    ///   - defaultSubcommand: The subcommand that is run if none is named.
    public init(
        learning path: String, discussion: String = "", subcommands: [any ParsableCommand.Type] = [],
        defaultSubcommand: (any ParsableCommand.Type)? = nil
    ) {
        let command = LearningCommand.at(path)
        self.init(
            commandName: command.name, abstract: command.abstract, discussion: discussion,
            shouldDisplay: command.listing != .hidden, subcommands: subcommands, defaultSubcommand: defaultSubcommand)
    }
}
