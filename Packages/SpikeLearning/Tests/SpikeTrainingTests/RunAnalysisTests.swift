import Foundation
import SpikeDatasets
import SpikeTraining
import SpikingLayers
import SpikingModels
import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite(.leavesNothing) struct RunAnalysisTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(
        _ name: String = "run", _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) throws -> TrainedRun {
        let configuration = TrainerTests.configuration {
            $0.encoding = .phase
            $0.epochs = 4
            $0.steps = 3
            change(&$0)
        }
        _ = try Trainer(configuration, on: TrainerTests.halves(), seed: 2, folder: folder.file(name)).run()
        return try TrainedRun(folder: folder.file(name))
    }

    @Test(arguments: [TrainingConfiguration.Precision.fp32, .bf16])
    func evaluationIsThatOfTraining(precision: TrainingConfiguration.Precision) throws {
        let run = try run { $0.precision = precision }
        let images = try run.testImages(of: TrainerTests.halves())
        var batches: [Int] = []
        let result = try run.evaluate(on: images) { done, count in batches += [done, count] }
        #expect(result.evaluation == run.evaluation)
        #expect(result.shuffled == nil && batches == [1, 1])

        #expect(result.spikeRates.map(\.name) == ["first.lif", "second.lif", "third.lif"])
        // 8 × 8 pixels, halved with each layer.
        #expect(result.spikeRates.map(\.neurons) == [32 * 16, 64 * 4, 128])
        #expect(result.spikeRates.allSatisfy { 0...1 ~= $0.rate })
        let network = try run.network()
        let batch = try images.batch(0, epoch: 0).images
        let spikes = try withoutGradient { try withAutocast(precision == .bf16, network, batch) }
        #expect(abs(try spikes.to(.float32).mean().item() - result.spikeRates[0].rate) < 1e-6)
    }

    private func withAutocast(_ isShort: Bool, _ network: some ImageClassifier, _ batch: Tensor) throws -> Tensor {
        isShort ? try TorchTensors.withAutocast { try network.encode(batch) } : try network.encode(batch)
    }

    @Test func limitsAreTheRunsOrOthers() throws {
        let run = try run {
            $0.limitTest = 6
            $0.epochs = 1
        }
        let dataset = try TrainerTests.halves()
        #expect(try run.testImages(of: dataset).split.count == 6)
        #expect(try run.testImages(of: dataset, limit: 8).split.count == 8)
        #expect(try run.testImages(of: dataset, limit: 0).split.count == 20)
        #expect(try run.evaluate(on: run.testImages(of: dataset)).evaluation == run.evaluation)
    }

    @Test func anotherDataSetIsRefused() throws {
        let run = try run { $0.epochs = 1 }
        let halves = try TrainerTests.halves()
        let other = try ImageDataset(
            name: "other", classNames: ["a", "b"], train: halves.train, test: halves.test)
        let error = #expect(throws: TrainingError.self) { try run.testImages(of: other) }
        #expect(
            error!.description.contains(
                "was trained on halves, with 2 classes (above, below) and images of shape [1, 8, 8]; other has 2 classes "
                    + "(a, b) and shape [1, 8, 8]; name the right images with --data"))
    }

    @Test func aShuffleOfOneStepChangesNothing() throws {
        let run = try run {
            $0.steps = 1
            $0.encoding = .rate
        }
        let images = try run.testImages(of: TrainerTests.halves())
        for shuffling in TemporalShuffling.allCases {
            let result = try run.evaluate(on: images, shuffles: Shuffles(shuffling, count: 2))
            #expect(result.shuffled?.accuracies == [run.evaluation.accuracy, run.evaluation.accuracy])
            #expect(result.shuffled?.standardDeviation == 0)
        }
    }

    /// The phase code's first spikes count most: the encoded spikes, by hand in the order that the seed gives.
    @Test func shufflesAreThoseOfTheSeed() throws {
        let run = try run()
        let images = try run.testImages(of: TrainerTests.halves())
        let result = try run.evaluate(on: images, shuffles: Shuffles(.eachNeuron, seed: 5, count: 1))
        let network = try run.network()
        let batch = try images.batch(0, epoch: 0)
        let stream = RandomStream(seed: 5).split("shuffle").split(0).split(0)
        let answers = try withoutGradient {
            try network.classify(spikes: network.encode(batch.images).shuffledOverTime(from: stream)).argmax(1)
        }
        let expected = try (answers .== batch.labels).to(.float64).mean().item()
        #expect(result.shuffled?.accuracies == [expected])
        #expect(result.shuffled?.standardDeviation == nil)
        #expect(result.evaluation == run.evaluation)
    }

    @Test func meansAndDeviations() throws {
        let json = Data(#"{"accuracies":[0.5,0.7,0.9]}"#.utf8)
        let shuffled = try JSONDecoder().decode(ShuffledEvaluation.self, from: json)
        #expect(abs(shuffled.mean - 0.7) < 1e-12 && abs(shuffled.standardDeviation! - 0.2) < 1e-12)
    }

    @Test func codesAndEnergy() throws {
        let run = try run()
        let images = try run.testImages(of: TrainerTests.halves())
        let codes = try run.codesInUse(on: images)
        #expect(codes.steps == 3 && codes.channelCount == 32)
        // 20 images, 4 × 4 neurons a channel.
        #expect(codes.channels.indices.allSatisfy { codes.counts(of: $0).values.reduce(0, +) == 320 })
        #expect(codes.channels.contains { $0.patterns > 1 })

        let estimate = try run.energyEstimate(on: images)
        #expect(estimate.imageCount == 20 && estimate.steps == 3)
        #expect(estimate.layers.map(\.passes) == [1, 3, 3, 1])
        let rates = try run.evaluate(on: images).spikeRates
        #expect(abs(estimate.layers[1].inputRate - rates[0].rate) < 1e-9)
        #expect(abs(estimate.layers[2].inputRate - rates[1].rate) < 1e-9)
    }

    @Test func runsAreFound() throws {
        _ = try run("several/b") { $0.epochs = 1 }
        _ = try run("several/a/nested") { $0.epochs = 1 }
        let several = folder.file("several")
        #expect(try TrainedRun.folders(at: several) == ["\(several)/a/nested", "\(several)/b"])
        #expect(try TrainedRun.folders(at: "\(several)/b") == ["\(several)/b"])
        let error = #expect(throws: TrainingError.self) { try TrainedRun.folders(at: folder.file("none")) }
        #expect(error!.description.contains("there is no run in it"))

        #expect(try TrainedRun.onlyFolder(at: "\(several)/b") == "\(several)/b")
        #expect(try TrainedRun.onlyFolder(at: "\(several)/a") == "\(several)/a/nested")
        let ambiguous = #expect(throws: TrainingError.self) { try TrainedRun.onlyFolder(at: several) }
        #expect(ambiguous!.description == "\(several): holds several runs (a/nested, b); name one")
    }

    @Test func aRunDoesNotHideOthers() throws {
        let single = try run("runs/b-seed-1") { $0.epochs = 1 }.folder
        let several = folder.file("runs")
        for path in [single, folder.file("none")] { try TrainedRun.requireLayout(isSingle: true, in: path) }
        for path in [several, folder.file("none")] { try TrainedRun.requireLayout(isSingle: false, in: path) }
        let inside = #expect(throws: TrainingError.self) { try TrainedRun.requireLayout(isSingle: false, in: single) }
        #expect(inside!.description.contains("b-seed-1: holds a single run; name another"))
        let above = #expect(throws: TrainingError.self) { try TrainedRun.requireLayout(isSingle: true, in: several) }
        #expect(above!.description.contains("runs: holds several runs (b-seed-1); name one of their folders"))
    }
}
