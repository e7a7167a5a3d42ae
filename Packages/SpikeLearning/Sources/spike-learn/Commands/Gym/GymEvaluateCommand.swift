import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeGym
import SpikingAgents

struct GymEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "gym evaluate",
        discussion: """
            spike gym evaluate runs/cart-pole --episodes 100
            spike gym evaluate runs/cart-pole --gymnasium --json

            The agent takes the likeliest action each time. Its environment is the one it was trained in, unless \
            --native or --gymnasium asks for the other.
            """)

    @OptionGroup var agent: AgentOptions

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Episodes to play, 100 if not given.", valueName: "n"),
        transform: wholeNumber)
    var episodes = 100

    @Option(
        parsing: .unconditional,
        help: "Seed of the first episode, 2000000 if not given; the others have the numbers after it.",
        transform: wholeNumber)
    var seed: UInt64 = 2_000_000

    @Flag(help: "Print the result as JSON, with every episode's return.")
    var json = false

    func validate() throws {
        guard (1...1_000_000).contains(episodes) else {
            throw ValidationError("--episodes must be within 1...1000000, got \(episodes)")
        }
    }

    func run() throws {
        let (run, environment, policy, device) = try agent.open(copies: min(episodes, 100))
        defer { environment.close() }
        let evaluation = try AgentEvaluation(
            of: policy, run.configuration.encoder, in: environment, episodes: episodes, seed: seed, device: device)
        guard json else {
            print("\(run.folder), \(run.configuration.environment): \(evaluation.text)")
            return
        }
        struct Summary: Encodable {
            let environment: String
            let meanReturn: Double
            let standardDeviation: Double
            let returns: [Double]
            let lengths: [Int]
            let inputRate: Double
            let actorRate: Double
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let summary = Summary(
            environment: run.configuration.environment, meanReturn: evaluation.mean,
            standardDeviation: evaluation.standardDeviation, returns: evaluation.returns, lengths: evaluation.lengths,
            inputRate: evaluation.inputRate, actorRate: evaluation.actorRate)
        print(String(decoding: try encoder.encode(summary), as: UTF8.self))
    }
}
