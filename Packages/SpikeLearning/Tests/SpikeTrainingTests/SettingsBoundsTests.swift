import Foundation
import SpikeDatasets
import SpikingLayers
import SpikingModels
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

/// Defaults and bounds of every setting, and what settings become.
@Suite(.leavesNothing) struct SettingsBoundsTests {
    @Test func defaultsOfClassifiers() {
        let found = TrainingConfiguration()
        #expect(found.dataset == "fashion-mnist" && found.side == 32 && found.limitTrain == 0 && found.limitTest == 0)
        #expect(!found.flip && found.crop == 0 && found.randAugment == 0 && found.erasing == 0 && found.mixup == 0)
        #expect(found.mixupShare == 0.5 && found.labelSmoothing == 0 && found.model == "small")
        #expect(found.encoding == .direct && found.steps == 4 && found.convolution && found.encoderChannels == 0)
        #expect(found.learn == [.threshold, .decay] && found.surrogate && found.epochs == 5 && found.batch == 64)
        #expect(!found.dropLast && found.learningRate == 1e-3 && found.finalLearningRate == 1e-5)
        #expect(found.warmUpEpochs == 0 && found.weightDecay == 0.06 && found.precision == .fp32)
        #expect(found.augmentation == nil)
    }

    @Test func defaultsOfDetectors() {
        let found = DetectionConfiguration()
        #expect(found.dataset == "shapes" && found.side == 320 && found.limitTrain == 0 && found.limitTest == 0)
        #expect(found.mosaic == 1 && found.translation == 0.1 && found.scale == 0.5 && found.hue == 0.015)
        #expect(found.saturation == 0.7 && found.brightness == 0.4 && found.flip == 0.5)
        #expect(found.model == "spiking-yolov5n" && found.encoding == .direct && found.steps == 4)
        #expect(found.convolution && found.encoderChannels == 0 && found.learn == [.threshold, .decay])
        #expect(found.surrogate && found.epochs == 300 && found.batch == 24 && found.updateBatch == 64)
        #expect(found.learningRate == 0.01 && found.finalLearningRate == 1e-4 && found.warmUpEpochs == 3)
        #expect(found.momentum == 0.937 && found.weightDecay == 5e-4 && found.clip == 10 && found.averaging == 0.9999)
        #expect(found.averagingWarmUp == 2000)
        #expect(found.boxLoss == 0.05 && found.objectnessLoss == 1 && found.classLoss == 0.5 && found.testEvery == 1)
        #expect(found.precision == .fp32)
        let loss = DetectionLoss()
        #expect(loss.box == 0.05 && loss.objectness == 1 && loss.classification == 0.5)
        #expect(DetectionLoss.balance == [4, 1, 0.4] && DetectionGrid.anchorRatio == 4)
    }

    /// The least and the greatest whole number of each setting; real numbers too.
    static let classifierBounds: [(name: String, least: Double, greatest: Double)] = [
        ("side", 1, 4096), ("limit-train", 0, 1e9), ("limit-test", 0, 1e9), ("crop", 0, 4096), ("rand-augment", 0, 100),
        ("erasing", 0, 1), ("mixup", 0, 1000), ("mixup-share", 0, 1), ("label-smoothing", 0, 1), ("steps", 1, 10_000),
        ("encoder-channels", 0, 65_536), ("epochs", 1, 1e6), ("batch", 1, 1e6), ("warm-up-epochs", 0, 1e6),
    ]
    static let detectorBounds: [(name: String, least: Double, greatest: Double)] = [
        ("side", 32, 4096), ("limit-train", 0, 1e9), ("limit-test", 0, 1e9), ("mosaic", 0, 1), ("translation", 0, 1),
        ("scale", 0, 1), ("hue", 0, 1), ("saturation", 0, 1), ("brightness", 0, 1), ("flip", 0, 1),
        ("momentum", 0, 1), ("averaging", 0, 1), ("steps", 1, 10_000), ("encoder-channels", 0, 65_536),
        ("epochs", 1, 1e6), ("batch", 1, 1e6), ("update-batch", 1, 1e6), ("test-every", 1, 1e6),
        ("warm-up-epochs", 0, 1e6), ("averaging-warm-up", 0, 1e6),
    ]

    private func check<Configuration: RunConfiguration>(
        _ bounds: [(name: String, least: Double, greatest: Double)], _: Configuration.Type
    ) throws {
        func text(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
        func complaint(_ name: String, _ value: Double) -> String? {
            message { _ = try SettingsFile<Configuration>(yaml: "\(name): \(text(value))", path: "a") }
        }
        for (name, least, greatest) in bounds {
            #expect(complaint(name, least) == nil && complaint(name, greatest) == nil, "\(name)")
            let isWhole = Configuration.kinds.contains {
                if case .wholeNumber = $0.kind.form { $0.name == name } else { false }
            }
            let step = isWhole ? 1 : 0.125
            let range = "\(name) must be a \(isWhole ? "whole " : "")number within \(Int(least))...\(Int(greatest))"
            #expect(complaint(name, greatest + step)?.contains("\(range), got") == true, "\(name)")
            #expect(complaint(name, least - step)?.contains("\(range), got") == true, "\(name)")
        }
        for name in ["learning-rate", "final-learning-rate", "weight-decay"] {
            #expect(complaint(name, 0) == nil && complaint(name, 1e12) == nil, "\(name)")
            #expect(complaint(name, -0.125)?.contains("\(name) must be a number >= 0, got -0.125") == true)
        }
    }

    @Test func boundsOfSettings() throws {
        try check(Self.classifierBounds, TrainingConfiguration.self)
        try check(Self.detectorBounds, DetectionConfiguration.self)
        // A whole number without bounds of its own.
        let kind = SettingKind("unknown", 3, of: TrainingConfiguration.self)
        #expect(kind.allows(0) && kind.allows(1_000_000_000) && !kind.allows(-1) && !kind.allows(1_000_000_001))
    }

    @Test func settingsThatExcludeEachOtherAtTheirBounds() {
        func complaint(_ change: (inout DetectionConfiguration) -> Void) -> String? {
            var configuration = DetectionConfiguration()
            change(&configuration)
            return message { try configuration.check("a") }
        }
        #expect(complaint { ($0.scale, $0.momentum) = (0.999, 0.999) } == nil)
        #expect(complaint { ($0.boxLoss, $0.objectnessLoss, $0.classLoss) = (0.1, 0, 0) } == nil)
        #expect(complaint { $0.side = 33 }?.hasSuffix("got 33; take 32 or 64") == true)
        #expect(complaint { $0.side = 95 }?.hasSuffix("got 95; take 64 or 96") == true)
        #expect(complaint { $0.side = 64 } == nil && complaint { $0.side = 32 } == nil)
        var configuration = TrainingConfiguration()
        (configuration.epochs, configuration.warmUpEpochs) = (1, 0.999)
        #expect(message { try configuration.check("a") } == nil)
        configuration.warmUpEpochs = 1
        #expect(message { try configuration.check("a") } != nil)
    }

    @Test func settingsThatChangeNothingInASingleStep() {
        var configuration = TrainingConfiguration()
        (configuration.encoding, configuration.steps) = (.phase, 2)
        #expect(configuration.reasonWithoutEffect("learn") == nil)
        configuration.steps = 1
        #expect(configuration.reasonWithoutEffect("learn") == "a threshold does not decay within one step")
        (configuration.mixup, configuration.mixupShare) = (0.5, 0.001)
        #expect(
            configuration.reasonWithoutEffect("mixup") == nil && configuration.reasonWithoutEffect("mixup-share") == nil
        )
    }

    // MARK: Augmentation

    @Test func transformsOfSettings() throws {
        func transforms(_ change: (inout TrainingConfiguration) -> Void) -> [String] {
            var configuration = TrainingConfiguration()
            change(&configuration)
            return configuration.augmentation.map { $0.transforms.map { "\(type(of: $0))" } } ?? []
        }
        #expect(transforms { $0.flip = true } == ["HorizontalFlip"] && transforms { $0.crop = 1 } == ["PadAndCrop"])
        #expect(transforms { $0.randAugment = 1 } == ["RandAugment"])
        #expect(transforms { $0.erasing = 0.01 } == ["RandomErasing"])
        #expect(
            transforms { ($0.flip, $0.crop, $0.randAugment, $0.erasing) = (true, 2, 3, 0.5) }
                == ["HorizontalFlip", "PadAndCrop", "RandAugment", "RandomErasing"])
        var detector = DetectionConfiguration()
        let usual = try #require(detector.augmentation)
        #expect(usual.mosaic == 1 && usual.translation == 0.1 && usual.scale == 0.5 && usual.hue == 0.015)
        #expect(usual.saturation == 0.7 && usual.brightness == 0.4 && usual.flip == 0.5)
        (detector.mosaic, detector.translation, detector.scale, detector.hue) = (0, 0, 0, 0)
        (detector.saturation, detector.brightness, detector.flip) = (0, 0, 0)
        #expect(detector.augmentation == nil)
        detector.flip = 0.001
        #expect(detector.augmentation?.flip == 0.001)
    }

    @Test func limitsOfDetectors() {
        let shapes = DetectionTrainerTests.shapes(train: 5, test: 3)
        var configuration = DetectionConfiguration()
        #expect(configuration.limited(shapes).train.count == 5 && configuration.limited(shapes).test.count == 3)
        (configuration.limitTrain, configuration.limitTest) = (1, 2)
        #expect(configuration.limited(shapes).train.count == 1 && configuration.limited(shapes).test.count == 2)
    }

    // MARK: Files of settings

    @Test func namesThatAreMeant() {
        func complaint(_ name: String) -> String? {
            message { _ = try TrainingConfiguration(yaml: "\(name): 1", path: "a") }
        }
        // Two changes in a short name, and half of the letters in a long one, are mistakes.
        #expect(complaint("sidxx")?.hasSuffix("did you mean side?") == true)
        #expect(complaint("sxx")?.contains("did you mean") == false)
        #expect(complaint("seed1")?.hasSuffix("did you mean seed?") == true)
        #expect(complaint("lxbxlxsxoxtxixg")?.hasSuffix("did you mean label-smoothing?") == true)
        #expect(complaint("xxxxxxxxmoothing")?.hasSuffix("did you mean label-smoothing?") == true)
        #expect(complaint("xxxxxxxxxoothing")?.contains("there are accumulate, batch, ") == true)
        let long = String(repeating: "y", count: 61)
        #expect(complaint(long)?.contains("there is no setting \(long.dropLast()); there are") == true)
        #expect(
            complaint(String(long.dropLast()))?.contains("there is no setting \(long.dropLast()); there are") == true)
    }

    @Test func filesOfTheGreatestSize() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a.yaml", [UInt8](repeating: UInt8(ascii: "\n"), count: 1_000_000))
        #expect(message { _ = try RunSettings(file: path) } == nil)
    }

    @Test func textsOfValuesAreCut() {
        let sixty = String(repeating: "9", count: 60)
        #expect(
            message { _ = try TrainingConfiguration(yaml: "flip: \(sixty)z", path: "a") }?.hasSuffix("got \(sixty)")
                == true)
        #expect(
            message { _ = try TrainingConfiguration(yaml: "epochs: 0\(sixty)", path: "a") }?
                .contains("; 0\(sixty.dropLast()) may be meant as octal") == true)
        #expect(
            message { _ = try TrainingConfiguration(yaml: "learn: [\(sixty)z]", path: "a") }?.hasSuffix(
                "got [\(sixty)]")
                == true)
        #expect(
            message { _ = try TrainingConfiguration(yaml: "learn: \(sixty)z", path: "a") }?.hasSuffix("got \(sixty)")
                == true)
    }

    // MARK: Experiments

    @Test func partsOfTheAblation() {
        var base = TrainingConfiguration()
        (base.encoding, base.learn, base.encoderChannels) = (.rate, [.decay, .neuron], 5)
        let variants = TrainingVariant.ablation(of: base)
        #expect(variants.map(\.configuration.surrogate) == [false, true, false, true, false, true])
        let all: [TrainingConfiguration.Learned] = [.threshold, .decay, .neuron]
        #expect(variants.map(\.configuration.learn) == [[.neuron], all, all, all, [.neuron], [.neuron]])
        base.surrogate = false
        let encodings = TrainingVariant.encodings([.direct, .phase], base)
        #expect(encodings.map(\.name) == ["direct", "phase"])
        #expect(encodings.map(\.configuration.surrogate) == [true, false])
        #expect(encodings.map(\.configuration.encoding) == [.direct, .phase])
    }

    @Test func shufflesCheckTheirCount() async {
        #expect(Shuffles() == Shuffles(.eachNeuron, seed: 0, count: 3) && Shuffles(count: 1_000_000).count == 1_000_000)
        #expect(Shuffles(count: 1).count == 1)
        await #expect(processExitsWith: .failure) { _ = Shuffles(count: 0) }
        await #expect(processExitsWith: .failure) { _ = Shuffles(count: 1_000_001) }
    }

    @Test func resultsNeedEpochs() async {
        await #expect(processExitsWith: .failure) { _ = VariantResult(name: "a", runs: []) }
        await #expect(processExitsWith: .failure) { _ = VariantResult(name: "a", runs: [(1, [])]) }
    }

    // MARK: Memory

    @Test func memoryOnItsLimit() {
        var configuration = TrainingConfiguration()
        (configuration.steps, configuration.batch) = (2, 10)
        // 103,968 parameters of 16 bytes, and 10 images of 83,840 numbers of 4 bytes.
        let bytes = 16.0 * 103_968 + 4 * 838_400
        func complaint(_ limit: Double, trainCount: Int = 1000) -> String? {
            message {
                try configuration.checkMemory(
                    imageShape: [1, 28, 28], classCount: 10, trainCount: trainCount, limit: MemoryLimit(bytes: limit))
            }
        }
        #expect(complaint(bytes) == nil && complaint(bytes - 1) != nil)
        #expect(complaint(bytes - 1, trainCount: 9) == nil)
        #expect(complaint(16 * 103_968, trainCount: 0) == nil)
        #expect(
            complaint(16 * 103_968 - 1, trainCount: 0)?
                .hasPrefix("model small: its 0.1 million parameters, with all that training keeps of each, take 0.0 GB")
                == true)
        (configuration.steps, configuration.batch) = (10_000, 1000)
        let large = MemoryEstimate(configuration, imageShape: [1, 28, 28], classCount: 10)
            .trainingBytes(batch: 1000, precision: .fp32)
        #expect(complaint(16e9)?.contains("takes at least \(String(format: "%.1f", large / 1e9)) GB; ") == true)
        configuration.model = "qkformer-3-3200000000"
        let huge = MemoryEstimate(configuration, imageShape: [1, 28, 28], classCount: 10).parameters / 1e6
        #expect(
            huge > 1e6 && complaint(16e9)?.contains("its \(String(format: "%.2g", huge)) million parameters") == true)
    }
}
