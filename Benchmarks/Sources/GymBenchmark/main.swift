import BenchmarkSupport
import Foundation
import SpikeEncoding
import SpikeGym

// usage: gym-benchmark [--quick]
//
// Measures the steps per second of 16 environments of CartPole-v1 under random actions, without the resets at the ends
// of episodes: through the pipe to Gymnasium; in Gymnasium alone in one process, as a plain loop and in its
// SyncVectorEnv; in the native environment; and with encoding of the observations. Prints lines of JSON.

let copies = 16
let vectorSteps = Timing.isQuick ? 100 : 2000

func report(_ name: String, _ timing: Timing, library: String = "SpikeKit") throws {
    try Measurement("gym/\(name)", timing, work: copies * vectorSteps, unit: "steps", library: library).report()
}

func timing(of environment: any VectorEnvironment) throws -> Timing {
    let random = RandomActions(space: environment.actionSpace, seed: 1)
    let actions = (0..<vectorSteps).map { random.draw(count: copies, at: $0 * copies) }
    _ = try environment.reset(seed: 1)
    return try Timing(calls: 7) {
        for index in 0..<vectorSteps { _ = try environment.step(actions[index]) }
    }
}

do {
    let options = GymnasiumOptions()
    let pipe = try timing(of: GymnasiumEnvironment("CartPole-v1", count: copies, options: options))
    let alone = try GymnasiumAlone(python: options.python, copies: copies, steps: vectorSteps)
    let library = "Gymnasium \(alone.version)"
    try report("cartpole/pipe", pipe)
    try report("cartpole/loop", alone.loop, library: library)
    try report("cartpole/sync-vector-env", alone.synchronous, library: library)
} catch let error as EnvironmentError {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
}
let native = CartPole(count: copies)
try report("cartpole/native", timing(of: native))

let scaler = try ObservationScaler(minimum: [-2.4, -3, -0.25, -3.5], maximum: [2.4, 3, 0.25, 3.5])
let encoders: [(String, UnitCode)] = [
    ("split-polarity", .splitPolarity), ("receptive-fields", .receptiveFields(bins: 8, sigma: 0.1)),
]
for (name, unitCode) in encoders {
    let encoder = try ObservationEncoder(scaler: scaler, steps: 8, unitCode: unitCode)
    var state = ObservationEncoderState(batch: copies, of: encoder)
    let values = native.reset(seed: 1).map { Double($0) }
    let observations = Observations(values: values, featureCount: 4)
    try report(
        "encode/\(name)/T=8",
        Timing(calls: 7) { for _ in 0..<vectorSteps { _ = try encoder.encode(observations, &state) } })
}
