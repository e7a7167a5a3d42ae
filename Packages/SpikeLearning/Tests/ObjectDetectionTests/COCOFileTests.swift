import Foundation
import ObjectDetection
import TestSupport
import Testing

@Suite struct COCOFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let truth = """
        {"info": {"a": [1, {"b": null}], "c": "}\\"]"},
         "annotations": [
          {"id": 1, "image_id": 7, "category_id": 3, "bbox": [10, 20, 30, 40], "area": 900.5, "iscrowd": 0,
           "segmentation": [[1, 2, 3.5e1]]},
          {"id": 2, "image_id": 5, "category_id": 1, "bbox": [0, 0, 8, 8], "iscrowd": 1}],
         "images": [{"id": 7, "file_name": "a.jpg", "width": 100, "height": 80}, {"id": 5}],
         "categories": [{"id": 3, "name": "\\u0063at"}, {"id": 1, "name": "dog"}]}
        """
    private static let found = """
        [{"image_id": 7, "category_id": 3, "bbox": [10, 20, 30, 40.0], "score": 0.5},
         {"image_id": 5, "category_id": 1, "bbox": [1.5, -2, 4e0, 3], "score": 1}]
        """

    private func evaluate(_ truth: String = truth, _ found: String = found) throws -> DetectionEvaluation {
        try DetectionEvaluation(
            cocoTruth: folder.file("gt.json", Array(truth.utf8)), detections: folder.file("d.json", Array(found.utf8)))
    }

    /// The error of evaluating files in which a part is replaced; nil if there is none.
    private func problem(_ part: String = "", _ other: String = "", found isFound: Bool = false) throws -> String? {
        let source = isFound ? Self.found : Self.truth
        try #require(part.isEmpty || source.contains(part), "\(part)")
        let changed = source.replacing(part, with: other, maxReplacements: 1)
        let text = message { _ = try isFound ? evaluate(Self.truth, changed) : evaluate(changed) }
        #expect(text == nil || text?.contains("\n") == false)
        return text?.replacing(folder.path + "/", with: "")
    }

    @Test func isRead() throws {
        let path = try folder.file("gt.json", Array(Self.truth.utf8))
        let file = try COCOAnnotations(path)
        #expect(file.images.map(\.id) == [7, 5] && file.images[0].fileName == "a.jpg")
        #expect(file.images[0].width == 100 && file.images[0].height == 80 && file.images[1].width == nil)
        #expect(file.categories.map(\.id) == [1, 3] && file.categories.map(\.name) == ["dog", "cat"])
        let first = file.annotations[0]
        #expect(first.image == 7 && first.category == 3 && first.box == Box(left: 10, top: 20, right: 40, bottom: 60))
        #expect(first.area == 900.5 && first.boxArea == 1200 && !first.isCrowd && first.problem == nil)
        #expect(file.annotations[1].isCrowd && file.annotations[1].area == nil)

        let evaluation = try evaluate()
        #expect(evaluation.images == 2 && evaluation.classes.map(\.name) == ["dog", "cat"])
        #expect(evaluation.classes.map(\.objects) == [0, 1] && evaluation.mAPVOC10 == 1)
        // 900.5 square pixels are small, although the box has 1200.
        let figures = evaluation.coco.values.map { ($0 * 1e12).rounded() / 1e12 }
        #expect(figures == [1, 1, 1, 1, -1, -1, 1, 1, 1, 1, -1, -1])
    }

    @Test func flawsOfAnnotationsAreNamed() throws {
        let place = "gt.json, annotations[0]"
        for (part, other, text) in [
            ("\"image_id\": 7", "\"image_id\": 8", "\(place): the image 8 is not among those of this file"),
            ("\"category_id\": 3", "\"category_id\": 4", "\(place): the category 4 is not among those of this file"),
            ("\"image_id\": 7,", "", "\(place): image_id is missing"),
            ("\"bbox\": [10, 20, 30, 40],", "", "\(place): bbox is missing"),
            (", 30, 40]", ", 30]", "\(place).bbox: a box is 4 numbers, [x, y, width, height], not 3"),
            (", 30, 40]", ", 30, \"x\"]", "\(place).bbox[3]: the text \"x\" stands where a number is needed"),
            (", 30, 40]", ", NaN, 40]", "\(place).bbox[2]: NaN stands where a number is needed"),
            (", 30, 40]", ", -Infinity, 40]", "\(place).bbox[2]: -Infinity stands where a number is needed"),
            (", 30, 40]", ", 1e999, 40]", "\(place).bbox[2]: 1e999 is out of range"),
            (", 30, 40]", ", -30, 40]", "\(place).bbox: width and height must be >= 0, got -30.0 and 40.0"),
            ("[10, 20, 30, 40]", "{}", "\(place).bbox: an object stands where a list in [ ] is needed"),
            ("\"image_id\": 7", "\"image_id\": 7.5", "\(place).image_id: 7.5 stands where a whole number is needed"),
            ("\"area\": 900.5", "\"area\": null", "\(place).area: null stands where a number is needed"),
            ("\"area\": 900.5", "\"area\": -1", "\(place): the area must be >= 0, got -1.0"),
            ("\"iscrowd\": 0", "\"iscrowd\": []", "\(place).iscrowd: a list stands where 0 or 1 is needed"),
            ("\"area\": 900.5", "\"area\": 1, \"area\": 2", "\(place): area is there twice"),
            ("{\"id\": 2", "{\"id\": 1", "gt.json, annotations[1]: the id 1 is there twice"),
            ("{\"id\": 5}", "{\"id\": 7}", "gt.json, images[1]: the id 7 is there twice"),
            ("{\"id\": 5}", "{}", "gt.json, images[1]: id is missing"),
            ("{\"id\": 5}", "5", "gt.json, images[1]: the number 5.0 stands where an object in { } is needed"),
            (
                "{\"id\": 1, \"name\"", "{\"id\": 3, \"name\"", "gt.json, categories[1]: the id 3 is there twice"
            ),
            (", \"name\": \"dog\"", "", "gt.json, categories[1]: name is missing"),
            (
                "\"images\"", "\"pictures\"",
                "gt.json: there is no list images; annotations of COCO hold images, categories and annotations"
            ),
            ("\"name\": \"dog\"}]}", "\"name\": \"dog\"}]", "gt.json: the JSON is cut short; fetch or write it again"),
            ("\"name\": \"dog\"}]}", "\"name\": \"do", "gt.json: the JSON is cut short; fetch or write it again"),
            ("\"dog\"}]}", "\"dog\"}]} 3", "gt.json: \"3\" follows the end of the JSON"),
            (
                "\"id\": 5", "\"id\" 5",
                "gt.json, images[1]: the number 5.0 stands where a colon after the key id is needed"
            ),
        ] {
            #expect(try problem(part, other) == text, "\(other)")
        }
        #expect(
            message { _ = try evaluate("") }?.hasSuffix("gt.json: the JSON is cut short; fetch or write it again")
                == true)
        #expect(message { _ = try evaluate("[]") }?.hasSuffix("a list stands where an object in { } is needed") == true)
        let deep = String(repeating: "{\"a\":[", count: 100_000)
        #expect(message { _ = try evaluate(deep) }?.contains("cut short") == true)
        #expect(message { _ = try evaluate("{\"annotations\": [" + deep) }?.contains("cut short") == true)
    }

    @Test func flawsOfDetectionsAreNamed() throws {
        for (part, other, text) in [
            ("\"image_id\": 7", "\"image_id\": 8", "d.json, [0]: the image 8 is not among those of gt.json"),
            ("\"category_id\": 1", "\"category_id\": 9", "d.json, [1]: the category 9 is not among those of gt.json"),
            (", \"score\": 1", "", "d.json, [1]: score is missing"),
            ("\"score\": 1", "\"score\": \"1\"", "d.json, [1].score: the text \"1\" stands where a number is needed"),
            ("\"score\": 1", "\"score\": NaN", "d.json, [1].score: NaN stands where a number is needed"),
            ("4e0, 3]", "4e0, 3, 1]", "d.json, [1].bbox: a box is 4 numbers, [x, y, width, height], not 5"),
            ("4e0, 3]", "-4, 3]", "d.json, [1].bbox: width and height must be >= 0, got -4.0 and 3.0"),
        ] {
            #expect(try problem(part, other, found: true) == text, "\(other)")
        }
        let text = message { _ = try evaluate(Self.truth, "{\"annotations\": []}") }
        #expect(text?.contains("an object stands where a list of detections is needed") == true)
        #expect(message { _ = try evaluate(Self.truth, "[") }?.contains("cut short") == true)
    }

    @Test func detectionsAreWritten() throws {
        let box = Box(left: 1.25, top: 2, right: 4, bottom: 9.5)
        let path = folder.file("out.json")
        try COCODetections.write(
            [(7, [Detection(box: box, label: 1, score: 0.125)]), (8, [Detection(box: box, label: 0, score: 1)])],
            categories: [3, 5], to: path)
        let entries = try COCODetections(path).entries
        #expect(entries.map(\.image) == [7, 8] && entries.map(\.category) == [5, 3])
        #expect(entries.map(\.box) == [box, box] && entries.map(\.score) == [0.125, 1])
        try COCODetections.write([], categories: [], to: path)
        #expect(try COCODetections(path).entries.isEmpty)
    }

    /// Numbers in all their forms are read as Foundation reads them.
    @Test func numbers() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        var texts = ["0", "-0", "1e5", "1E-3", "123456789012345678901", "0.1", "2.5e+2", "9007199254740993"]
        for _ in 0..<500 {
            let digits = Int.random(in: 0..<(1 << 60), using: &random)
            texts.append("\(digits % 100_000).\(digits >> 20)")
            texts.append("-\(Double(digits) / 1e7)")
        }
        let list = texts.map { "{\"image_id\": 7, \"category_id\": 3, \"bbox\": [0, 0, 1, 1], \"score\": \($0)}" }
        let path = try folder.file("d.json", Array("[\(list.joined(separator: ","))]".utf8))
        let scores = try COCODetections(path).entries.map(\.score)
        #expect(scores == texts.map { Double($0)! }, "seed \(seed)")
    }
}
