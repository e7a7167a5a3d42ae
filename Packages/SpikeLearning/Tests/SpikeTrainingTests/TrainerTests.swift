import Foundation
import SpikeDatasets
import SpikeTraining
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct TrainerTests {
    /// Grey images of 8 × 8 pixels: class 0 is bright above, class 1 below.
    static func halves(train: Int = 64, test: Int = 20) throws -> ImageDataset {
        func split(_ count: Int, _ seed: UInt64) throws -> ImageSplit {
            let noise = try Tensor.integers([count, 1, 8, 8], in: 0..<100, from: RandomStream(seed: seed))
            let labels = try Tensor((0..<count).map { $0 % 2 })
            let rows = try (Tensor.arange(8) >= 4).to(.int64).reshaped(1, 1, 8, 1)
            let isBright = try (rows .== labels.reshaped(count, 1, 1, 1)).to(.int64)
            return try ImageSplit(images: (noise + isBright * 120.0).to(.uint8), labels: labels)
        }
        return try ImageDataset(
            name: "halves", classNames: ["above", "below"], train: split(train, 1), test: split(test, 2))
    }

    static func configuration(_ change: (inout TrainingConfiguration) -> Void = { _ in }) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        configuration.epochs = 3
        configuration.batch = 16
        configuration.steps = 2
        change(&configuration)
        return configuration
    }

    private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = NSTemporaryDirectory() + "spikekit-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    private func onOneThread<Result>(_ body: () throws -> Result) throws -> Result {
        let before = Torch.threadCount
        try Torch.setThreadCount(1)
        defer { try? Torch.setThreadCount(before) }
        return try body()
    }

    /// Of 64 images: batches of 16 are 4, of 63 one and a single image that joins it, of 60 two.
    @Test(
        arguments: [
            (16, 3, false, "only 12 updates of the weights (3 epochs of 4 batches)"),
            (16, 12, false, "only 48 updates"),
            (16, 13, false, nil), (63, 1, false, "only 1 update of the weights (1 epoch of 1 batch)"),
            (60, 25, false, nil), (60, 25, true, "only 25 updates"), (64, 49, true, "only 49 updates"),
        ] as [(Int, Int, Bool, String?)])
    func fewUpdatesAreSaid(batch: Int, epochs: Int, dropLast: Bool, text: String?) throws {
        try withFolder { folder in
            let configuration = Self.configuration {
                ($0.batch, $0.epochs, $0.dropLast) = (batch, epochs, dropLast)
            }
            let remark = try Trainer(configuration, on: Self.halves(), seed: 1, folder: folder).updateRemark
            #expect((remark == nil) == (text == nil) && remark?.contains(text ?? "") != false, "\(remark ?? "")")
        }
    }

    struct Interruption: Error {}

    static let everyChoice: [TrainingConfiguration] =
        TrainingConfiguration.Encoding.allCases.map { encoding in configuration { $0.encoding = encoding } }
        + [
            configuration { $0.learn = [.neuron] },
            configuration {
                $0.encoding = .ttfs
                $0.surrogate = false
            },
            configuration { $0.precision = .bf16 },
            configuration {
                $0.encoding = .phase
                $0.convolution = false
            },
            configuration {
                $0.encoding = .rate
                $0.encoderChannels = 3
            },
            configuration {
                $0.encoding = .ttfs
                $0.convolution = false
                $0.model = "qkformer-3-32"
                $0.epochs = 1
            },
            configuration {
                $0.model = "qkformer-3-32"
                $0.epochs = 1
            },
        ]

    @Test(arguments: everyChoice) func runs(configuration: TrainingConfiguration) throws {
        try withFolder { folder in
            let trainer = try Trainer(configuration, on: Self.halves(), seed: 3, folder: folder)
            let evaluation = try trainer.run()
            #expect(evaluation.count == 20)
            #expect(trainer.epochs.count == configuration.epochs)
            #expect(trainer.epochs.allSatisfy { $0.trainLoss.isFinite && $0.testLoss.isFinite })
            let yaml = try String(contentsOfFile: "\(folder)/configuration.yaml", encoding: .utf8)
            #expect(try TrainingConfiguration(yaml: yaml, path: "configuration") == configuration)
            let weights = try Safetensors.read("\(folder)/weights.safetensors").tensors
            #expect(try Set(weights.keys) == Set(trainer.network.state().keys))
            let width = configuration.model == "small" ? 32 : 4
            let expected = configuration.convolution ? [width, 3][configuration.encoderChannels > 0 ? 1 : 0] : 1
            #expect(trainer.network.input.channels == expected)

            let run = try TrainedRun(folder: folder)
            #expect(run.description.configuration == configuration && run.description.seed == 3)
            #expect(run.epochs == trainer.epochs && run.evaluation == evaluation)
            let images = try Tensor.uniform([2, 1, 8, 8], from: RandomStream(seed: 7))
            trainer.network.evaluate()
            let restored = try run.network()
            #expect(try trainer.network(images).equals(restored(images)))
        }
    }

    @Test func learnsWhichHalfIsBright() throws {
        try withFolder { folder in
            let configuration = Self.configuration {
                $0.epochs = 8
                $0.encoding = .phase
            }
            let evaluation = try Trainer(configuration, on: Self.halves(), seed: 1, folder: folder).run()
            #expect(evaluation.accuracy > 0.9)
            #expect(evaluation.confusion[0].reduce(0, +) == 10)
        }
    }

    /// Interrupted after any batch, also twice, and taken up again: the same bits as without. With 57 images an epoch ends
    /// with a batch of 9.
    @Test(arguments: [(1, 64), (4, 64), (6, 64), (3, 57), (4, 57)])
    func goesOnWhereItStood(interruption: Int, trainCount: Int) throws {
        let configuration = Self.configuration {
            $0.mixup = 0.2
            $0.flip = true
            $0.crop = 1
        }
        func weights(_ folder: String) throws -> [String: Tensor] {
            try Safetensors.read("\(folder)/weights.safetensors").tensors
        }
        try onOneThread {
            try withFolder { whole in
                try withFolder { parts in
                    let dataset = try Self.halves(train: trainCount)
                    let expected = try Trainer(configuration, on: dataset, seed: 5, folder: whole).run()
                    for _ in 0..<2 {
                        var batches = 0
                        #expect(throws: Interruption.self) {
                            try Trainer(
                                configuration, on: dataset, seed: 5, folder: parts, checkpointInterval: 0
                            ).run { event in
                                guard case .batch = event else { return }
                                batches += 1
                                if batches == interruption { throw Interruption() }
                            }
                        }
                    }
                    let resumed = try Trainer(configuration, on: dataset, seed: 5, folder: parts)
                    #expect(try resumed.run() == expected)
                    let (a, b) = (try weights(whole), try weights(parts))
                    #expect(a.keys.sorted() == b.keys.sorted())
                    for (name, tensor) in a { #expect(try tensor.equals(b[name]!), "\(name)") }
                    func figures(_ folder: String) throws -> [[Double]] {
                        try Trainer(configuration, on: dataset, seed: 5, folder: folder).epochs.map {
                            [$0.trainLoss, $0.trainAccuracy, $0.testLoss, $0.testAccuracy, $0.learningRate]
                        }
                    }
                    #expect(try figures(whole) == figures(parts))
                }
            }
        }
    }

    @Test func aFinishedRunStaysAsItIs() throws {
        try withFolder { folder in
            let configuration = Self.configuration()
            let first = try Trainer(configuration, on: Self.halves(), seed: 1, folder: folder).run()
            var events = 0
            let again = try Trainer(configuration, on: Self.halves(), seed: 1, folder: folder).run { _ in events += 1 }
            #expect(first == again && events == 0)
        }
    }

    @Test func anotherRunsFolderIsRefused() throws {
        try withFolder { folder in
            _ = try Trainer(Self.configuration(), on: Self.halves(), seed: 1, folder: folder).run()
            let error = #expect(throws: TrainingError.self) {
                try Trainer(Self.configuration { $0.batch = 8 }, on: Self.halves(), seed: 1, folder: folder)
            }
            #expect(error!.description.contains("belongs to a run with other settings"))
            #expect(throws: TrainingError.self) {
                try Trainer(Self.configuration(), on: Self.halves(), seed: 2, folder: folder)
            }
        }
    }

    @Test func aLossThatIsNoNumberStopsTheRun() throws {
        try withFolder { folder in
            let configuration = Self.configuration {
                $0.learningRate = 1e30
                $0.epochs = 20
            }
            let error = #expect(throws: TrainingError.self) {
                try Trainer(configuration, on: Self.halves(), seed: 1, folder: folder).run()
            }
            #expect(error!.description.contains("lower the learning rate"))
        }
    }

    @Test func whatIsNoRunIsNamed() throws {
        func problem(_ folder: String) -> String {
            #expect(throws: TrainingError.self) { try TrainedRun(folder: folder) }?.description ?? ""
        }
        try withFolder { folder in
            #expect(problem(folder).contains("there is no run in it"))
            #expect(throws: Interruption.self) {
                try Trainer(Self.configuration(), on: Self.halves(), seed: 1, folder: folder).run { _ in
                    throw Interruption()
                }
            }
            #expect(problem(folder).contains("the run has not finished"))
        }
    }

    /// The numbers of images in the batches of one epoch, learning rates, and whether all figures are finite.
    private func batchCounts(
        _ trainCount: Int, _ change: (inout TrainingConfiguration) -> Void
    ) throws -> (batches: Int, trainer: Trainer) {
        try withFolder { folder in
            let trainer = try Trainer(
                Self.configuration(change), on: Self.halves(train: trainCount), seed: 1, folder: folder)
            var batches = 0
            _ = try trainer.run { if case .batch = $0 { batches += 1 } }
            return (batches, trainer)
        }
    }

    /// 57 images at 29 a batch are 29 and 28; the learning rate falls over all steps, by the cosine's formula.
    @Test func theLastBatchIsTrainedOn() throws {
        let kept = try batchCounts(57) { ($0.batch, $0.epochs) = (29, 2) }
        #expect(kept.batches == 4)
        let dropped = try batchCounts(57) { ($0.batch, $0.epochs, $0.dropLast) = (29, 2, true) }
        #expect(dropped.batches == 2)
        func rate(_ step: Int, of steps: Int) -> Double {
            1e-5 + (1e-3 - 1e-5) / 2 * (1 + cos(Double.pi * Double(step) / Double(steps)))
        }
        for (found, expected) in zip(kept.trainer.epochs.map(\.learningRate), [rate(1, of: 4), rate(3, of: 4)]) {
            #expect(abs(found - expected) < 1e-9, "\(found) \(expected)")
        }
        for (found, expected) in zip(dropped.trainer.epochs.map(\.learningRate), [rate(0, of: 2), rate(1, of: 2)]) {
            #expect(abs(found - expected) < 1e-9, "\(found) \(expected)")
        }
        // A batch that is not full is all there is.
        #expect(try batchCounts(20) { ($0.batch, $0.epochs, $0.dropLast) = (29, 1, true) }.batches == 1)
        #expect(try batchCounts(20) { ($0.batch, $0.epochs) = (29, 1) }.batches == 1)
    }

    /// The accuracy on training images counts all of them: thirds of three, not halves of two.
    @Test func everyImageCounts() throws {
        let trainer = try batchCounts(3) { ($0.batch, $0.epochs) = (2, 4) }.trainer
        #expect(trainer.epochs.allSatisfy { abs($0.trainAccuracy * 3 - ($0.trainAccuracy * 3).rounded()) < 1e-12 })
        #expect(trainer.epochs.contains { $0.trainAccuracy != 0 })
    }

    /// At one step, 33 images at 16 a batch: the last one alone is no batch, and no figure is less than a number.
    @Test(arguments: ["small", "qkformer-3-32"]) func oneImageLeftOver(model: String) throws {
        let trainer = try batchCounts(33) { configuration in
            configuration.model = model
            (configuration.batch, configuration.epochs, configuration.steps) = (16, 2, 1)
        }.trainer
        #expect(trainer.epochs.count == 2)
        #expect(trainer.epochs.allSatisfy { $0.trainLoss.isFinite && $0.testLoss.isFinite })
    }

    /// A checkpoint of before there was `drop-last` does not name it, and its run dropped the last batch: it goes on so.
    @Test func runsOfBeforeGoOnAsTheyDid() throws {
        try withFolder { folder in
            let configuration = Self.configuration { ($0.batch, $0.epochs, $0.dropLast) = (29, 2, true) }
            let dataset = try Self.halves(train: 57)
            #expect(throws: Interruption.self) {
                try Trainer(configuration, on: dataset, seed: 1, folder: folder).run {
                    if case .epoch = $0 { throw Interruption() }
                }
            }
            let path = "\(folder)/checkpoint.safetensors"
            var (tensors, texts) = try Safetensors.read(path)
            let text = try #require(texts["run"])
            texts["run"] = text.replacing(#""drop-last":true,"#, with: "")
            try #require(texts["run"] != text)
            try Safetensors.write(tensors, metadata: texts, to: path)
            tensors = [:]
            // As its own command is repeated, which does not name the setting either.
            let plain = Self.configuration { ($0.batch, $0.epochs) = (29, 2) }
            let resumed = try Trainer(plain, on: dataset, seed: 1, folder: folder)
            #expect(resumed.configuration.dropLast && resumed.epochs.count == 1)
            var batches = 0
            _ = try resumed.run { if case .batch = $0 { batches += 1 } }
            #expect(batches == 1)
            #expect(try TrainedRun(folder: folder).description.configuration == configuration)
            // And so however often the command is repeated.
            #expect(try Trainer(plain, on: dataset, seed: 1, folder: folder).configuration.dropLast)
        }
        // A run that was begun with the setting is another one than a run without.
        try withFolder { folder in
            let dropping = Self.configuration { ($0.epochs, $0.dropLast) = (1, true) }
            _ = try Trainer(dropping, on: Self.halves(), seed: 1, folder: folder).run()
            let error = #expect(throws: TrainingError.self) {
                try Trainer(Self.configuration { $0.epochs = 1 }, on: Self.halves(), seed: 1, folder: folder)
            }
            #expect(error?.description.contains("belongs to a run with other settings") == true)
        }
    }

    @Test func limitsTakeEvenly() throws {
        try withFolder { folder in
            let configuration = Self.configuration {
                $0.limitTrain = 32
                $0.limitTest = 6
            }
            let trainer = try Trainer(configuration, on: Self.halves(), seed: 1, folder: folder)
            #expect(trainer.dataset.train.count == 32 && trainer.dataset.test.count == 6)
            #expect(trainer.dataset.test.classIndices.filter { $0 == 0 }.count == 3)
        }
    }
}
