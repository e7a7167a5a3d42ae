import FileTestSupport
import Foundation
import SpikeEncoding
import SpikeFiles
import SpikeGym
import Testing

@Suite struct GymEncodeTests {
    let program: Program

    init() throws { program = try Program() }

    /// The spikes that `spike gym encode` writes for arguments, [T, B, units].
    func spikes(_ arguments: String) throws -> NPYArray {
        let outcome = try program.run("gym encode \(arguments) --output spikes.npy")
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
        return try NPYArray.read(program.path("spikes.npy"))
    }

    static let bounds = "--low -1,0 --high 1,10"

    func encoder(
        _ coders: ObservationCoders = .rate, _ unitCode: UnitCode = .single, steps: Int = 16, inverted: Bool = false,
        maximumRate: Double = 1, conversion: RateConversion = .deterministic, dialect: Dialect = .standard
    ) throws -> ObservationEncoder {
        try ObservationEncoder(
            scaler: ObservationScaler(minimum: [-1, 0], maximum: [1, 10]), steps: steps, coders: coders,
            unitCode: unitCode, hasInvertedInputs: inverted, maximumRate: maximumRate, conversion: conversion,
            dialect: dialect)
    }

    @Test func everyOptionOfTheEncoderArrives() throws {
        let cases: [(String, ObservationEncoder)] = [
            ("", try encoder()), ("--steps 7", try encoder(steps: 7)), ("--rate-coder", try encoder()),
            ("--split-polarity", try encoder(.rate, .splitPolarity)), ("--no-split-polarity", try encoder()),
            ("--bins 4", try encoder(.rate, .receptiveFields(bins: 4, sigma: 0.1))),
            ("--bins 4 --sigma 0.3", try encoder(.rate, .receptiveFields(bins: 4, sigma: 0.3))),
            ("--inverted --maximum-rate 0.5", try encoder(inverted: true, maximumRate: 0.5)),
            ("--conversion poisson --seed 4", try encoder(conversion: .poisson(seed: 4))),
            ("--conversion deterministic", try encoder()),
            (
                "--inverted --maximum-rate 0.8 --dialect reference",
                try encoder(inverted: true, maximumRate: 0.8, dialect: .reference)
            ),
            ("--dialect reference", try encoder(dialect: .reference)),
            ("--step-coder --thresholds 0.4,0.2", try encoder(.stepAndRate(thresholds: [0.4, 0.2]))),
            ("--step-coder --no-rate-coder --thresholds 0.4", try encoder(.step(thresholds: [0.4]))),
        ]
        let values = [-0.4, 8, 0.3, 2]
        for (options, encoder) in cases {
            var state = ObservationEncoderState(batch: 2, of: encoder)
            let expected = try encoder.encode(Observations(values: values, featureCount: 2), &state)
            let array = try spikes("--observation -0.4,8 --observation 0.3,2 \(Self.bounds) \(options)")
            #expect(array.shape == [expected.steps, 2, expected.units], "\(options)")
            #expect(array.elements == .int8(expected.values), "\(options)")
        }
        // 0.9 · 16 = 14.4.
        let bounds = "--observation 0.9 --low 0 --high 1"
        #expect(try program.run("gym encode \(bounds)").output.contains("1 unit × 16 steps, 15 spikes\n"))
        let reference = try program.run("gym encode \(bounds) --dialect reference").output
        #expect(reference.contains("1 unit × 16 steps, 14 spikes\n"))
    }

    @Test func previousObservationsAreWhatStepsAreAgainst() throws {
        let encoder = try encoder(.step(thresholds: [0.5]), .splitPolarity)
        var state = ObservationEncoderState(batch: 1, of: encoder)
        _ = try encoder.encode(Observations(values: [0, 5], featureCount: 2), &state)
        let expected = try encoder.encode(Observations(values: [0.5, 3], featureCount: 2), &state)
        let array = try spikes(
            "--observation 0.5,3 --previous 0,5 --step-coder --no-rate-coder --thresholds 0.5 --split-polarity "
                + Self.bounds)
        #expect(array.elements == .int8(expected.values))
    }

    @Test func spikesArePrinted() throws {
        let outcome = try program.run("gym encode --observation 0.5,10 --observation 3,0 --steps 4 \(Self.bounds)")
        #expect(
            outcome.output
                == """
                2 observations of 2 features, 2 units × 4 steps, 11 spikes
                row 0 of the batch
                feature 0  ││·│
                feature 1  ││││
                row 1 of the batch
                feature 0  ││││
                feature 1  ····
                feature 0: 1 value out of bounds

                """, "\(outcome.errors)")
        let long = try program.run("gym encode --observation 0.5,10 --bins 50 --steps 200 \(Self.bounds)").output
        #expect(long.contains("\n… and 36 more lines\n") && long.split(separator: "\n")[1].hasSuffix("…"))
    }

    /// Bounds and largest steps come from random episodes of the environment, as CartPole has no bounds of its own.
    @Test func observationsAreEncodedForAnEnvironment() throws {
        let episodes = try EpisodeStatistics(ofRandomEpisodes: 100, in: CartPole(count: 1), seed: 8)
        let scaler = try ObservationScaler(fittedTo: episodes)
        let values = [0.00662101, -0.02290802, -0.00224132, 0.00596699, 0.1, -0.2, 9, 0.4]
        let encoder = try ObservationEncoder(scaler: scaler, steps: 10, unitCode: .splitPolarity)
        var state = ObservationEncoderState(batch: 2, of: encoder)
        let expected = try encoder.encode(Observations(values: values, featureCount: 4), &state)
        let arguments =
            "--env CartPole-v1 --observation 0.00662101,-0.02290802,-0.00224132,0.00596699 "
            + "--observation 0.1,-0.2,9,0.4 --steps 10 --split-polarity --seed 8"
        let array = try spikes(arguments)
        #expect(array.shape == [10, 2, 8] && array.elements == .int8(expected.values))
        let text = try program.run("gym encode \(arguments)").output
        #expect(text.hasPrefix("CartPole-v1: 2 observations of 4 features, 8 units × 10 steps, "))
        #expect(text.hasSuffix("\nangle: 1 value out of bounds\n"))

        let steps = try ObservationEncoder(scaler: scaler, coders: .step(thresholds: scaler.largestSteps!))
        var before = ObservationEncoderState(batch: 1, of: steps)
        _ = try steps.encode(Observations(values: [0, 0, 0, 0], featureCount: 4), &before)
        let change = try steps.encode(Observations(values: [0.01, 0, -0.01, 0], featureCount: 4), &before)
        #expect(
            try spikes(
                "--env CartPole-v1 --observation 0.01,0,-0.01,0 --previous 0,0,0,0 --step-coder --no-rate-coder --seed 8"
            ).elements == .int8(change.values))
        // Bounds of one's own are taken, and the environment tells of the largest steps alone.
        _ = try spikes(
            "--env CartPole-v1 --observation 0,0,0,0 --low -3,-3,-1,-4 --high 3,3,1,4 --step-coder --save-scaler s.json"
        )
        let known = try ObservationScaler.read(program.path("s.json"))
        #expect(known.minimum == [-3, -3, -1, -4] && known.largestSteps?.count == 4)
    }

    /// Acrobot's bounds are ±1 four times, ±4π and ±9π: p is 1, 0, ½, ¾, ½ and 1, clipped.
    @Test(.enabled(if: Python.hasGymnasium)) func gymnasiumsBoundsAreTaken() throws {
        let options = "--env Acrobot-v1 --observation 1,-1,0,0.5,0,99 --steps 8"
        let array = try spikes(options)
        #expect(array.shape == [8, 1, 6])
        let values = array.doubles()
        var counts = [Double](repeating: 0, count: 6)
        for (place, value) in values.enumerated() { counts[place % 6] += value }
        #expect(counts == [8, 0, 4, 6, 4, 8])
        let outcome = try program.run("gym encode \(options)")
        #expect(outcome.output.hasSuffix("\nfeature 5: 1 value out of bounds\n"))
        let seeded = try program.run("gym encode \(options) --seed 3")
        #expect(seeded.status != 0 && seeded.errors.contains("nothing is random here"))
        #expect(try program.run("gym encode \(options) --seed 3 --step-coder").status == 0)
    }

    @Test func environmentsAreObserved() throws {
        let array = try spikes("--env CartPole-v1 --environments 3 --observations 60 --steps 5 --seed 2 --step-coder")
        #expect(array.shape == [300, 3, 8])
        let other = try spikes("--env CartPole-v1 --environments 3 --observations 60 --steps 5 --seed 3 --step-coder")
        #expect(other.shape == array.shape && other != array)
        let native = try spikes(
            "--env CartPole-v1 --native --environments 3 --observations 60 --steps 5 --seed 2 --step-coder")
        #expect(native == array)
        let one = try program.run("gym encode --env CartPole-v1")
        #expect(one.output.hasPrefix("CartPole-v1: 1 observation of 4 features, 4 units × 16 steps, "))
        #expect(one.output.contains("\nangular velocity  "))
    }

    /// An encoder's file says where every option about bounds ended.
    @Test func boundsAreFoundSavedAndLoaded() throws {
        _ = try spikes("--env CartPole-v1 --fit-episodes 20 --seed 5 --save-scaler scaler.json")
        let scaler = try ObservationScaler.read(program.path("scaler.json"))
        let episodes = try EpisodeStatistics(ofRandomEpisodes: 20, in: CartPole(count: 1), seed: 5)
        #expect(try scaler == ObservationScaler(fittedTo: episodes))
        let options = "--observation 0.1,0.2,0.03,0.4 --step-coder --scaler scaler.json"
        let encoder = try ObservationEncoder(
            scaler: scaler, coders: .stepAndRate(thresholds: scaler.largestSteps!))
        var state = ObservationEncoderState(batch: 1, of: encoder)
        let expected = try encoder.encode(Observations(values: [0.1, 0.2, 0.03, 0.4], featureCount: 4), &state)
        #expect(try spikes(options).elements == .int8(expected.values))
        // Bounds of one's own, and largest steps from episodes.
        _ = try spikes(
            "--env CartPole-v1 --low -3,-3,-1,-4 --high 3,3,1,4 --step-coder --save-scaler known.json")
        let known = try ObservationScaler.read(program.path("known.json"))
        #expect(known.minimum == [-3, -3, -1, -4] && known.largestSteps?.count == 4)
    }

    @Test(.enabled(if: Python.hasGymnasium)) func gymnasiumsEnvironmentsAreObserved() throws {
        #expect(
            try spikes("--env MountainCarContinuous-v0 --observations 4 --environments 2 --steps 6 --split-polarity")
                .shape
                == [24, 2, 4])
        let python = Python.interpreter
        let theirs = try spikes(
            "--env CartPole-v1 --gymnasium --python \(python) --observations 9 --fit-episodes 5 --restarts 1 "
                + "--environment-time-limit 30")
        #expect(theirs.shape == [144, 1, 4])
        #expect(
            try program.run("gym encode --env No-v0").errors.hasPrefix("spike: No-v0: cannot be made: NameNotFound"))
        // Bounded features need no episodes.
        _ = try spikes("--env Acrobot-v1 --save-scaler acrobot.json")
        #expect(try ObservationScaler.read(program.path("acrobot.json")).largestSteps == nil)
    }

    @Test(arguments: [
        ("", "give either --env or --observation"),
        ("--env CartPole-v1 --observation 1", "CartPole-v1 observes 4 values, the observation has 1"),
        ("--env CartPole-v1 --observation 1,2,3,4,5", "CartPole-v1 observes 4 values, the observation has 5"),
        ("--env CartPole-v1 --observation 1,2,3,4 --low 0 --high 1", "the bounds are of 1 feature"),
        ("--env CartPole-v1 --observation 1,nan,3,4", "'nan' is no decimal number"),
        ("--env CartPole-v1 --observation 1,inf,3,4", "'inf' is no decimal number"),
        ("--env CartPole-v1 --observation 1,2,3,4 --environments 2", "leave --observation out"),
        ("--env CartPole-v1 --observation 1,2,3,4 --observations 2", "leave --observation out"),
        ("--env CartPole-v1 --observation 1,2,3,1e999", "1e999"),
        (
            "--env CartPole-v1 --observation 1,2,3,4 --low -1,-1,-1,-1 --high 1,1,1,1 --seed 3",
            "nothing is random here"
        ),
        ("--observation 1 --low 0 --high 1 --seed 3", "--seed goes with --env or --conversion poisson"),
        ("--observation 1 --low 0 --high 1 --python x", "go with an environment of Gymnasium's"),
        ("--env CartPole-v1 --python x", "go with an environment of Gymnasium's"),
        ("--env CartPole-v1 --native --restarts 3", "go with an environment of Gymnasium's"),
        ("--observation 1,2", "give --low and --high, or --scaler"),
        ("--observation 1,2 --low 0,0", "--low and --high go together"),
        ("--observation 1,x --low 0,0 --high 1,1", "1,x"),
        ("--observation 1,2 --observation 1 --low 0 --high 1", "as many values each, got 1 and 2"),
        ("--observation 1,2 --low 0 --high 1", "the bounds are of 1 feature, the observation has 2"),
        ("--observation 1 --low 2 --high 1", "maximum must be above minimum 2.0 for feature 0"),
        ("--observation 1 --low 0,1 --high 1", "one value for each of 2 minima"),
        ("--observation nan --low 0 --high 1", "'nan' is no decimal number"),
        ("--observation 1 --low nan --high 1", "'nan' is no decimal number"),
        ("--observation 1 --scaler nowhere.json", "nowhere.json: cannot be read"),
        ("--observation 1 --scaler bad.json", "bad.json: this is no scaler of observations"),
        ("--observation 1 --scaler bad.json --low 0 --high 1", "--scaler has bounds"),
        ("--observation 1 --low 0 --high 1 --fit-episodes 3", "--fit-episodes finds bounds"),
        ("--observation 1 --fit-episodes 3", "go with --env"), ("--env CartPole-v1 --fit-episodes 0", "must be >= 1"),
        ("--observation 1 --low 0 --high 1 --environments 3", "--environments goes with --env"),
        ("--env CartPole-v1 --observations 0", "--observations must be within"),
        ("--observation 1 --low 0 --high 1 --native", "go with --env"),
        ("--env CartPole-v1 --native --gymnasium", "--gymnasium"),
        ("--env Acrobot-v1 --native", "only CartPole-v1 is there without Gymnasium"),
        ("--env CartPole-v1 --low 0 --high 1", "the bounds are of 1 feature, and CartPole-v1 has 4"),
        ("--env CartPole-v1 --gymnasium --python nowhere/python", "nowhere/python: cannot be run"),
        ("--env Acrobot-v1 --python nowhere/python", "nowhere/python: cannot be run"),
        ("--env Acrobot-v1 --native --python x", "go with an environment of Gymnasium's"),
        ("--env CartPole-v1 --environment-time-limit 0", "must be finite and > 0"),
        ("--env CartPole-v1 --restarts -1", "-1"), ("--env CartPole-v1 --no-rate-coder", "goes with --step-coder"),
        ("--env CartPole-v1 --thresholds 1", "--thresholds goes with --step-coder"),
        ("--env CartPole-v1 --step-coder --thresholds 1,2", "step threshold has 2 values for 4 channels"),
        ("--observation 1 --low 0 --high 1 --step-coder", "--step-coder needs --thresholds"),
        ("--observation 1 --low 0 --high 1 --previous 1", "--previous goes with --step-coder"),
        ("--env CartPole-v1 --bins 3 --split-polarity", "leave --split-polarity out"),
        ("--env CartPole-v1 --sigma 0.3", "--sigma goes with --bins"), ("--env CartPole-v1 --bins 1", "bins must be"),
        ("--env CartPole-v1 --steps 0", "steps must be >= 1"),
        ("--env CartPole-v1 --maximum-rate 2", "maximum rate must be > 0 and <= 1"),
        ("--env CartPole-v1 --conversion magic", "magic"), ("--env CartPole-v1 --output x.csv", "takes a .npy file"),
        ("--env CartPole-v1 --output nowhere/x.npy", "nowhere"),
        ("--env CartPole-v1 --save-scaler nowhere/x.json", "nowhere"),
    ]) func failuresAreOneLine(arguments: String, complaint: String) throws {
        try "[]".write(toFile: program.path("bad.json"), atomically: true, encoding: .utf8)
        let outcome = try program.run("gym encode \(arguments)")
        #expect(outcome.status != 0 && outcome.status < 128)
        #expect(outcome.errors.hasPrefix("spike: ") && outcome.errors.contains(complaint), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    /// An environment that hangs must go when the program that started it is killed.
    @Test(.enabled(if: Python.hasGymnasium)) func aKilledProgramLeavesNoOrphan() throws {
        try """
        import os, time, gymnasium, numpy
        class Hanging(gymnasium.Env):
            observation_space = gymnasium.spaces.Box(0, 1, (1,))
            action_space = gymnasium.spaces.Discrete(2)
            def reset(self, **_):
                with open("identifier.part", "w") as file: file.write(str(os.getpid()))
                os.rename("identifier.part", "identifier")
                time.sleep(1000)
        gymnasium.register("Hanging-v0", entry_point=Hanging)
        """.write(toFile: program.path("hanging.py"), atomically: true, encoding: .utf8)
        let process = try program.start("gym encode --env hanging:Hanging-v0")
        func waitUntil(_ isDone: () -> Bool) -> Bool {
            for _ in 0..<600 {
                if isDone() { return true }
                usleep(50_000)
            }
            return false
        }
        #expect(waitUntil { program.exists("identifier") })
        let identifier = try #require(pid_t(program.text("identifier")))
        #expect(kill(identifier, 0) == 0)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        // Gone, or at most an entry in the table that nobody has asked for.
        #expect(
            waitUntil {
                guard kill(identifier, 0) == 0 else { return true }
                let state = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)
                return state?.contains(") Z ") ?? false
            })
    }
}
