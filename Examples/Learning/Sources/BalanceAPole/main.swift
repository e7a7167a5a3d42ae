// A spiking network learns to balance a pole on a cart from spikes alone, in about a minute.
//
// usage: balance-a-pole [STEPS] [FOLDER]: trains for at most STEPS steps and keeps the run in FOLDER.
import Foundation
import SpikeEncoding
import SpikeGym
import SpikingAgents
import TorchTensors

// A network of this size is fastest on one thread.
try Torch.setThreadCount(1)

let arguments = CommandLine.arguments.dropFirst()
let steps = arguments.first.flatMap { Int($0) } ?? 400_000
let folder = arguments.dropFirst().first ?? "runs/balance-a-pole-\(Int(Date.now.timeIntervalSince1970))"

// Sixteen carts that take their steps together. `GymnasiumEnvironment("CartPole-v1", count: 16)` would be Gymnasium's
// own.
let carts = CartPole(count: 16)

// The possible speeds of a cart are not known beforehand, so the ranges are measured in a hundred random episodes.
// Position, speed, angle and angular speed are then encoded by eight units each, over eight time steps per observation.
let scaler = try ObservationScaler(fittedTo: EpisodeStatistics(ofRandomEpisodes: 100, in: carts, seed: 1))
let encoder = try ObservationEncoder(scaler: scaler, steps: 8, unitCode: .receptiveFields(bins: 8, sigma: 0.1))

var state = ObservationEncoderState(batch: 16, of: encoder)
let first = carts.reset(seed: 1).map { Double($0) }
let spikes = try encoder.encode(Observations(values: first, featureCount: 4), &state)
print("an observation: \(spikes.units) units × \(spikes.steps) steps; the first cart's:")
for (unit, name) in encoder.unitNames(carts.featureNames).enumerated()
where spikes.train(ofRow: 0).unit(unit).contains(1) {
    print(spikes.train(ofRow: 0).unit(unit).map { $0 == 1 ? "│" : "·" }.joined(), name)
}

// Two layers of 64 leaky integrate-and-fire neurons for the actor, and the same for the critic.
var configuration = AgentConfiguration(environment: carts.name, encoder: encoder)
configuration.steps = steps
let trainer = try AgentTrainer(configuration, in: carts, testedIn: CartPole(count: 100), seed: 35, folder: folder)
let evaluation = try trainer.train { event in
    if case .evaluation(let record, _) = event {
        print("after \(record.step) steps: upright for \(record.meanReturn) of 500 steps")
    }
}
print("the best: \(evaluation.mean) ± \(evaluation.standardDeviation), kept in \(folder)")

// The run can be opened later by a program, or by `spike gym evaluate` and `spike gym replay`.
let run = try AgentRun(folder)
let policy = try run.policy(for: CartPole(count: 1))
let episode = try AgentEpisode(of: policy, encoder, in: CartPole(count: 1), seed: 2_000_000)
print(
    "a new episode: \(episode.rewards.count) steps, \(episode.inputs.spikeCount) spikes in, "
        + "\(episode.neurons.spikeCount) spikes of \(episode.neurons.unitCount) neurons")
