import Foundation
import ObjectDetection
import SpikingModels
import TestSupport
import Testing

@testable import SpikeDatasets
@testable import SpikeTraining

/// What a detector's run records of its data, and how it is told from a classifier's.
@Suite(.leavesNothing) struct DetectionDataTests {
    private static func box(_ right: Double, label: Int = 0) -> LabelledBox {
        LabelledBox(box: Box(left: 1, top: 1, right: right, bottom: 9), label: label)
    }

    private static func dataset(_ boxes: [String: [LabelledBox]], leftOut: [LeftOut] = []) -> DetectionDataset {
        let samples = boxes.sorted { $0.key < $1.key }.map { name, boxes in
            DetectionSample(
                name: name, width: 40, height: 30, boxes: boxes, file: DatasetFile(name: name, size: 1, sha256: name),
                source: .file(BytePath(name)))
        }
        return DetectionDataset(name: "made", classNames: ["cat", "dog"], train: samples, test: [], leftOut: leftOut)
    }

    /// Boxes that changed are named beside other differences, and a file that is still there is not called removed.
    @Test func differencesAreNamed() {
        let before = Self.dataset(["a": [Self.box(5)], "b": [Self.box(5)], "c": [], "d": [Self.box(5)], "e": []])
        var leftOut: [LeftOut] = []
        leftOut.add("c", "damaged, cut short or no images")
        let after = Self.dataset(
            ["a": [Self.box(6)], "d": [Self.box(5, label: 1)], "e": [], "f": []], leftOut: leftOut)
        #expect(
            RunData(before).difference(to: RunData(after))
                == "1 added (f), 1 removed (b), 1 left out now (c), 2 with other boxes (a, d)")
        #expect(RunData(before).difference(to: RunData(before)) == nil)
    }

    /// A run that diverged before its first checkpoint has neither weights nor a checkpoint.
    @Test func theTaskOfARunWithoutWeights() throws {
        let folder = try TemporaryFolder()
        #expect(NetworkTask(ofRunIn: folder.path) == .classification)
        for (text, task) in try [
            (DetectionConfiguration().yaml(), NetworkTask.detection),
            (TrainingConfiguration().yaml(), .classification), ("{", .classification),
        ] {
            try folder.file("configuration.yaml", Array(text.utf8))
            #expect(NetworkTask(ofRunIn: folder.path) == task)
        }
        try folder.file("configuration.yaml", Array(DetectionConfiguration().yaml().utf8))
        let error = #expect(throws: TrainingError.self) { try DetectionRun(folder: folder.path) }
        #expect(error?.description.contains("the run has not finished") == true)
    }

    @Test func imagesWithoutBoxesAreRefused() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: TrainingError.self) {
            _ = try DetectionTrainer(
                DetectionTrainerTests.configuration(),
                on: DetectionDataset(
                    name: "made", classNames: ["cat"], train: Self.dataset(["a": []]).train,
                    test: Self.dataset(["b": [Self.box(5)]]).train, leftOut: []),
                seed: 1, folder: folder.file("run"))
        }
        #expect(error?.description.contains("made: no image to train on has a box that can be used") == true)
    }

    @Test func numbersForPeople() {
        #expect((-Double.nan).plainText == "nan" && Double(nan: 5, signaling: false).plainText == "nan")
        #expect(Double.infinity.plainText == "inf" && 1.5.plainText == "1.5")
    }
}
