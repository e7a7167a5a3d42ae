import Foundation
import SpikeDatasets
import TestSupport
import Testing

/// `spike evaluate --ground-truth` and `spike datasets boxes`.
@Suite struct BoxFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write() throws {
        try folder.file(
            "gt.json",
            Array(
                """
                {"images": [{"id": 1}, {"id": 2}], "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
                 "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 10, 10]},
                                 {"id": 2, "image_id": 2, "category_id": 1, "bbox": [0, 0, 10, 10]}]}
                """.utf8))
        try folder.file(
            "d.json",
            Array(
                """
                [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 10, 6.2], "score": 0.9}]
                """.utf8))
    }

    private var files: [String] { ["--ground-truth", folder.file("gt.json"), "--detections", folder.file("d.json")] }

    /// One of two objects is found, with an overlap of 0.62. By 101 points, the curve falls from precision 1 at recall 0.5
    /// to 0 at recall 1, and COCO counts the 51 recalls up to 0.5.
    @Test func figures() throws {
        try write()
        let (status, output, errors) = try run(["evaluate"] + files + ["--json"])
        #expect(status == 0, "\(errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        #expect(Set(report.keys) == ["mAP50", "mAP50_95", "mAP50_voc07", "mAP50_voc10", "coco"])
        func number(_ key: String) throws -> Double { try #require(report[key] as? Double) }
        #expect(try abs(number("mAP50") - 0.75) < 1e-9 && abs(number("mAP50_95") - 0.75 * 0.3) < 1e-9)
        #expect(try abs(number("mAP50_voc07") - 6.0 / 11) < 1e-9 && abs(number("mAP50_voc10") - 0.5) < 1e-9)
        let coco = try #require(report["coco"] as? [Double])
        let expected = [51.0 / 101 * 0.3, 51.0 / 101, 0, 51.0 / 101 * 0.3, -1, -1, 0.15, 0.15, 0.15, 0.15, -1, -1]
        #expect(coco.count == 12 && zip(coco, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(coco)")
        let text = try run(["evaluate"] + files).output
        for part in [
            "2 images", "cat          2           1  0.7500", "dog          0           0       –", "APmedium       –",
        ] {
            #expect(text.contains(part), "\(text)")
        }
    }

    /// Control characters from files do not reach the terminal.
    @Test func namesWithEscapes() throws {
        try write()
        let text = try String(contentsOfFile: folder.file("gt.json"), encoding: .utf8)
        try folder.file("gt.json", Array(text.replacing("\"cat\"", with: "\"c\\u001b[31m\\nt\"").utf8))
        let (status, output, errors) = try run(["evaluate"] + files)
        #expect(status == 0 && output.contains("c\u{FFFD}[31m\u{FFFD}t") && !output.contains("\u{1B}"), "\(errors)")
    }

    @Test func mistakesAreNamedInOneLine() throws {
        try write()
        try folder.file(
            "d.json", Array("[{\"image_id\": 9, \"category_id\": 1, \"bbox\": [0, 0, 1, 1], \"score\": 1}]".utf8))
        for (arguments, text) in [
            (files, "d.json, [0]: the image 9 is not among those of \(folder.file("gt.json"))"),
            (Array(files.prefix(2)), "--ground-truth needs --detections"),
            (Array(files.suffix(2)), "--detections needs --ground-truth"),
            (files + ["runs/one"], "a run does not go with --ground-truth and --detections"),
            (files + ["--shuffle-time"], "--shuffle-time does not go with --ground-truth and --detections"),
            ([], "name a run's folder, or give --ground-truth and --detections"),
            (["--ground-truth", "none.json", "--detections", "none.json"], "none.json: cannot be read"),
        ] {
            let (status, output, errors) = try run(["evaluate"] + arguments)
            #expect(status != 0 && output.isEmpty && errors.contains(text), "\(errors)")
            let lines = errors.split(separator: "\n")
            #expect(lines.count == 1 || lines[1].hasPrefix("Usage:"), "\(errors)")
        }
    }

    @Test func boxesOfADataSet() throws {
        try folder.file("a.ppm", Array("P6 4 4 255\n".utf8) + [UInt8](repeating: 90, count: 48))
        try folder.file(
            "a.xml",
            Array(
                """
                <annotation><object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>3</ymax></bndbox>
                </object></annotation>
                """.utf8))
        let (status, output, errors) = try run(
            "datasets", "boxes", "voc", folder.path, "--output", folder.file("drawn"))
        #expect(status == 0, "\(errors)")
        #expect(
            output == """
                1 image for training with 1 box: cat 1
                0 images for testing with 0 boxes: cat 0
                1 box repaired, cut at the edges of the image: a.xml

                """)
        #expect(try ImageFile.read(folder.file("drawn/train-0-a.png")).width == 640)
        let report = try json(run("datasets", "boxes", "shapes", "--json").output)
        #expect(report["classNames"] as? [String] == ["circle", "square", "triangle", "star", "ring", "cross"])
        #expect((report["train"] as? [String: Any])?["images"] as? Int == 512)
        for (arguments, text) in [
            (["voc"], "name the folder of the data set"), (["shapes", "x"], "shapes are drawn, and need no folder"),
            (["xml", "x"], "the format is one of voc, yolo, coco, shapes; got xml"),
            (["voc", folder.file("none")], "no folder that can be listed"),
            (["shapes", "--limit", "3"], "--limit needs --output"),
            (
                ["voc", folder.path, "--output", folder.file("a.xml")],
                "a.xml: cannot be written: it is a file; name a folder"
            ),
            (["voc", folder.path, "--output", ""], "the empty file name: cannot be written: the folder cannot be"),
        ] {
            let (status, _, errors) = try run(["datasets", "boxes"] + arguments)
            #expect(status != 0 && errors.contains(text), "\(errors)")
        }
    }
}
