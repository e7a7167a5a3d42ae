import BenchmarkSupport
import Foundation
import SpikeGym

/// Measures Gymnasium in its own Python process, without SpikeKit.
///
/// A step of SyncVectorEnv that only resets an environment is not counted for that environment.
struct GymnasiumAlone {
    let version: String
    let loop: Timing
    let synchronous: Timing

    init(python: String, copies: Int, steps: Int) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            python, "-c", Self.script, String(copies), String(steps), Timing.isQuick ? "1" : "7",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace)
        process.waitUntilExit()
        let seconds = words.dropFirst().compactMap { Double($0) }
        guard let version = words.first, seconds.count == words.count - 1, !seconds.isEmpty else {
            throw EnvironmentError.noGymnasium(interpreter: python)
        }
        self.version = String(version)
        loop = Timing(seconds: Array(seconds.prefix(seconds.count / 2)))
        synchronous = Timing(seconds: Array(seconds.suffix(seconds.count / 2)))
    }

    /// The Python program, which prints the version of Gymnasium and then the seconds of each round.
    private static let script = """
        import sys, time, gymnasium, numpy
        copies, steps, rounds = (int(text) for text in sys.argv[1:])
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
            return time.perf_counter() - start
        vector = gymnasium.vector.SyncVectorEnv([make] * copies)
        vector.reset()
        def synchronous():
            resets, ended, start = 0, numpy.zeros(copies, bool), time.perf_counter()
            for row in actions:
                resets += int(ended.sum())
                _, _, terminated, truncated, _ = vector.step(row)
                ended = terminated | truncated
            return (time.perf_counter() - start) * copies * steps / (copies * steps - resets)
        print(gymnasium.__version__, *(loop() for _ in range(rounds)), *(synchronous() for _ in range(rounds)))
        """
}
