import BenchmarkSupport
import Foundation
import SpikeEncoding
import SpikeGym

// usage: gym-benchmark [--python PATH]
//
// Steps a second of 16 copies of CartPole-v1 under random actions, real ones: resets at the ends of episodes are not
// counted. Through the pipe, and beside it Gymnasium alone in one process, as a plain loop and in its SyncVectorEnv;
// then the native environment, and encoding the observations. The best of several rounds each.

let arguments = CommandLine.arguments
let python = arguments.firstIndex(of: "--python").flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
let options = GymnasiumOptions(python: python)
let copies = 16
let vectorSteps = 2000

/// Steps of single environments a second.
func speed(of environment: any VectorEnvironment) throws -> Double {
    let random = RandomActions(space: environment.actionSpace, seed: 1)
    let actions = (0..<vectorSteps).map { random.draw(count: copies, at: $0 * copies) }
    _ = try environment.reset(seed: 1)
    let timing = try Timing(calls: 7) {
        for index in 0..<vectorSteps { _ = try environment.step(actions[index]) }
    }
    return Double(copies * vectorSteps) / timing.least
}

/// The same in Python alone; a step of SyncVectorEnv that only resets a copy does not count for it.
let alone = """
    import sys, time, gymnasium, numpy
    copies, steps, rounds = 16, 2000, 7
    actions = numpy.random.default_rng(1).integers(0, 2, (steps, copies))
    def make(): return gymnasium.make("CartPole-v1", disable_env_checker=True)
    environments = [make() for _ in range(copies)]
    for environment in environments: environment.reset()
    def loop():
        start = time.perf_counter()
        for row in actions.tolist():
            for environment, action in zip(environments, row):
                _, _, terminated, truncated, _ = environment.step(action)
                if terminated or truncated: environment.reset()
        return copies * steps / (time.perf_counter() - start)
    vector = gymnasium.vector.SyncVectorEnv([make] * copies)
    vector.reset()
    def synchronous():
        resets, ended, start = 0, numpy.zeros(copies, bool), time.perf_counter()
        for row in actions:
            resets += int(ended.sum())
            _, _, terminated, truncated, _ = vector.step(row)
            ended = terminated | truncated
        return (copies * steps - resets) / (time.perf_counter() - start)
    print(gymnasium.__version__, max(loop() for _ in range(rounds)), max(synchronous() for _ in range(rounds)))
    """

func speedsAlone() throws -> (version: String, loop: Double, synchronous: Double) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [options.python, "-c", alone]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        .split(whereSeparator: \.isWhitespace)
    process.waitUntilExit()
    guard words.count == 3, let loop = Double(words[1]), let synchronous = Double(words[2]) else {
        throw EnvironmentError.noGymnasium(interpreter: options.python)
    }
    return (String(words[0]), loop, synchronous)
}

func row(_ name: String, _ speed: Double) { print("| \(name) | \(Int((speed / 100).rounded()) * 100) |") }

print("| 16 × CartPole-v1 | steps a second |\n| --- | ---: |")
do {
    let pipe = try speed(of: GymnasiumEnvironment("CartPole-v1", count: copies, options: options))
    let alone = try speedsAlone()
    row("Gymnasium \(alone.version), through the pipe", pipe)
    row("Gymnasium \(alone.version) alone, one process, a loop", alone.loop)
    row("Gymnasium \(alone.version) alone, one process, SyncVectorEnv", alone.synchronous)
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
}
let native = CartPole(count: copies)
row("native", try speed(of: native))

let scaler = try ObservationScaler(minimum: [-2.4, -3, -0.25, -3.5], maximum: [2.4, 3, 0.25, 3.5])
let encoders: [(String, UnitCode)] = [
    ("split polarity", .splitPolarity), ("8 receptive fields", .receptiveFields(bins: 8, sigma: 0.1)),
]
for (name, unitCode) in encoders {
    let encoder = try ObservationEncoder(scaler: scaler, steps: 8, unitCode: unitCode)
    var state = ObservationEncoderState(batch: copies, of: encoder)
    let values = native.reset(seed: 1).map { Double($0) }
    let observations = Observations(values: values, featureCount: 4)
    let timing = try Timing(calls: 7) {
        for _ in 0..<vectorSteps { _ = try encoder.encode(observations, &state) }
    }
    row("encoding, \(name), 8 steps of time", Double(copies * vectorSteps) / timing.least)
}
