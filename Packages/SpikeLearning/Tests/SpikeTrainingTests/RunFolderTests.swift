import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

/// What a run's folder may hold, and what happens where it holds something else.
@Suite(.leavesNothing) struct RunFolderTests {
    private let folder: TemporaryFolder
    private var run: String { folder.file("run") }

    init() throws { folder = try TemporaryFolder() }

    private func trainer(
        _ seed: UInt64 = 1, in path: String? = nil, _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) throws -> Trainer {
        try Trainer(TrainerTests.configuration(change), on: TrainerTests.halves(), seed: seed, folder: path ?? run)
    }

    private func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(run)/\(name)") }

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(run)/\(name)", atomically: true, encoding: .utf8)
    }

    private func text(_ name: String) throws -> String { try String(contentsOfFile: "\(run)/\(name)", encoding: .utf8) }

    /// The checkpoint's or the weights' tensors with another value in one.
    private func change(_ name: String, _ key: String, to value: Double) throws {
        let (tensors, texts) = try Safetensors.read("\(run)/\(name)")
        let old = try #require(tensors[key])
        let new = try Tensor.full(old.shape, value, dtype: old.dtype)
        try Safetensors.write(tensors.merging([key: new]) { $1 }, metadata: texts, to: "\(run)/\(name)")
    }

    @Test func oneTrainerAtATime() throws {
        do {
            let first = try trainer()
            #expect(
                message { _ = try trainer() }
                    == "\(run): is in use by process \(getpid()); wait until that has finished, or choose another folder"
            )
            _ = try first.run()
            #expect(message { _ = try trainer() } == nil)
            withExtendedLifetime(first) {}
        }
        #expect(!FileManager.default.fileExists(atPath: "\(run)/.lock"))
        // One that throws lets the folder go.
        _ = message { _ = try trainer(2, in: folder.file("other")).run { _ in throw TrainingError("x") } }
        #expect(message { _ = try trainer(2, in: folder.file("other")) } == nil)
    }

    @Test(arguments: [1, 4, 5, 9]) func stopsWithACheckpointAndGoesOn(asked: Int) throws {
        let before = Torch.threadCount
        try Torch.setThreadCount(1)
        defer { try? Torch.setThreadCount(before) }
        let whole = folder.file("whole")
        let expected = try trainer(in: whole).run()
        let stopping = try trainer()
        var questions = 0
        stopping.isAskedToStop = {
            questions += 1
            return questions == asked
        }
        // 4 batches an epoch, and one of the test images.
        let stopped = #expect(throws: Trainer.Stopped.self) { try stopping.run() }
        #expect(stopped?.epoch == (asked - 1) / 5 + 1 && stopped?.batch == min((asked - 1) % 5 + 1, 4))
        #expect(stopped?.batchCount == 4 && stopped?.checkpoint == "\(run)/checkpoint.safetensors")
        #expect(try trainer().run() == expected)
        let (a, b) = try (
            Safetensors.read("\(run)/weights.safetensors").tensors,
            Safetensors.read("\(whole)/weights.safetensors").tensors
        )
        #expect(a.count == b.count)
        for (name, tensor) in a { #expect(try b[name]?.equals(tensor) == true, "\(name)") }
    }

    /// Whether the loss, the test loss or a weight shows it, after the first batch or later.
    @Test(arguments: [(1e30, 16, 20), (1e30, 64, 20), (1e38, 64, 1), (1e300, 64, 1), (1e300, 16, 3)])
    func aDivergingRunSaysSo(rate: Double, batch: Int, epochs: Int) throws {
        let trainer = try trainer { ($0.learningRate, $0.batch, $0.epochs) = (rate, batch, epochs) }
        let problem = try #require(message { _ = try trainer.run() })
        #expect(problem.contains("the run has diverged; lower the learning rate"), "\(problem)")
        let checkpoint = "\(run)/checkpoint.safetensors"
        let isThere = FileManager.default.fileExists(atPath: checkpoint)
        #expect(problem.hasSuffix(isThere ? "the last good checkpoint is \(checkpoint)" : "there is no checkpoint yet"))
        if isThere {
            #expect(
                try trainer.epochs.count
                    == Trainer(trainer.configuration, on: TrainerTests.halves(), seed: 1, folder: run).epochs.count)
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: run) where name.contains(".json") {
            for line in try text(name).split(separator: "\n") {
                #expect(throws: Never.self, "\(name)") { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
            }
        }
        #expect(message { _ = try TrainedRun(folder: run) }?.contains("the run has not finished") == true)
    }

    @Test func weightsThatAreNotFiniteAreOfNoUse() throws {
        _ = try trainer().run()
        for value in [Double.nan, .infinity] {
            try change("weights.safetensors", "head.weight", to: value)
            let problem = message { _ = try TrainedRun(folder: run).network() }
            #expect(
                problem?.hasPrefix("\(run)/weights.safetensors: head.weight holds numbers that are not finite") == true)
        }
        try change("checkpoint.safetensors", "optimizer.second_moment.head.bias", to: .infinity)
        let problem = message { _ = try trainer() }
        #expect(
            problem?.contains("second_moment.head.bias holds numbers that are not finite") == true, "\(problem ?? "")")
    }

    /// A run that has finished and is trained again has its weights afterwards, whatever was in their place.
    @Test func weightsThatAreNotTheRunsAreWrittenAgain() throws {
        let expected = try trainer().run()
        let path = "\(run)/weights.safetensors"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let checkpoint = try Data(contentsOf: URL(fileURLWithPath: "\(run)/checkpoint.safetensors"))
        try checkpoint.write(to: URL(fileURLWithPath: path))
        #expect(message { _ = try TrainedRun(folder: run).network() }?.contains("the state does not fit") == true)
        #expect(try trainer().run() == expected)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
        try change("weights.safetensors", "head.bias", to: 1)
        #expect(try trainer().run() == expected)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
    }

    /// What no training writes: a variance below 0, a threshold that is 0 in float32, weights that overflow.
    @Test func valuesThatMakeNoSenseAreRefused() throws {
        _ = try trainer { $0.encoding = .phase }.run()
        let kept = try Data(contentsOf: URL(fileURLWithPath: "\(run)/checkpoint.safetensors"))
        for (name, value) in [
            ("second.bn.running_var", -1.0), ("first.lif.log_threshold", -1000), ("third.conv.weight", 1e30),
            ("head.bias", 3e38), ("second.bn.num_batches_tracked", -3),
        ] {
            try change("weights.safetensors", name, to: value)
            let used = message { _ = try TrainedRun(folder: run).network() }
            #expect(used?.hasPrefix("\(run)/weights.safetensors: \(name) holds -") == (value < 0), "\(used ?? "")")
            #expect(used?.hasPrefix("\(run)/weights.safetensors: \(name) holds ") == true, "\(used ?? "")")
            try change("weights.safetensors", name, to: 1)
            try change("checkpoint.safetensors", "model.\(name)", to: value)
            let resumed = message { _ = try trainer { $0.encoding = .phase } }
            #expect(resumed?.hasPrefix("\(run)/checkpoint.safetensors: \(name) holds ") == true, "\(resumed ?? "")")
            try kept.write(to: URL(fileURLWithPath: "\(run)/checkpoint.safetensors"))
        }
        try change("checkpoint.safetensors", "optimizer.second_moment.head.bias", to: -1)
        let problem = message { _ = try trainer { $0.encoding = .phase } }
        #expect(problem?.contains("second_moment.head.bias holds -1.0") == true, "\(problem ?? "")")
    }

    @Test func aLayerThatNeverOrAlwaysFiresIsNamed() throws {
        _ = try trainer().run()
        // A shift that no normalized current outweighs.
        try change("weights.safetensors", "second.bn.bias", to: -1e4)
        try change("weights.safetensors", "first.bn.bias", to: 1e4)
        let finished = try TrainedRun(folder: run)
        let evaluation = try finished.evaluate(on: finished.testImages(of: TrainerTests.halves())).evaluation
        let rates = try #require(evaluation.spikeRates)
        #expect(rates[0].rate == 1 && rates[1].rate == 0)
        // Behind zeros there are zeros, whatever the shift of the third layer makes of them.
        let silent = rates[2].rate == 0 ? "second.lif, third.lif" : "second.lif"
        #expect(
            rates.remarks == [
                "layers that never fire: \(silent) (no neuron at any step; what comes after sees only zeros)",
                "layers that always fire: first.lif (every neuron at every step; they tell no image from another)",
            ])
        let others = [1e-9, 1 - 1e-9].map { LayerSpikeRate(name: "a", neurons: 4, rate: $0) }
        #expect(others.remarks.isEmpty)
        // As many as the run had: what it stored, and the whole data set.
        #expect(try TrainedRun(folder: run).evaluation.spikeRates?.count == 3)
    }

    @Test func differingSettingsAreNamed() throws {
        _ = try trainer().run()
        let problem = message {
            _ = try trainer(2) {
                ($0.batch, $0.encoding, $0.learningRate) = (8, .rate, 0.5)
                $0.learn = [.neuron]
            }
        }
        #expect(
            problem
                == "\(run)/checkpoint.safetensors: belongs to a run with other settings: encoding (direct, now rate), learn "
                + "([threshold, decay], now [neuron]), batch (16, now 8), learning-rate (0.001, now 0.5), seed (1, now 2); "
                + "choose another output folder, or the settings of configuration.yaml beside it")
        func description(_ name: String, _ classNames: [String], _ count: Int) -> RunDescription {
            RunDescription(
                configuration: TrainingConfiguration(), seed: 1, datasetName: name, classNames: classNames,
                imageShape: [1, 8, 8], trainCount: count)
        }
        #expect(
            description("halves", ["above", "below"], 64).differences(to: description("others", ["a", "below"], 32))
                == [
                    "data set (halves, now others)", "number of images to train on (64, now 32)",
                    "class 0 (above, now a)",
                ])
        #expect(
            description("d", ["a"], 1).differences(to: description("d", ["a", "b"], 1)) == [
                "number of classes (1, now 2)"
            ])
    }

    @Test func aFinishedRunNeedsNoCheckpoint() throws {
        let expected = try trainer().run()
        let weights = try Data(contentsOf: URL(fileURLWithPath: "\(run)/weights.safetensors"))
        try remove("checkpoint.safetensors")
        var events = 0
        let again = try trainer()
        #expect(again.epochs.count == 3)
        #expect(try again.run { _ in events += 1 } == expected && events == 0)
        #expect(try again.evaluate().confusion == expected.confusion)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(run)/weights.safetensors")) == weights)
        let problem = message { _ = try trainer { $0.batch = 8 } }
        #expect(
            problem?.contains("belongs to a run with other settings: batch (16, now 8)") == true, "\(problem ?? "")")
        try remove("evaluation.json")
        #expect(message { _ = try trainer() }?.contains("neither its checkpoint nor its evaluation") == true)
        try remove("weights.safetensors")
        #expect(try trainer().run() == expected)
    }

    @Test func filesOfAnotherRunAreNamed() throws {
        _ = try trainer().run()
        _ = try trainer(2, in: folder.file("other")) { $0.encoding = .rate }.run()
        let whole = try text("configuration.yaml")
        try write(
            "configuration.yaml", String(contentsOfFile: folder.file("other/configuration.yaml"), encoding: .utf8))
        let problem = message { _ = try TrainedRun(folder: run) }
        #expect(
            problem?.contains(
                "configuration.yaml: is not of the run that weights.safetensors beside it is from: encoding (direct, now rate), "
                    + "seed (1, now 2)") == true, "\(problem ?? "")")
        // The weights say all of it.
        try remove("configuration.yaml")
        #expect(try TrainedRun(folder: run).description.seed == 1)
        #expect(try TrainedRun.folders(at: run) == [run])
        try write("configuration.yaml", whole)
        #expect(try TrainedRun(folder: run).data == nil)
    }

    /// Each file of a run, as no run has it.
    @Test(arguments: [
        ("metrics.jsonl", "{}\n", "metrics.jsonl, line 1: holds no figures of epoch 1"),
        ("metrics.jsonl", "\n[1]\n", "line 1: holds no figures of epoch 1"),
        (
            "metrics.jsonl",
            #"{"epoch":1,"learningRate":0,"seconds":1,"testAccuracy":0.5,"testLoss":null,"trainAccuracy":1,"trainLoss":1}"#,
            "line 1: holds no figures"
        ),
        (
            "metrics.jsonl",
            #"{"epoch":1,"learningRate":0,"seconds":1,"testAccuracy":0.5,"testLoss":1e300,"trainAccuracy":1,"trainLoss":1}"#,
            "line 1: holds no figures"
        ),
        (
            "metrics.jsonl",
            #"{"epoch":2,"learningRate":0,"seconds":1,"testAccuracy":0.5,"testLoss":1,"trainAccuracy":1,"trainLoss":1}"#,
            "line 1: holds no figures"
        ),
        ("evaluation.json", "", "evaluation.json: holds no evaluation of this run"),
        ("evaluation.json", #"{"loss":1,"confusion":[[1]]}"#, "holds no evaluation of this run"),
        ("evaluation.json", #"{"loss":1,"confusion":[[1,2],[3]]}"#, "holds no evaluation of this run"),
        ("evaluation.json", #"{"loss":1,"confusion":[[1,2],[3,-1]]}"#, "holds no evaluation of this run"),
        (
            "evaluation.json", #"{"loss":1,"confusion":[[9223372036854775807,2],[3,9223372036854775807]]}"#,
            "holds no evaluation of this run"
        ),
        ("evaluation.json", #"{"loss":1e300000,"confusion":[[1,2],[3,4]]}"#, "holds no evaluation of this run"),
        (
            "evaluation.json",
            #"{"loss":1,"confusion":[[1,2],[3,4]],"spikeRates":[{"name":"a","neurons":-1,"rate":0}]}"#,
            "holds no evaluation of this run"
        ),
        ("configuration.yaml", "epochs:\n", "configuration.yaml, line 1: epochs has no value"),
        ("configuration.yaml", "epochs: 4\n", "configuration.yaml: is not of the run"),
        ("weights.safetensors", "", "this is no safetensors file"),
    ]) func filesThatHoldSomethingElse(name: String, content: String, expected: String) throws {
        _ = try trainer().run()
        try write(name, content)
        let problem = message { _ = try TrainedRun(folder: run) }
        #expect(problem?.contains(expected) == true, "\(problem ?? "")")
        try remove(name)
        try FileManager.default.createDirectory(atPath: "\(run)/\(name)", withIntermediateDirectories: false)
        let folderProblem = message { _ = try TrainedRun(folder: run) }
        #expect(folderProblem?.hasPrefix("\(run)/\(name)") == true, "\(folderProblem ?? "")")
        #expect(message { _ = try trainer() }?.contains("\(name): is a folder") == true)
    }

    /// What the metadata of weights say a run is.
    @Test(arguments: [
        (#""pictureShape":[1,8,8]"#, #""pictureShape":[1]"#, "images of shape [1] and 2 classes"),
        (#""pictureShape":[1,8,8]"#, #""pictureShape":[2,8,8]"#, "images of shape [2, 8, 8]"),
        (#""pictureShape":[1,8,8]"#, #""pictureShape":[1,8,-8]"#, "images of shape"),
        (#""pictureShape":[1,8,8]"#, #""pictureShape":[1,8,9223372036854775807]"#, "images of shape"),
        (#""pictureShape":[1,8,8]"#, #""pictureShape":[1,4,4]"#, "at least 8 × 8 pixels"),
        (#""classNames":["above","below"]"#, #""classNames":[]"#, "0 classes"),
        (#""steps":2"#, #""steps":0"#, "steps must be a whole number within 1...10000, got 0"),
        (#""steps":2"#, #""steps":-9223372036854775808"#, "steps must be"),
        (#""model":"small""#, #""model":"qkformer-3-64""#, "the state does not fit"),
        (#""model":"small""#, #""model":"qkformer-3-6400000""#, "parameters, with all that training keeps"),
        (#""model":"small""#, #""model":"large""#, "model must be small, or"),
        (#""encoding":"direct""#, #""encoding":"phase""#, "the state does not fit"),
        (#""dataset":"fashion-mnist""#, #""dataset":"letters""#, "dataset must be one of"),
        (#""trainCount":64"#, #""trainCount":-1"#, "which no run has"),
        (#""seed":1"#, #""seed":-1"#, "does not say which run it is from"),
    ]) func descriptionsThatNoRunHas(old: String, new: String, expected: String) throws {
        _ = try trainer().run()
        for name in ["configuration.yaml", "metrics.jsonl"] { try remove(name) }
        let (tensors, texts) = try Safetensors.read("\(run)/weights.safetensors")
        let description = try #require(texts["run"])
        #expect(description.contains(old))
        try Safetensors.write(
            tensors, metadata: ["run": description.replacing(old, with: new)], to: "\(run)/weights.safetensors")
        let problem = message { _ = try TrainedRun(folder: run).network() }
        #expect(
            problem?.contains(expected) == true && problem?.hasPrefix(run) == true || expected.contains("8 × 8"),
            "\(problem ?? "")")
    }

    /// What a checkpoint says of where the run stands.
    @Test(arguments: [
        (#""epoch":3"#, #""epoch":-1"#), (#""epoch":3"#, #""epoch":4"#), (#""batch":0"#, #""batch":-1"#),
        (#""batch":0"#, #""batch":9223372036854775807"#), (#""seconds""#, #""second""#),
        (#""correct":0"#, #""correct":5"#),
        (#""pictures":0"#, #""pictures":-5"#), (#""lossSum":0"#, #""lossSum":1e999"#), (#""batch":0"#, #""batch":2"#),
    ]) func progressThatNoRunHas(old: String, new: String) throws {
        _ = try trainer().run()
        let (tensors, texts) = try Safetensors.read("\(run)/checkpoint.safetensors")
        let progress = try #require(texts["progress"])
        #expect(progress.contains(old), "\(progress)")
        try Safetensors.write(
            tensors, metadata: texts.merging(["progress": progress.replacing(old, with: new)]) { $1 },
            to: "\(run)/checkpoint.safetensors")
        let problem = message { _ = try trainer() }
        #expect(problem?.hasPrefix("\(run)/checkpoint.safetensors: ") == true, "\(problem ?? "")")
    }

    @Test func foldersThatCannotBeMade() throws {
        try folder.file("file", [1])
        #expect(
            message { _ = try trainer(in: folder.file("file")) }?.hasPrefix(
                "\(folder.file("file")): the folder cannot be made") == true)
        #expect(message { _ = try trainer(in: folder.file("file/run")) }?.contains("the folder cannot be made") == true)
    }

    @Test func dataWithoutImagesIsRefused() throws {
        let halves = try TrainerTests.halves()
        let none = try halves.test.limited(.first(0))
        for (train, test, expected) in [(halves.train, none, "to test on"), (none, halves.test, "to train on")] {
            let data = try ImageDataset(
                name: "none", classNames: halves.classNames, train: train, test: test,
                normalization: halves.normalization)
            let problem = message { _ = try Trainer(TrainerTests.configuration(), on: data, seed: 1, folder: run) }
            #expect(problem == "none: there are no images \(expected)")
        }
    }

    @Test func classesThatSayLittleAreNamed() throws {
        let halves = try TrainerTests.halves()
        #expect(halves.remarks == [])
        func data(_ names: [String], train: [Int], test: [Int]) throws -> ImageDataset {
            func split(_ labels: [Int]) throws -> ImageSplit {
                try ImageSplit(
                    images: Tensor.zeros([labels.count, 1, 8, 8], dtype: .uint8), labels: Tensor(labels))
            }
            return try ImageDataset(name: "d", classNames: names, train: split(train), test: split(test))
        }
        #expect(
            try data(["a"], train: [0, 0], test: [0]).remarks
                == ["d: there is one class only, a, to train on: whatever a network answers, its accuracy says nothing"]
        )
        #expect(
            try data(["a", "b", "c"], train: [0, 1, 2], test: [1]).remarks
                == ["d: there are no images of a, c to test on, so accuracy does not say how well they are told"])
        #expect(
            try data(["a", "b"], train: [1, 1], test: [0, 1]).remarks
                == [
                    "d: there is one class only, b, to train on: whatever a network answers, its accuracy says nothing",
                    "d: there are no images of a to train on",
                ])
        let names = (0..<8).map { "n\($0)" }
        #expect(
            try data(names, train: Array(0..<8), test: [0]).remarks[0].contains("n1, n2, n3, n4, n5 and 2 more classes")
        )
        let evaluation = try JSONDecoder().decode(
            Evaluation.self, from: Data(#"{"loss":1,"confusion":[[0,0],[1,2]]}"#.utf8))
        #expect(evaluation.classesWithoutImages == [0])
    }
}
