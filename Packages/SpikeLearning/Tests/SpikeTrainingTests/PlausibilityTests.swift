import Foundation
import ObjectDetection
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

/// Records of runs that hold what no run can have written.
@Suite(.leavesNothing) struct PlausibilityTests {
    /// The value that its JSON becomes when a field is changed, or removed with nil.
    private func changed<Value: Codable>(_ value: Value, _ change: (inout [String: Any]) -> Void) throws -> Value {
        let data = try JSONEncoder().encode(value)
        var fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        change(&fields)
        return try JSONDecoder().decode(Value.self, from: JSONSerialization.data(withJSONObject: fields))
    }

    @Test func figuresOfEpochs() throws {
        let epoch = EpochMetrics(
            epoch: 1, trainLoss: 1, trainAccuracy: 0.5, testLoss: 2, testAccuracy: 0.25, learningRate: 0.1, seconds: 3)
        #expect(epoch.isPlausible)
        #expect(
            epoch.scalars.map(\.tag) == ["train/loss", "train/accuracy", "test/loss", "test/accuracy", "learning-rate"])
        #expect(epoch.scalars.map(\.value) == [1, 0.5, 2, 0.25, 0.1])
        for (name, value, isRight) in [
            ("trainLoss", -9.9e38, true), ("testLoss", 9.9e38, true), ("trainLoss", 1e39, false),
            ("testLoss", -1e39, false),
            ("trainAccuracy", 0, true), ("trainAccuracy", 1, true), ("testAccuracy", 1.01, false),
            ("testAccuracy", -0.01, false), ("learningRate", 0, true), ("learningRate", -0.01, false),
            ("seconds", 0, true),
            ("seconds", 1e12, true), ("seconds", 1.005e12, false), ("seconds", -0.01, false),
        ] {
            #expect(try changed(epoch) { $0[name] = value }.isPlausible == isRight, "\(name) \(value)")
        }
        let endless = EpochMetrics(
            epoch: 1, trainLoss: 1, trainAccuracy: 0.5, testLoss: 2, testAccuracy: 0.25, learningRate: .infinity,
            seconds: 3)
        #expect(!endless.isPlausible)
    }

    @Test func figuresOfDetectorsEpochs() throws {
        let epoch = DetectionMetrics(
            epoch: 1, trainLoss: 1, boxLoss: 0.5, objectnessLoss: 0.25, classLoss: 0.125, testLoss: 2, mAP50: 0.75,
            mAP5095: 0.375, learningRate: 0.1, seconds: 3)
        #expect(epoch.isPlausible)
        #expect(
            epoch.scalars.map(\.tag) == [
                "train/loss", "train/box-loss", "train/objectness-loss", "train/class-loss", "learning-rate",
                "test/loss",
                "test/mAP50", "test/mAP50_95",
            ])
        #expect(epoch.scalars.map(\.value) == [1, 0.5, 0.25, 0.125, 0.1, 2, 0.75, 0.375])
        let untested = try changed(epoch) { ($0["testLoss"], $0["mAP50"], $0["mAP50_95"]) = (nil, nil, nil) }
        #expect(untested.isPlausible && untested.scalars.count == 5)
        for name in ["trainLoss", "boxLoss", "objectnessLoss", "classLoss", "testLoss"] {
            #expect(try changed(epoch) { $0[name] = -9.9e38 }.isPlausible, "\(name)")
            #expect(try !changed(epoch) { $0[name] = 1e39 }.isPlausible, "\(name)")
        }
        for name in ["mAP50", "mAP50_95"] {
            for (value, isRight) in [(0.0, true), (1, true), (1.01, false), (-0.01, false)] {
                #expect(try changed(epoch) { $0[name] = value }.isPlausible == isRight, "\(name) \(value)")
            }
        }
        for (name, value, isRight) in [
            ("learningRate", 0.0, true), ("learningRate", -0.01, false), ("seconds", 0, true), ("seconds", 1e12, true),
            ("seconds", 1.005e12, false), ("seconds", -0.01, false),
        ] {
            #expect(try changed(epoch) { $0[name] = value }.isPlausible == isRight, "\(name) \(value)")
        }
    }

    @Test func evaluationsOfClassifiers() throws {
        let text = """
            {"loss": 0.5, "confusion": [[3, 1], [0, 4]], "spikeRates": [{"name": "a", "neurons": 5, "rate": 0.5}]}
            """
        let evaluation = try JSONDecoder().decode(Evaluation.self, from: Data(text.utf8))
        #expect(evaluation.count == 8 && evaluation.accuracy == 7.0 / 8)
        #expect(evaluation.isPlausible(classCount: 2) && !evaluation.isPlausible(classCount: 3))
        func rate(_ rate: Double, _ neurons: Int) throws -> Bool {
            try changed(evaluation) { $0["spikeRates"] = [["name": "a", "neurons": neurons, "rate": rate]] }
                .isPlausible(classCount: 2)
        }
        #expect(try rate(0, 0) && rate(1, 1_000_000_000))
        #expect(try !rate(1.01, 1) && !rate(-0.01, 1) && !rate(0.5, -1) && !rate(0.5, 1_000_000_001))
        func confusion(_ counts: [[Int]]) throws -> Bool {
            try changed(evaluation) { $0["confusion"] = counts }.isPlausible(classCount: 2)
        }
        #expect(try confusion([[0, 1_000_000_000], [0, 0]]) && !confusion([[0, 1_000_000_001], [0, 0]]))
        #expect(try !confusion([[0, -1], [0, 0]]) && !confusion([[1, 1], [1]]) && !confusion([[1, 1]]))
        let nothing = try changed(evaluation) { $0["confusion"] = [[0, 0], [0, 0]] }
        #expect(nothing.accuracy == 0 && nothing.count == 0 && nothing.classesWithoutImages == [0, 1])
    }

    private static func figures(_ count: Int = 3) -> DetectionFigures {
        let truth = LabelledBox(box: Box(x: 0, y: 0, width: 10, height: 10), label: 0)
        let found = (0..<count).map { index in
            Detection(
                box: Box(x: index == 0 ? 0 : 50 + Double(index), y: 0, width: 10, height: 10), label: 0,
                score: 0.9 - Double(index) / 10_000)
        }
        return DetectionFigures(
            [EvaluatedImage(truths: [truth], detections: found)], classNames: ["a", "b"], loss: 2,
            spikeRates: [LayerSpikeRate(name: "n", neurons: 7, rate: 0.5)])
    }

    /// About 100 points of a curve are kept, and the last.
    @Test func curvesAreThinned() {
        for (count, kept) in [
            (1, 1), (99, 99), (100, 100), (199, 199), (200, 101), (201, 101), (1000, 101), (1001, 101),
        ] {
            let figures = Self.figures(count).classes[0]
            #expect(figures.recalls.count == kept && figures.precisions.count == kept, "\(count)")
            #expect(figures.recalls.allSatisfy { $0 == 1 } && figures.precisions[0] == 1)
            #expect(figures.precisions.last == 1 / Double(count) && figures.detections == count)
            let stride = max(1, count / 100)
            if kept > 2 { #expect(figures.precisions[1] == 1 / Double(stride + 1), "\(count)") }
        }
    }

    @Test func figuresOfDetectors() throws {
        let figures = Self.figures()
        let names = ["a", "b"]
        #expect(figures.isPlausible(classNames: names) && figures.images == 1 && figures.loss == 2)
        #expect(figures.confusion == [[1, 0, 0], [0, 0, 0], [2, 0, 0]])
        #expect(!figures.isPlausible(classNames: ["a"]) && !figures.isPlausible(classNames: ["b", "a"]))
        func holds(_ change: (inout [String: Any]) -> Void) throws -> Bool {
            try changed(figures, change).isPlausible(classNames: names)
        }
        for name in ["mAP50", "mAP50_95", "mAP50_voc07", "mAP50_voc10"] {
            for (value, isRight) in [(0.0, true), (1, true), (1.01, false), (-0.01, false)] {
                #expect(try holds { $0[name] = value } == isRight, "\(name) \(value)")
            }
            #expect(try holds { $0[name] = nil }, "\(name)")
        }
        func coco(_ value: Double, _ count: Int = 12) -> [Double] { [value] + Array(repeating: 0.5, count: count - 1) }
        #expect(try holds { $0["coco"] = coco(-1) } && holds { $0["coco"] = coco(1) })
        #expect(try !holds { $0["coco"] = coco(-1.01) } && !holds { $0["coco"] = coco(1.01) })
        #expect(try !holds { $0["coco"] = coco(0, 11) } && !holds { $0["coco"] = coco(0, 13) })
        let most = 1_000_000_000
        for (value, isRight) in [(0, true), (most, true), (-1, false), (most + 1, false)] {
            #expect(try holds { $0["images"] = value } == isRight)
            #expect(try holds { $0["confusion"] = [[value, 0, 0], [0, 0, 0], [0, 0, 0]] } == isRight)
            #expect(try holds { $0["spikeRates"] = [["name": "n", "neurons": value, "rate": 0.5]] } == isRight)
            for name in ["objects", "detections"] {
                #expect(
                    try holds { fields in
                        var classes = fields["classes"] as! [[String: Any]]
                        classes[1][name] = value
                        fields["classes"] = classes
                    } == isRight, "\(name) \(value)")
            }
        }
        #expect(
            try !holds { $0["confusion"] = [[0, 0], [0, 0]] }
                && !holds { $0["confusion"] = [[0, 0, 0], [0, 0], [0, 0, 0]] })
        for (value, isRight) in [(0.0, true), (1, true), (1.01, false), (-0.01, false)] {
            #expect(try holds { $0["spikeRates"] = [["name": "n", "neurons": 1, "rate": value]] } == isRight)
            for name in ["AP50", "AP50_95", "AP50_voc07", "AP50_voc10"] {
                #expect(
                    try holds { fields in
                        var classes = fields["classes"] as! [[String: Any]]
                        classes[0][name] = value
                        fields["classes"] = classes
                    } == isRight, "\(name) \(value)")
            }
            #expect(
                try holds { fields in
                    var classes = fields["classes"] as! [[String: Any]]
                    (classes[0]["recalls"], classes[0]["precisions"]) = ([value], [0.5])
                    fields["classes"] = classes
                } == isRight)
        }
        #expect(
            try !holds { fields in
                var classes = fields["classes"] as! [[String: Any]]
                classes[0]["recalls"] = [0.5]
                fields["classes"] = classes
            })
        #expect(try holds { $0["spikeRates"] = nil })
    }

    @Test func placesWhereARunStands() {
        func holds(_ change: (inout Checkpoint.Progress) -> Void) -> Bool {
            var progress = Checkpoint.Progress(epoch: 1, batch: 2, lossSum: 3, correct: 4, images: 5, seconds: 6)
            change(&progress)
            return progress.isPlausible(epochs: 3, batchCount: 4, imageCount: 10)
        }
        #expect(holds { _ in } && Checkpoint.Progress() == Checkpoint.Progress(epoch: 0, batch: 0, seconds: 0))
        let start = Checkpoint.Progress()
        #expect(start.lossSum == 0 && start.correct == 0 && start.images == 0 && start.lossParts == nil)
        #expect(start.isPlausible(epochs: 0, batchCount: 0, imageCount: 0))
        #expect(holds { ($0.epoch, $0.batch) = (0, 1) } && holds { ($0.epoch, $0.batch) = (2, 4) })
        #expect(holds { ($0.epoch, $0.batch, $0.images, $0.correct) = (3, 0, 0, 0) })
        #expect(!holds { $0.epoch = -1 } && !holds { $0.epoch = 3 } && !holds { $0.epoch = 4 })
        #expect(!holds { ($0.epoch, $0.batch, $0.images, $0.correct) = (4, 0, 0, 0) })
        #expect(!holds { $0.batch = 0 } && !holds { $0.batch = -1 } && !holds { $0.batch = 5 })
        #expect(holds { $0.images = 10 } && !holds { $0.images = 11 } && !holds { ($0.images, $0.correct) = (0, 0) })
        #expect(holds { ($0.images, $0.correct) = (1, 0) } && holds { $0.correct = 5 } && !holds { $0.correct = 6 })
        #expect(!holds { $0.correct = -1 } && !holds { ($0.batch, $0.images, $0.correct) = (0, 0, 1) })
        #expect(!holds { ($0.batch, $0.images, $0.correct) = (0, 5, 0) } && !holds { $0.images = -1 })
        #expect(
            !holds { $0.lossSum = .nan } && !holds { $0.lossParts = [0, .infinity] }
                && holds { $0.lossParts = [0, -1] })
        #expect(holds { $0.seconds = 0 } && holds { $0.seconds = 1e12 })
        #expect(!holds { $0.seconds = -0.01 } && !holds { $0.seconds = 1.005e12 })
    }

    @Test func shapesAndClassesOfRuns() {
        func complaint(
            _ shape: [Int] = [1, 8, 8], classes: Int = 2, trainCount: Int = 0
        ) -> String? {
            let record = RunDescription(
                configuration: TrainingConfiguration(), seed: 1, datasetName: "d",
                classNames: Array(repeating: "c", count: classes), imageShape: shape, trainCount: trainCount)
            return message { try record.check("p") }
        }
        let refusal = "which no run has; train again"
        #expect(complaint() == nil && complaint([3, 1, 1]) == nil && complaint([1, 4096, 4096]) == nil)
        for shape in [
            [1, 8], [1, 8, 8, 8], [2, 8, 8], [0, 8, 8], [4, 8, 8], [1, 0, 8], [1, 8, 0], [1, 4097, 8], [3, 8, 4097],
        ] {
            #expect(complaint(shape) == "p: names images of shape \(shape) and 2 classes, \(refusal)")
        }
        #expect(complaint(classes: 1) == nil && complaint(classes: 1_000_000)?.contains(refusal) != true)
        #expect(complaint(classes: 0) == "p: names images of shape [1, 8, 8] and 0 classes, \(refusal)")
        #expect(complaint(classes: 1_000_001)?.hasSuffix("and 1000001 classes, \(refusal)") == true)
        #expect(complaint(trainCount: -1)?.contains(refusal) == true)
    }

    @Test func filesOfMetrics() throws {
        let folder = try TemporaryFolder()
        let file = MetricsFile<EpochMetrics>(path: folder.file("metrics.jsonl"))
        #expect(try file.read(first: 3).isEmpty)
        let epochs = (1...3).map {
            EpochMetrics(
                epoch: $0, trainLoss: 1, trainAccuracy: 0.5, testLoss: 2, testAccuracy: 0.25, learningRate: 0.1,
                seconds: Double($0))
        }
        try file.write(epochs)
        for count in 0...4 { #expect(try file.read(first: count) == Array(epochs.prefix(count)), "\(count)") }
        try file.write([epochs[0], epochs[2]])
        #expect(
            message { _ = try file.read(first: 2) }
                == "\(file.path), line 2: holds no figures of epoch 2; remove the run's folder and train again")
        #expect(try file.read(first: 1) == [epochs[0]])
    }

    // MARK: Rates of spikes

    @Test func layersThatAreSilentOrSaturated() {
        func remarks(_ rates: [(String, Int, Double)]) -> [String] {
            rates.map { LayerSpikeRate(name: $0.0, neurons: $0.1, rate: $0.2) }.remarks.map {
                "\($0.prefix { $0 != "(" })"
            }
        }
        #expect(remarks([("a", 1, 0.5), ("b", 0, 0), ("c", 0, 1)]).isEmpty)
        #expect(
            remarks([("a", 1, 0), ("b", 2, 1), ("c", 3, 0), ("d", 4, 0.01), ("e", 5, 0.99), ("f", 6, 1)])
                == ["layers that never fire: a, c ", "layers that always fire: b, f "])
    }
}
