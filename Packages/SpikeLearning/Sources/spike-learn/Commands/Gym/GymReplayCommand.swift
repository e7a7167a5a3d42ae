import ArgumentParser
import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeGym
import SpikeReports
import SpikingAgents
import TorchTensors

struct GymReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "gym replay",
        discussion: """
            spike gym replay runs/cart-pole
            spike gym replay runs/cart-pole --seed 7 --output replay

            The folder gets trajectory.csv (a row per step), inputs.npy and neurons.npy (int8, units × time steps) and
            raster.svg with both.
            """)

    @OptionGroup var agent: AgentOptions

    @Option(parsing: .unconditional, help: "Seed of the episode, 2000000 if not given.", transform: wholeNumber)
    var seed: UInt64 = 2_000_000

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Steps to print, from the first; 20 if not given.", valueName: "n"),
        transform: wholeNumber)
    var rows = 20

    @Option(help: ArgumentHelp("A folder for the steps and the spikes.", valueName: "folder"))
    var output: String?

    func validate() throws {
        if rows < 0 { throw ValidationError("--rows must be >= 0, got \(rows)") }
    }

    func run() throws {
        let (run, environment, policy, device) = try agent.open(copies: 1)
        defer { environment.close() }
        let encoder = run.configuration.encoder
        let episode = try AgentEpisode(of: policy, encoder, in: environment, seed: seed, device: device)
        let names = environment.featureNames
        if let output { try write(episode, encoder, names, to: output) }
        for row in 0..<min(rows, episode.rewards.count) {
            let observation = episode.observations[row].map { fixed(Double($0), digits: 3) }.joined(separator: " ")
            let action = episode.actions[row].map { fixed(Double($0), digits: 3) }.joined(separator: " ")
            print("\(row): saw \(observation), did \(action), got \(fixed(episode.rewards[row]))")
        }
        if rows < episode.rewards.count && rows > 0 { print("… and \(episode.rewards.count - rows) more steps") }
        print(
            "return \(fixed(episode.total)) in \(counted(episode.rewards.count, "step")), "
                + "\(episode.isTerminated ? "to the episode's own end" : "until it was cut off"); "
                + "\(counted(episode.inputs.spikeCount, "input spike")), \(episode.neurons.spikeCount) of neurons"
                + (output.map { " → \($0)" } ?? ""))
    }

    private func write(
        _ episode: AgentEpisode, _ encoder: ObservationEncoder, _ names: [String], to folder: String
    ) throws {
        try makeOutputFolder(folder)
        let features = (0..<encoder.scaler.featureCount).map { names.isEmpty ? "feature \($0)" : names[$0] }
        let actions = episode.actions[0].indices.map { episode.actions[0].count == 1 ? "action" : "action \($0)" }
        // The keys of a Dict may contain any characters.
        let header = (["step"] + features + actions + ["reward"]).map { name in
            name.contains(where: { $0 == "," || $0 == "\"" }) ? "\"\(name.replacing("\"", with: "\"\""))\"" : name
        }
        var lines = [header.joined(separator: ",")]
        for step in episode.rewards.indices {
            let numbers = episode.observations[step] + episode.actions[step]
            lines.append("\(step)," + numbers.map { "\($0)" }.joined(separator: ",") + ",\(episode.rewards[step])")
        }
        try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: "\(folder)/trajectory.csv")
        for (name, train) in [("inputs", episode.inputs), ("neurons", episode.neurons)] {
            try NPYArray(shape: [train.unitCount, train.stepCount], elements: .int8(train.signs))
                .write(to: "\(folder)/\(name).npy")
        }
        let both = SpikeTrain(
            signs: episode.inputs.signs + episode.neurons.signs,
            unitCount: episode.inputs.unitCount + episode.neurons.unitCount)
        let neurons = episode.widths.enumerated().flatMap { layer, width in
            (0..<width).map { "neuron \(layer + 1)/\($0)" }
        }
        // With more observations, the spikes would merge into grey.
        let end = min(episode.rewards.count, 50) * encoder.steps
        let raster = RasterPlot(
            title: "Spikes of an episode", spikes: both, unitNames: encoder.unitNames(names) + neurons,
            window: 0...Double(end))
        try AtomicFile.write(raster.svg, to: "\(folder)/raster.svg")
    }
}
