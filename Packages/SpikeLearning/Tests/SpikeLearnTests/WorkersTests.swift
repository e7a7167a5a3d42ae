import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

/// Training in several processes on this machine against training in one.
@Suite(.serialized) struct WorkersTests {
    private let folder: TemporaryFolder
    private let data: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        data = try TemporaryFolder()
        try ImageFiles.write(to: data)
    }

    /// 24 images: with a batch of 7, an epoch ends with a batch of 3, so that one of four workers has no image.
    private func arguments(_ name: String, epochs: Int = 5, _ others: String...) -> [String] {
        [
            "train", "--dataset", "folder", "--data", data.path, "--side", "8", "--encoding", "phase", "--steps", "2",
            "--epochs", "\(epochs)", "--batch", "7", "--threads", "1", "--set", "flip=true", "--set", "mixup=0.2",
            "--output", folder.file(name),
        ] + others
    }

    private func succeed(_ arguments: [String], environment: [String: String] = [:]) throws {
        let result = try run(arguments, environment: environment)
        try #require(result.status == 0, "\(result.errors)")
    }

    private func weights(_ name: String) throws -> [String: Tensor] {
        try Safetensors.read("\(folder.file(name))/weights.safetensors").tensors
    }

    private func expectSame(_ name: String, _ other: String, within tolerance: Double, _ comment: String = "") throws {
        let (found, expected) = (try weights(name), try weights(other))
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (key, tensor) in expected {
            let difference = try (found[key]!.to(.float64) - tensor.to(.float64)).absolute().maximum().item()
            #expect(difference <= tolerance, "\(key): \(difference) \(comment)")
        }
        let (a, b) = (try TrainedRun(folder: folder.file(name)), try TrainedRun(folder: folder.file(other)))
        #expect(a.evaluation.confusion == b.evaluation.confusion, "\(comment)")
        #expect(a.evaluation.spikeRates == b.evaluation.spikeRates, "\(comment)")
        for (a, b) in zip(a.epochs, b.epochs) {
            #expect(abs(a.trainLoss - b.trainLoss) <= max(tolerance, 1e-12), "\(comment)")
            #expect(abs(a.testLoss - b.testLoss) <= max(tolerance, 1e-12), "\(comment)")
            #expect(a.trainAccuracy == b.trainAccuracy && a.learningRate == b.learningRate, "\(comment)")
        }
    }

    /// 20 updates. Only the order of sums in float32 differs.
    @Test(.timeLimit(.minutes(5))) func severalWorkersTrainAsOne() throws {
        try succeed(arguments("one"))
        for size in [2, 4] {
            try succeed(arguments("\(size)") + ["--workers", "\(size)"])
            try succeed(arguments("\(size)-again") + ["--workers", "\(size)"])
            try expectSame("\(size)", "one", within: 1e-5, "\(size) workers")
            try expectSame("\(size)-again", "\(size)", within: 0, "\(size) workers, again")
            #expect(RunEnvironment(folder: folder.file("\(size)"))?.workers == size)
        }
        // Of two numbers, there is only one sum, whoever adds them up.
        try succeed(arguments("gloo") + ["--workers", "2"], environment: Self.withoutSharedMemory)
        try expectSame("gloo", "2", within: 0)
        #expect(RunEnvironment(folder: folder.file("one"))?.workers == nil)
        // Another loss weight, another share or a normalisation of its own would be seen: updates are of order 1e-3.
        try succeed(arguments("apart") + ["--workers", "2", "--no-sync-batch-norm"])
        try succeed(arguments("apart-again") + ["--workers", "2", "--no-sync-batch-norm"])
        try expectSame("apart-again", "apart", within: 0)
        // Both workers tested with the statistics of worker 0, which are those in the file of the weights.
        let run = try TrainedRun(folder: folder.file("apart"))
        let tested = try run.evaluate(on: run.testImages(of: ImageFolder(data.path, size: 8).read())).evaluation
        #expect(abs(tested.loss - run.evaluation.loss) < 1e-5 && tested.confusion == run.evaluation.confusion)
        let (apart, one) = (try weights("apart")["third.conv.weight"], try weights("one")["third.conv.weight"])
        let difference = try (#require(apart) - #require(one)).absolute().maximum().item()
        #expect(difference > 1e-4)
    }

    @Test(.timeLimit(.minutes(5))) func accumulatedBatchesToo() throws {
        let accumulate = ["--accumulate", "3"]
        try succeed(arguments("one") + accumulate)
        try succeed(arguments("two") + accumulate + ["--workers", "2"])
        try expectSame("two", "one", within: 1e-5)
    }

    /// The interrupted run is another number of workers, after any batch.
    @Test(.timeLimit(.minutes(5)), arguments: [3, 6]) func othersGoOn(interruption: Int) throws {
        struct Interruption: Error {}
        try succeed(arguments("whole"))
        let settings = try RunSettings(file: "\(folder.file("whole"))/configuration.yaml")
        let dataset = try ImageFolder(data.path, size: 8).read()
        let threads = Torch.threadCount
        try Torch.setThreadCount(1)
        defer { try? Torch.setThreadCount(threads) }
        var batches = 0
        #expect(throws: Interruption.self) {
            _ = try Trainer(
                settings.configuration, on: dataset, seed: settings.seed!, folder: folder.file("parts"),
                data: settings.data, checkpointInterval: 0
            ).run { event in
                guard case .batch = event else { return }
                batches += 1
                if batches == interruption { throw Interruption() }
            }
        }
        try succeed(arguments("parts") + ["--workers", "2"])
        try expectSame("parts", "whole", within: 1e-5)
    }

    /// A run with several workers that is asked to stop says so once, and one worker goes on with it.
    @Test(.timeLimit(.minutes(5))) func stoppedWorkersGoOnAsOne() throws {
        let launched = try Launched(arguments("run", epochs: 1_000_000) + ["--workers", "2"])
        try wait { FileManager.default.fileExists(atPath: "\(folder.file("run"))/metrics.jsonl") }
        kill(launched.process.processIdentifier, SIGINT)
        let (status, errors) = launched.outcome()
        #expect(status == .exit(130))
        let lines = errors.split(separator: "\n").filter { $0.contains("SIGINT") || $0.contains("spike:") }
        #expect(lines.count == 1 && lines[0].hasPrefix("SIGINT in epoch "), "\(errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("run"))
        #expect(!names.contains { $0.hasPrefix(".") }, "\(names)")
        let progress = try Safetensors.read("\(folder.file("run"))/checkpoint.safetensors").metadata["progress"] ?? ""
        let place = try JSONDecoder().decode(Checkpoint.Progress.self, from: Data(progress.utf8))
        #expect(place.epoch >= 1)
        let alone = try Launched(arguments("run", epochs: 1_000_000))
        try wait {
            let text = try? String(contentsOfFile: "\(folder.file("run"))/metrics.jsonl", encoding: .utf8)
            return (text ?? "").split(separator: "\n").count > place.epoch
        }
        kill(alone.process.processIdentifier, SIGTERM)
        #expect(alone.outcome().status == .exit(143))
    }

    /// Messages then travel by Gloo alone, as between machines.
    private static let withoutSharedMemory = ["SPIKEKIT_SHARED_MEMORY": "0"]

    /// Kill −9 of any worker at any moment, with shared memory and without. SPIKEKIT_KILLS is the number of moments.
    @Test(.timeLimit(.minutes(20))) func killedWorkersAreStartedAgain() throws {
        let kills = Int(ProcessInfo.processInfo.environment["SPIKEKIT_KILLS"] ?? "") ?? 2
        let seed = UInt64.random(in: 0..<1_000_000)
        print("killed workers: seed \(seed)")
        var random = SplitMix64(seed: seed)
        let begin = ContinuousClock.now
        try succeed(arguments("whole", epochs: 20) + ["--workers", "2"])
        let duration = (ContinuousClock.now - begin) / .seconds(1)
        for number in 0..<kills {
            let launched = try Launched(
                arguments("run-\(number)", epochs: 20) + ["--workers", "2", "--max-restarts", "3"],
                number % 2 == 0 ? [:] : Self.withoutSharedMemory)
            try wait { launched.workers().count == 2 }
            Thread.sleep(forTimeInterval: .random(in: 0...duration, using: &random))
            let victims = launched.workers()
            if let victim = victims.randomElement(using: &random) { kill(victim, SIGKILL) }
            let (status, errors) = launched.outcome()
            #expect(status == .exit(0), "seed \(seed): \(errors)")
            let restarts = errors.split(separator: "\n").filter { $0.contains("restart ") }
            #expect(restarts.count <= 1 && restarts.allSatisfy { $0.contains("was ended by signal 9") }, "\(errors)")
            try expectSame("run-\(number)", "whole", within: 0, "seed \(seed)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("run-\(number)"))
            #expect(!names.contains { $0.hasPrefix(".") }, "seed \(seed): \(names)")
        }
    }

    /// One line that names the worker, a status other than 0, and no process left, within ten seconds.
    @Test(.timeLimit(.minutes(5)), arguments: [SIGKILL, SIGSTOP], [0, 1])
    func aLostWorkerEndsAll(signal: Int32, victim: Int) throws {
        let launched = try Launched(arguments("run", epochs: 1_000_000) + ["--workers", "2"])
        try wait { FileManager.default.fileExists(atPath: "\(folder.file("run"))/metrics.jsonl") }
        // They are started in the order of their ranks.
        let workers = launched.workers().sorted()
        try #require(workers.count == 2)
        let begin = ContinuousClock.now
        kill(workers[victim], signal)
        let (status, errors) = launched.outcome()
        #expect(ContinuousClock.now - begin < .seconds(10))
        #expect(status == .exit(1), "\(errors)")
        let lines = errors.split(separator: "\n").filter {
            $0.contains("spike: ") || $0.contains("worker") && !$0.contains(" workers")
        }
        let named =
            signal == SIGKILL
            ? "worker \(victim) (process \(workers[victim])) was ended by signal 9"
            : "worker \(victim) (process \(workers[victim]) on "
        #expect(lines.count == 1 && lines[0].contains(named) && lines[0].contains("repeat the command"), "\(errors)")
        for worker in workers { #expect(kill(worker, 0) != 0 && errno == ESRCH) }
    }

    @Test(.timeLimit(.minutes(2))) func workersEndWithTheirLauncher() throws {
        let launched = try Launched(arguments("run", epochs: 1_000_000) + ["--workers", "2"])
        try wait { FileManager.default.fileExists(atPath: "\(folder.file("run"))/metrics.jsonl") }
        let workers = launched.workers()
        try #require(workers.count == 2)
        kill(launched.process.processIdentifier, SIGKILL)
        try wait(seconds: 10) { workers.allSatisfy { kill($0, 0) != 0 } }
        _ = launched.outcome()
    }

    private func variables(rank: Int, port: Int) -> [String: String] {
        [
            "SLURM_PROCID": "\(rank)", "SLURM_NTASKS": "2", "SLURM_LOCALID": "\(rank)", "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": "\(port)", "GLOO_SOCKET_IFNAME": loopback,
        ]
    }

    /// Without a launcher of ours: rank 0 serves the store.
    @Test(.timeLimit(.minutes(5))) func theVariablesOfSLURM() throws {
        try succeed(arguments("one"))
        let port = freePort()
        let both = try (0..<2).map { try Launched(arguments("two"), variables(rank: $0, port: port)) }
        for worker in both {
            let (status, errors) = worker.outcome()
            #expect(status == .exit(0), "\(errors)")
            #expect(!errors.contains("spike:"), "\(errors)")
        }
        try expectSame("two", "one", within: 1e-5)
    }

    /// Another seed in one of them: one line in all.
    @Test(.timeLimit(.minutes(5)), arguments: [0, 1]) func aWorkersErrorIsReportedOnce(other: Int) throws {
        let port = freePort()
        let both = try (0..<2).map {
            try Launched(
                arguments("run") + ["--seeds", $0 == other ? "2" : "1"], variables(rank: $0, port: port))
        }
        let outcomes = both.map { $0.outcome() }
        #expect(outcomes.allSatisfy { $0.status != .exit(0) })
        let lines = outcomes.map(\.errors).joined().split(separator: "\n").filter { $0.hasPrefix("spike:") }
        #expect(
            lines == [
                "spike: worker 1: the settings differ from those of worker 0; give all workers the same settings and the "
                    + "same files"
            ], "\(outcomes)")
    }

    @Test(.timeLimit(.minutes(5)), arguments: [SIGKILL, SIGSTOP], [0, 1])
    func withoutLauncherTheOthersNameTheLost(signal: Int32, victim: Int) throws {
        let port = freePort()
        let both = try (0..<2).map {
            try Launched(arguments("run", epochs: 1_000_000), variables(rank: $0, port: port))
        }
        try wait { FileManager.default.fileExists(atPath: "\(folder.file("run"))/metrics.jsonl") }
        let begin = ContinuousClock.now
        kill(both[victim].process.processIdentifier, signal)
        let (status, errors) = both[1 - victim].outcome()
        #expect(ContinuousClock.now - begin < .seconds(10))
        #expect(status == .exit(75), "\(errors)")
        let lines = errors.split(separator: "\n").filter { $0.hasPrefix("spike:") }
        #expect(lines.count == 1, "\(errors)")
        // If worker 0 is lost, so is its store.
        if victim == 1 {
            let process = both[1].process.processIdentifier
            #expect(lines[0].hasPrefix("spike: worker 1 (process \(process) on "), "\(errors)")
        } else {
            #expect(lines.first?.contains("127.0.0.1:\(port)") == true, "\(errors)")
        }
        kill(both[victim].process.processIdentifier, SIGKILL)
        _ = both[victim].outcome()
    }

    @Test(.timeLimit(.minutes(5)), .enabled(if: Python.has("torch"), "needs torch in SPIKEKIT_PYTHON"))
    func underTorchrun() throws {
        try succeed(arguments("one"))
        let launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "--no-python"]
        let launched = try Launched(
            launcher + [program.path] + arguments("two"), ["GLOO_SOCKET_IFNAME": loopback],
            program: URL(fileURLWithPath: Python.interpreter!))
        let (status, errors) = launched.outcome()
        #expect(status == .exit(0), "\(errors)")
        try expectSame("two", "one", within: 1e-5)
    }

    /// torchrun starts all workers again, and the weights are those of an undisturbed run.
    @Test(.timeLimit(.minutes(5)), .enabled(if: Python.has("torch"), "needs torch in SPIKEKIT_PYTHON"))
    func torchrunStartsThemAgain() throws {
        let epochs = 60
        try succeed(arguments("whole", epochs: epochs) + ["--workers", "2"])
        let launcher = [
            "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "--max-restarts", "2",
            "--no-python",
        ]
        let launched = try Launched(
            launcher + [program.path] + arguments("run", epochs: epochs), ["GLOO_SOCKET_IFNAME": loopback],
            program: URL(fileURLWithPath: Python.interpreter!))
        try wait { FileManager.default.fileExists(atPath: "\(folder.file("run"))/metrics.jsonl") }
        if let victim = launched.workers().last { kill(victim, SIGKILL) }
        let (status, errors) = launched.outcome()
        #expect(status == .exit(0), "\(errors)")
        try expectSame("run", "whole", within: 0, errors)
    }

    @Test func wrongOptions() throws {
        for (others, message) in [
            (["--workers", "0"], "--workers must be within 1...256, got 0"),
            (
                ["--max-restarts", "2"],
                "--max-restarts: is for --workers; torchrun has an option of the same name; leave it out"
            ),
            (
                ["--sync-batch-norm"], "--sync-batch-norm: changes nothing with a single process; leave it out"
            ),
            (
                ["--workers", "2", "--print-config"],
                "--print-config: trains nothing, so that --workers changes nothing; leave it out"
            ),
        ] {
            let result = try run(arguments("run") + others)
            #expect(result.status != 0 && result.errors.hasPrefix("spike: \(message)"), "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1)
        }
        let nested = try run(arguments("run") + ["--workers", "2"], environment: variables(rank: 0, port: 1))
        #expect(
            nested.errors
                == "spike: --workers: another launcher has started this process as one of 2; leave --workers out\n")
        // An error that all workers find is reported once.
        let missing = try run(arguments("run") + ["--workers", "3", "--set", "dataset=cifar-10"])
        #expect(missing.status != 0 && missing.errors.split(separator: "\n").count == 1, "\(missing.errors)")
        let patience = try run(
            arguments("run"), environment: variables(rank: 0, port: 1).merging(["SPIKEKIT_WORKER_TIMEOUT": "x"]) { $1 })
        #expect(
            patience.errors == "spike: SPIKEKIT_WORKER_TIMEOUT: must be a number of seconds within 1...86400, got x\n")
    }

    private func wait(seconds: Double = 60, until isSo: () -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(seconds)
        while !isSo() {
            try #require(ContinuousClock.now < limit)
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}
