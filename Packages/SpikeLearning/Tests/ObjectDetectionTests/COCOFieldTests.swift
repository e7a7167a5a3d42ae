import ArrayFiles
import Foundation
import TestSupport
import Testing

@testable import ObjectDetection

/// Fields of annotations that may be left out, and values on their bounds.
@Suite struct COCOFieldTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func annotations(_ list: [String]) throws -> [COCOAnnotations.Annotation] {
        let text = """
            {"images": [{"id": 1}], "categories": [{"id": 1, "name": "a"}], "annotations": [\(list.joined(separator: ","))]}
            """
        return try COCOAnnotations(folder.file("gt.json", Array(text.utf8))).annotations
    }

    private func box(_ numbers: String, _ more: String = "") -> String {
        "{\"image_id\": 1, \"category_id\": 1, \"bbox\": [\(numbers)]\(more)}"
    }

    @Test func defaultsAndFlags() throws {
        let found = try annotations([
            box("1, 2, 3, 4"), box("1, 2, 3, 4", ", \"iscrowd\": true"), box("1, 2, 3, 4", ", \"ignore\": 1"),
            box("1, 2, 3, 4", ", \"difficult\": 1, \"ignore\": 0"), box("1, 2, 3, 4", ", \"iscrowd\": false"),
        ])
        #expect(found.map(\.isCrowd) == [false, true, false, false, false])
        #expect(found.map(\.isIgnored) == [false, false, true, true, false])
        #expect(found.allSatisfy { $0.id == nil && $0.area == nil && $0.boxArea == 12 })
    }

    @Test func boxesWithoutSizeAreTakenAndNegativeOnesAreNot() throws {
        let found = try annotations([
            box("-5, -6, 0, 4"), box("1, 2, 3, 0"), box("1, 2, 30, -40"), box("1, 2, -0.5, 4"),
        ])
        #expect(found[0].problem == nil && found[0].box == Box(left: -5, top: -6, right: -5, bottom: -2))
        #expect(found[1].problem == nil && found[1].boxArea == 0)
        #expect(found[2].problem.map { "\($0)" }?.hasSuffix("must be >= 0, got 30.0 and -40.0") == true)
        #expect(found[3].problem.map { "\($0)" }?.hasSuffix("must be >= 0, got -0.5 and 4.0") == true)
        // What cannot be read is left at zero.
        let flawed = found[2]
        #expect(flawed.image == 0 && flawed.category == 0 && flawed.boxArea == 0)
        #expect(flawed.box == Box(left: 0, top: 0, right: 0, bottom: 0))
    }

    @Test func anAreaOfZeroIsAnArea() throws {
        let truth = """
            {"images": [{"id": 1}], "categories": [{"id": 1, "name": "a"}],
             "annotations": [\(box("0, 0, 4, 4", ", \"area\": 0"))]}
            """
        let (images, names) = try EvaluatedImage.read(
            cocoTruth: folder.file("gt.json", Array(truth.utf8)), detections: folder.file("d.json", Array("[]".utf8)))
        #expect(names == ["a"] && images[0].truths[0].area == 0 && images[0].truths[0].boxArea == 16)
    }
}
