import ArrayFiles
import Foundation
import SpikingAgents
import TestSupport
import Testing

@Suite struct GymTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A run of a second.
    static let short = [
        "--total-steps", "512", "--environments", "4", "--horizon", "32", "--widths", "12", "--evaluation-episodes",
        "3",
        "--evaluation-interval", "2",
    ]

    func train(_ arguments: String..., name: String = "run") throws -> (output: String, errors: String) {
        let (status, output, errors) = try run(
            ["gym", "train", "--env", "CartPole-v1", "--output", folder.file(name)] + Self.short + arguments)
        #expect(status == 0, "\(errors)")
        return (output, errors)
    }

    @Test func aRunIsTrainedEvaluatedAndReplayed() throws {
        let (output, errors) = try train()
        #expect(output.hasPrefix("\(folder.file("run")): mean return ") && output.contains(" over 3 episodes ("))
        #expect(errors.contains("32 units × 8 steps, up to 512 steps of CartPole-v1"))
        #expect(errors.split(separator: "\n").count { $0.contains(" steps: mean return ") } == 2)
        let report = String(decoding: try folder.bytes("run/report.html"), as: UTF8.self)
        #expect(report.contains("Return over steps") && report.contains("spike gym train <span"))

        let evaluated = try run(["gym", "evaluate", folder.file("run"), "--episodes", "7", "--seed", "5"])
        #expect(evaluated.status == 0 && evaluated.output.contains(", CartPole-v1: mean return "))
        #expect(evaluated.output.contains(" over 7 episodes ("))
        let json = try run(["gym", "evaluate", folder.file("run"), "--episodes", "7", "--seed", "5", "--json"])
        let summary = try #require(
            JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let returns = try #require(summary["returns"] as? [Double])
        #expect(returns.count == 7 && summary["lengths"] as? [Double] == returns)
        #expect(abs(try #require(summary["meanReturn"] as? Double) - returns.reduce(0, +) / 7) < 1e-9)
        let other = try run(["gym", "evaluate", folder.file("run"), "--episodes", "7", "--seed", "6", "--json"])
        #expect(other.output != json.output)

        let replayed = try run([
            "gym", "replay", folder.file("run"), "--seed", "5", "--rows", "2", "--output", folder.file("replay"),
        ])
        #expect(replayed.status == 0, "\(replayed.errors)")
        let lines = replayed.output.split(separator: "\n")
        #expect(
            lines.count == 4 && lines[0].hasPrefix("0: saw ") && !lines[0].contains(" -")
                && lines[3].contains("return \(Int(returns[0])) in "))
        let steps = Int(returns[0])
        let inputs = try NPYArray.read(folder.file("replay/inputs.npy"))
        let neurons = try NPYArray.read(folder.file("replay/neurons.npy"))
        #expect(inputs.shape == [32, 8 * steps] && neurons.shape == [12, 8 * steps])
        let table = String(decoding: try folder.bytes("replay/trajectory.csv"), as: UTF8.self).split(separator: "\n")
        #expect(table[0] == "step,position,velocity,angle,angular velocity,action,reward" && table.count == steps + 1)
        #expect(String(decoding: try folder.bytes("replay/raster.svg"), as: UTF8.self).contains("Spikes of an episode"))
        let plain = try run(["gym", "replay", folder.file("run"), "--seed", "5", "--rows", "0"])
        #expect(plain.output.hasPrefix("return \(steps) in ") && plain.output.split(separator: "\n").count == 1)
    }

    @Test func everyOptionArrives() throws {
        _ = try train(
            "--seeds", "9", "--epochs", "2", "--minibatches", "3", "--learning-rate", "0.001", "--decay", "0.7",
            "--discount", "0.9", "--trace-decay", "0.8", "--clip", "0.3", "--entropy-weight", "0.02", "--value-weight",
            "0.4", "--gradient-limit", "0.6", "--target-return", "600", "--steps", "5", "--step-coder", "--inverted",
            "--split-polarity", "--maximum-rate", "0.9", "--conversion", "poisson", "--threads", "1", "--native",
            "--fit-episodes", "9", "--save-scaler", folder.file("scaler.json"))
        let run = try AgentRun(folder.file("run"))
        let configuration = run.configuration
        #expect(run.seed == 9 && configuration.environment == "CartPole-v1" && !configuration.usesGymnasium)
        #expect(configuration.steps == 512 && configuration.copies == 4 && configuration.horizon == 32)
        #expect(configuration.widths == [12] && configuration.epochs == 2 && configuration.minibatches == 3)
        #expect(configuration.learningRate == 0.001 && configuration.decay == 0.7 && configuration.discount == 0.9)
        #expect(configuration.traceDecay == 0.8 && configuration.clip == 0.3 && configuration.entropyWeight == 0.02)
        #expect(configuration.valueWeight == 0.4 && configuration.gradientLimit == 0.6)
        #expect(configuration.targetReturn == 600 && configuration.evaluationEpisodes == 3)
        #expect(configuration.evaluationInterval == 2)
        let encoder = configuration.encoder
        #expect(encoder.steps == 5 && encoder.unitCount == 32 && encoder.hasInvertedInputs)
        #expect(encoder.unitCode == .splitPolarity && encoder.maximumRate == 0.9)
        #expect(
            encoder.conversion == .poisson(seed: 9)
                && encoder.coders
                    == .stepAndRate(
                        thresholds: encoder.scaler.largestSteps!)
        )
        #expect(FileManager.default.fileExists(atPath: folder.file("scaler.json")))
        // Those that were not asked for.
        _ = try train(name: "plain")
        let plain = try AgentRun(folder.file("plain")).configuration
        #expect(plain.targetReturn == 495 && plain.encoder.unitCode == .receptiveFields(bins: 8, sigma: 0.1))
        #expect(plain.encoder.steps == 8 && plain.encoder.coders == .rate)
    }

    @Test func severalSeedsHaveAFolderEach() throws {
        let (output, _) = try train("--seeds", "3,4", name: "runs")
        #expect(output.split(separator: "\n").count == 2 && output.contains("runs/seed-4: mean return"))
        let results = try JSONSerialization.jsonObject(with: Data(folder.bytes("runs/results.json")))
        #expect((results as? [[String: Any]])?.map { $0["seed"] as? Int } == [3, 4])
        #expect(try AgentRun(folder.file("runs/seed-4")).seed == 4)

        // A single run does not go among them, nor several into a single one.
        let base = ["gym", "train", "--env", "CartPole-v1"] + Self.short
        let single = try run(base + ["--seeds", "3", "--output", folder.file("runs")])
        #expect(single.status != 0 && single.output.isEmpty)
        #expect(single.errors.contains("runs: holds the runs seed-3, seed-4; name one of their folders to go on"))
        let several = try run(base + ["--seeds", "3,4", "--output", folder.file("runs/seed-4")])
        #expect(several.status != 0 && several.errors.contains("seed-4: holds a single run; name another output"))
        #expect(single.errors.split(separator: "\n").count == 1 && several.errors.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: folder.file("runs/seed-4/seed-3")))
        let evaluated = try run(["gym", "evaluate", folder.file("runs")])
        #expect(evaluated.errors.contains("runs: holds the runs seed-3, seed-4; name one of their folders"))
    }

    @Test(
        .enabled(if: Python.has("gymnasium")),
        arguments: [
            "CartPole-v1", "MountainCarContinuous-v0", "Acrobot-v1",
        ]) func gymnasiumsEnvironmentsRun(name: String) throws
    {
        let (status, _, errors) = try run(
            ["gym", "train", "--env", name, "--gymnasium", "--output", folder.file("run"), "--restarts", "1"]
                + Self.short)
        #expect(status == 0, "\(errors)")
        #expect(try AgentRun(folder.file("run")).configuration.usesGymnasium)
        let evaluated = try run(["gym", "evaluate", folder.file("run"), "--episodes", "2"])
        #expect(evaluated.status == 0 && evaluated.output.contains("over 2 episodes"), "\(evaluated.errors)")
        let replayed = try run(["gym", "replay", folder.file("run"), "--output", folder.file("replay")])
        #expect(replayed.status == 0, "\(replayed.errors)")
        if name == "CartPole-v1" {
            // Trained there, tried in the native one.
            #expect(try run(["gym", "evaluate", folder.file("run"), "--episodes", "2", "--native"]).status == 0)
        }
    }

    @Test func failuresAreOneLine() throws {
        _ = try train()
        let own = folder.file("run")
        let cases: [([String], String)] = [
            (["train", "--env", "CartPole-v1"], "--output"), (["train", "--output", "x"], "--env"),
            (
                ["train", "--env", "CartPole-v1", "--output", own],
                "holds a run with other settings: copies is 4 there and 16 here; evaluationEpisodes is 3 there and 100 here"
            ),
            (["train", "--env", "Acrobot-v1", "--native", "--output", "x"], "only CartPole-v1 is there"),
            (
                ["train", "--env", "Acrobot-v1", "--python", "nowhere/python", "--output", "x"],
                "nowhere/python: cannot"
            ),
            (
                ["train", "--env", "CartPole-v1", "--output", "\(own)/configuration.json/x"],
                "the folder cannot be made"
            ),
            (["train", "--env", "CartPole-v1", "--output", "x", "--learning-rate", "0"], "learning rate must be"),
            (["train", "--env", "CartPole-v1", "--output", "x", "--total-steps", "0"], "steps must be >= 1"),
            (
                ["train", "--env", "CartPole-v1", "--output", "x", "--total-steps", "15"],
                "steps must be at least one for each of the 16 copies, got 15"
            ),
            (
                ["train", "--env", "CartPole-v1", "--output", "x", "--widths", "65536,65536,65536,65536,65536"],
                "of memory, and this "
            ),
            (["train", "--env", "CartPole-v1", "--output", "x", "--widths", "12,x"], "12,x"),
            (["train", "--env", "CartPole-v1", "--output", "x", "--widths", "0"], "widths must be"),
            (
                ["train", "--env", "CartPole-v1", "--output", "x", "--environments", "0"],
                "--environments must be within"
            ),
            (["train", "--env", "CartPole-v1", "--output", "x", "--clip", "2"], "clip must be > 0 and < 1, got 2"),
            (["train", "--env", "CartPole-v1", "--output", "x", "--seeds", "1,1"], "--seeds: 1 is there twice"),
            (["train", "--env", "CartPole-v1", "--output", "x", "--bins", "3", "--split-polarity"], "--bins covers"),
            (["train", "--env", "CartPole-v1", "--output", "x", "--device", "cuda:99"], "cuda:99: not there"),
            (["evaluate", "nowhere"], "nowhere: there is no run in it"),
            (["evaluate", own, "--episodes", "0"], "--episodes must be within"),
            (["replay", own, "--rows", "-1"], "--rows must be >= 0"),
            (["replay", own, "--output", "\(own)/configuration.json/x"], "the folder cannot be made"),
            (["replay", "nowhere"], "name the folder of a run"), (["sing"], "sing"),
        ]
        for (arguments, complaint) in cases {
            let (status, output, errors) = try run(["gym"] + arguments)
            #expect(status != 0 && status < 128 && output == "", "\(arguments)")
            #expect(errors.hasPrefix("spike: ") && errors.contains(complaint), "\(arguments): \(errors)")
            #expect(errors.split(separator: "\n").count == 1, "\(errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: "x"))
    }

    /// A run of a few seconds.
    static let long = [
        "gym", "train", "--env", "CartPole-v1", "--environments", "8", "--horizon", "64", "--widths", "24",
        "--evaluation-interval", "3", "--evaluation-episodes", "5", "--target-return", "600",
    ]

    func start(_ arguments: [String]) throws -> (process: Process, errors: Pipe) {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let errors = Pipe()
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, errors)
        try process.run()
        return (process, errors)
    }

    /// Waits until a run has written a checkpoint other than the known one.
    func waitForCheckpoint(_ name: String, of process: Process, after known: Data? = nil) {
        let path = folder.file("\(name)/checkpoint.safetensors")
        while process.isRunning {
            if let found = FileManager.default.contents(atPath: path), found != known { return }
            usleep(10_000)
        }
    }

    @Test(.timeLimit(.minutes(5))) func signalsWriteACheckpointThatARunGoesOnFrom() throws {
        let steps = ["--total-steps", "150000"]
        let whole = try run(Self.long + steps + ["--output", folder.file("whole")])
        #expect(whole.status == 0, "\(whole.errors)")
        let seed = UInt64.random(in: 0..<1_000_000)
        print("signals: seed \(seed)")
        var random = SplitMix64(seed: seed)
        for (signal, name, status) in [(SIGINT, "SIGINT", 130), (SIGTERM, "SIGTERM", 143), (SIGHUP, "SIGHUP", 129)] {
            let known = FileManager.default.contents(atPath: folder.file("run/checkpoint.safetensors"))
            let (process, errors) = try start(Self.long + steps + ["--output", folder.file("run")])
            waitForCheckpoint("run", of: process, after: known)
            usleep(.random(in: 0..<300_000, using: &random))
            let isRunning = process.isRunning
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            guard isRunning, process.terminationStatus != 0 else { break }
            #expect(process.terminationReason == .exit && process.terminationStatus == status, "\(text)")
            let last = text.split(separator: "\n").last ?? ""
            #expect(
                last.hasPrefix("\(folder.file("run")): \(name): stopped after step ")
                    && last.hasSuffix(
                        "; checkpoint → \(folder.file("run/checkpoint.safetensors")); repeat the command to go on"),
                "\(text)")
        }
        // Killed, too: it goes on from the checkpoint before.
        let (process, _) = try start(Self.long + steps + ["--output", folder.file("run")])
        usleep(.random(in: 0..<1_000_000, using: &random))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let last = try run(Self.long + steps + ["--output", folder.file("run")])
        #expect(last.status == 0 && last.errors.contains("; goes on after step "), "\(last.errors)")
        #expect(
            last.output.replacing(folder.file("run"), with: "")
                == whole.output.replacing(folder.file("whole"), with: ""), "seed \(seed)")
        for name in ["weights.safetensors", "episodes.jsonl", "evaluations.jsonl"] {
            #expect(try folder.bytes("run/\(name)") == folder.bytes("whole/\(name)"), "\(name), seed \(seed)")
        }
        #expect(try folder.bytes("run/report.html").count > 10_000)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.file("run")).sorted() == [
                "checkpoint.safetensors", "configuration.json", "episodes.jsonl", "evaluations.jsonl", "report.html",
                "updates.jsonl", "weights.safetensors",
            ])
        // Once more: nothing is left to do.
        let again = try run(Self.long + steps + ["--output", folder.file("run")])
        #expect(again.status == 0 && again.errors.contains("; has finished") && again.output == last.output)
    }

    @Test(.timeLimit(.minutes(2))) func aFolderIsForOneAtATime() throws {
        let arguments = Self.long + ["--total-steps", "100000000", "--output", folder.file("run")]
        let (process, _) = try start(arguments)
        defer { kill(process.processIdentifier, SIGKILL) }
        waitForCheckpoint("run", of: process)
        let second = try run(arguments)
        #expect(second.status == 1 && second.output == "")
        #expect(
            second.errors.hasSuffix(
                "spike: \(folder.file("run")): is in use by process \(process.processIdentifier); wait until that has "
                    + "finished, or choose another folder\n"), "\(second.errors)")
        // Its weights so far can be looked at.
        let evaluated = try run(["gym", "evaluate", folder.file("run"), "--episodes", "1"])
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        // The system let go of the lock; what is asked of the run is another matter.
        let other = try run(arguments + ["--seeds", "1"])
        #expect(
            other.errors.contains("holds a run with other settings: seed is 35 there and 1 here"), "\(other.errors)")
    }

    @Test(.enabled(if: Python.has("gymnasium")), .timeLimit(.minutes(2)), arguments: ["FrozenLake-v1", "Blackjack-v1"])
    func agentsSeeOneHotObservations(name: String) throws {
        let arguments =
            ["gym", "train", "--env", name, "--output", folder.file("run"), "--no-split-polarity"] + Self.short
        let (status, _, errors) = try run(arguments)
        #expect(status == 0 && errors.contains("\(name == "FrozenLake-v1" ? 16 : 45) units × 8 steps"), "\(errors)")
        let replayed = try run(["gym", "replay", folder.file("run"), "--output", folder.file("replay"), "--rows", "0"])
        #expect(replayed.status == 0, "\(replayed.errors)")
        let header = String(decoding: try folder.bytes("replay/trajectory.csv"), as: UTF8.self).prefix { $0 != "\n" }
        #expect(header.hasPrefix(name == "FrozenLake-v1" ? "step,value=0,value=1," : "step,0=0,0=1,"))
    }

    /// Gymnasium's environments go on with other episodes.
    @Test(.enabled(if: Python.has("gymnasium")), .timeLimit(.minutes(3))) func gymnasiumsRunsGoOn() throws {
        let arguments = Self.long + ["--total-steps", "40000", "--gymnasium", "--output", folder.file("run")]
        let (process, _) = try start(arguments)
        waitForCheckpoint("run", of: process)
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationStatus == 143)
        let (status, _, errors) = try run(arguments)
        #expect(status == 0 && errors.contains("; goes on after step "), "\(errors)")
        let records = try AgentRun(folder.file("run")).records()
        #expect(records.updates.last?.step == 40_000 && records.updates.map(\.update) == Array(1...79))
    }

    @Test(.enabled(if: Python.has("gymnasium"))) func flawsOfEnvironmentsAreOneLine() throws {
        try folder.file(
            "spikekit_nan.py",
            Array(
                """
                import gymnasium, numpy
                class Flawed(gymnasium.Env):
                    observation_space = gymnasium.spaces.Dict(
                        {"place": gymnasium.spaces.Box(-1, 1, (2,)), "door": gymnasium.spaces.Discrete(3)})
                    action_space = gymnasium.spaces.Discrete(2)
                    def __init__(self, reward): self.bad = reward
                    def reset(self, *, seed=None, options=None):
                        super().reset(seed=seed)
                        self.steps = 0
                        return self.see(0.0), {}
                    def see(self, value): return {"place": numpy.array([0.5, value], numpy.float32), "door": 1}
                    def step(self, action):
                        self.steps += 1
                        bad = numpy.nan if self.steps == 5 else 1.0
                        return self.see(1.0 if self.bad else bad), bad if self.bad else 1.0, False, False, {}
                for name, reward in [("NaNReward", True), ("NaNObservation", False)]:
                    gymnasium.register(name + "-v0", entry_point=Flawed, kwargs={"reward": reward})
                """.utf8))
        for (name, place) in [
            ("NaNReward", "the reward of copy 0 after step 5 of its episode is NaN"),
            ("NaNObservation", "element 4 (place[1]) of the observation of copy 0 after step 5 of its episode is NaN"),
        ] {
            let (status, _, errors) = try run(
                ["gym", "train", "--env", "spikekit_nan:\(name)-v0", "--output", folder.file(name)] + Self.short,
                environment: ["PYTHONPATH": folder.path])
            #expect(status == 1)
            #expect(
                errors.split(separator: "\n").last?.hasPrefix("spike: spikekit_nan:\(name)-v0: \(place)") == true,
                "\(errors)")
        }
    }
}
