import ArrayFiles
import Foundation
import ObjectDetection
import SpikeDatasets
import TestSupport
import Testing

/// Annotations that are damaged at random, in every format: each file gives a data set with sound boxes, or one line that
/// says what is wrong. Memory stays within bounds that the size of the file sets.
///
/// `SPIKEKIT_FUZZ_CASES` and `SPIKEKIT_FUZZ_SEED` in the environment make more cases, and the same ones again.
@Suite(.serialized) struct DamagedAnnotationTests {
    private static let voc = """
        <?xml version="1.0"?><annotation><folder>f</folder><filename>a.ppm</filename><size><width>40</width>
        <height>30</height><depth>3</depth></size><object><name>cat</name><difficult>0</difficult><bndbox>
        <xmin>3</xmin><ymin>4.5</ymin><xmax>20</xmax><ymax>25</ymax></bndbox></object><!-- one more --><object>
        <name>d&amp;g</name><difficult>1</difficult><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>7</ymax>
        </bndbox></object></annotation>
        """
    private static let yolo = "0 0.5 0.5 0.25 0.5\n1 0.1 0.2 0.3 0.2 0.2 0.6\n1 0.9 0.9 0.1 0.1\n"
    private static let yaml = "path: .\ntrain: images\nval: [images]\nnc: 2\nnames:\n  0: cat\n  1: 'dog'\n"
    private static let coco = """
        {"images": [{"id": 4, "file_name": "a.ppm", "width": 40, "height": 30}],
         "categories": [{"id": 9, "name": "dog"}, {"id": 2, "name": "c\\u0061t"}], "annotations": [
         {"id": 1, "image_id": 4, "category_id": 9, "bbox": [2, 3, 10, 20.5], "area": 205, "iscrowd": 0},
         {"id": 2, "image_id": 4, "category_id": 2, "bbox": [1e1, 3, 1, 2], "segmentation": [[1, 2, 3, 4]]}]}
        """
    private static let detections = """
        [{"image_id": 4, "category_id": 9, "bbox": [2, 3, 10, 20.5], "score": 0.75},
         {"image_id": 4, "category_id": 2, "bbox": [1, 1, 5, 5], "score": 1e-3}]
        """

    /// Damages text: bytes, words, numbers and structure.
    private static func damaged(_ text: String, _ random: inout SplitMix64) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0...Int.random(in: 0..<3, using: &random) {
            let start = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, start + Int.random(in: 0..<40, using: &random))
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes.removeSubrange(start...)
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 3 where start < bytes.count: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 4:
                bytes.insert(
                    contentsOf: (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }, at: start)
            case 5, 6:
                // Another number, where there is one.
                let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
                guard let first = bytes[start...].firstIndex(where: digits.contains) else { break }
                let last = bytes[first...].firstIndex { !digits.contains($0) } ?? bytes.count
                let number = [
                    "-1", "0", "1e300", "-1e308", "1e999", "9223372036854775807", "9223372036854775808", "null", "nan",
                    "-inf", "1.5", "\"4\"", "true", "[]", "{}", "", "0x10", "1e-320", "99999999", "2147483648",
                ].randomElement(using: &random)!
                bytes.replaceSubrange(first..<last, with: number.utf8)
            default:
                let word = [
                    "<", "</", "/>", "<![CDATA[", "]]>", "<!--", "-->", "&#x110000;", "&#0;", "<object>", "</object>",
                    "<bndbox>", "\"", "{", "}", "[", "]", ",", ":", "\\", "\\ud800", "\n", "\n\n", "\t", "- ", "? ",
                    "&a ", "*a ", "!!binary ", "|", "\u{FEFF}", "\0", "images", "labels", "names: ",
                ].randomElement(using: &random)!
                bytes.insert(contentsOf: word.utf8, at: start)
            }
        }
        return bytes
    }

    private static func cases(_ name: String, _ body: (inout SplitMix64, _ what: String) throws -> Void) rethrows {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["SPIKEKIT_FUZZ_CASES"].flatMap(Int.init) ?? 150
        let seed = environment["SPIKEKIT_FUZZ_SEED"].flatMap(UInt64.init) ?? .random(in: 0..<1_000_000)
        let before = peakMemory()
        for number in 0..<count {
            // Each case by itself, so that it can be repeated.
            var random = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(number))
            try body(&random, "\(name), seed \(seed), case \(number)")
        }
        print("damaged \(name): seed \(seed), \(count) cases")
        if let before, let after = peakMemory() {
            #expect(after - before < 256 << 20, "\(name), seed \(seed): \((after - before) >> 20) MiB")
        }
    }

    /// The greatest memory of this process so far in bytes, where the system tells.
    private static func peakMemory() -> Int? {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    private func expectOneLine(_ problem: String, _ folder: String, _ what: String) {
        #expect(problem.contains(folder) && !problem.contains { $0.isNewline }, "\(what): \(problem)")
        #expect(problem.utf8.count < 2000, "\(what): \(problem)")
        for raw in ["Error Domain", "DecodingError", "Optional(", "Context(", "YamlError"] {
            #expect(!problem.contains(raw), "\(what): \(problem)")
        }
    }

    private func read(_ format: DetectionFormat, _ files: BoxFiles, _ what: String) {
        do {
            let dataset = try files.read(format)
            for sample in dataset.train + dataset.test {
                #expect(sample.width == 40 && sample.height == 30, "\(what)")
                for one in sample.boxes {
                    let box = one.box
                    #expect(dataset.classNames.indices.contains(one.label), "\(what)")
                    #expect(
                        0 <= box.left && box.left < box.right && box.right <= 40 && 0 <= box.top
                            && box.top < box.bottom && box.bottom <= 30, "\(what): \(box)")
                }
            }
            for line in dataset.summary { #expect(!line.contains { $0.isNewline }, "\(what): \(line)") }
        } catch {
            expectOneLine("\(error)", files.folder.path, what)
        }
    }

    @Test func xmlOfVOC() throws {
        let files = try BoxFiles()
        try files.image("a.ppm")
        Self.cases("XML of VOC") { random, what in
            _ = try? files.folder.file("a.xml", Self.damaged(Self.voc, &random))
            read(.voc, files, what)
        }
    }

    @Test func textOfYOLO() throws {
        let files = try BoxFiles()
        try files.image("images/a.ppm")
        try files.text("data.yaml", Self.yaml)
        Self.cases("text of YOLO") { random, what in
            _ = try? files.folder.file("labels/a.txt", Self.damaged(Self.yolo, &random))
            read(.yolo, files, what)
        }
    }

    @Test func descriptionOfYOLO() throws {
        let files = try BoxFiles()
        try files.image("images/a.ppm")
        try files.text("labels/a.txt", Self.yolo)
        Self.cases("data.yaml") { random, what in
            _ = try? files.folder.file("data.yaml", Self.damaged(Self.yaml, &random))
            read(.yolo, files, what)
        }
    }

    @Test func jsonOfCOCO() throws {
        let files = try BoxFiles()
        try files.image("a.ppm")
        Self.cases("JSON of COCO") { random, what in
            _ = try? files.folder.file("all.json", Self.damaged(Self.coco, &random))
            read(.coco, files, what)
        }
    }

    @Test func truthAndDetections() throws {
        let files = try BoxFiles()
        let (truth, found) = (files.folder.file("gt.json"), files.folder.file("d.json"))
        Self.cases("truth and detections") { random, what in
            let damagesTruth = Bool.random(using: &random)
            let bytes = Self.damaged(damagesTruth ? Self.coco : Self.detections, &random)
            _ = try? files.folder.file("gt.json", damagesTruth ? bytes : Array(Self.coco.utf8))
            _ = try? files.folder.file("d.json", damagesTruth ? Array(Self.detections.utf8) : bytes)
            do {
                let evaluation = try DetectionEvaluation(cocoTruth: truth, detections: found)
                for figure in [evaluation.mAP50, evaluation.mAP5095, evaluation.mAPVOC07, evaluation.mAPVOC10] {
                    #expect((0...1).contains(figure ?? 0), "\(what)")
                }
            } catch {
                expectOneLine("\(error)", files.folder.path, what)
            }
        }
    }

    /// Brackets and elements within each other, 200,000 deep, and names that are repeated over and over.
    @Test(.timeLimit(.minutes(1))) func deepAndRepetitiveFiles() throws {
        let depth = 200_000
        func nested(_ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + String(repeating: close, count: depth)
        }
        let files = try BoxFiles()
        try files.image("images/a.ppm")
        try files.text("labels/a.txt", Self.yolo)
        for yaml in [
            nested("[", "]"), "names: \(nested("[", "]"))", "train: \(nested("{a: ", "}"))\nnames: [cat]",
            String(repeating: "- ", count: depth), String(repeating: "? ", count: depth),
            "b0: &b0 [x, x]\n" + (1..<40).map { "b\($0): &b\($0) [*b\($0 - 1), *b\($0 - 1)]\n" }.joined()
                + "train: *b39\nnames: *b39\n",
        ] {
            try files.text("data.yaml", yaml)
            read(.yolo, files, String(yaml.prefix(30)))
        }
        let json = try BoxFiles()
        try json.image("a.ppm")
        for text in [nested("[", "]"), "{\"images\": \(nested("[", "]"))", "{\"x\": \(nested("{\"a\":", "}"))}"] {
            try json.text("all.json", text)
            read(.coco, json, String(text.prefix(30)))
        }
        let xml = try BoxFiles()
        try xml.image("a.ppm")
        try xml.text("a.xml", nested("<annotation>", "</annotation>"))
        read(.voc, xml, "nested elements")
    }
}
