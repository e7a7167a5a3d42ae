import Foundation
import ObjectDetection
import TestSupport
import Testing

/// COCO's figures on random files, compared with pycocotools.
@Suite(.enabled(if: Python.hasPycocotools)) struct PycocotoolsTests {
    private static let program = """
        import contextlib, io, json, sys
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
        with contextlib.redirect_stdout(io.StringIO()):
            truth = COCO(sys.argv[1])
            evaluation = COCOeval(truth, truth.loadRes(sys.argv[2]), "bbox")
            evaluation.evaluate()
            evaluation.accumulate()
            evaluation.summarize()
        print(json.dumps(list(evaluation.stats)))
        """

    /// Boxes from 1 to 300 pixels, some exactly 32 or 96 pixels wide and high; jittered detections with equal scores among them;
    /// crowds, classes and images with nothing in them, and images with more than 100 detections of a class.
    @Test(arguments: [0, 1, 2, 3]) func agreesOnRandomSets(kind: Int) throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        func uniform(_ range: ClosedRange<Double>) -> Double {
            (Double.random(in: range, using: &random) * 100).rounded() / 100
        }
        func side() -> Double {
            let roll = Double.random(in: 0..<1, using: &random)
            return roll < 0.1 ? 32 : roll < 0.2 ? 96 : uniform(1...(roll < 0.6 ? 60 : 300))
        }
        let (imageCount, classCount) = (kind == 0 ? 1 : 25, [2, 4, 12, 1][kind])
        var (annotations, found): ([String], [String]) = ([], [])
        for image in 1...imageCount {
            for _ in 0..<Int.random(in: 0...(kind == 3 ? 40 : 12), using: &random) {
                // The last class of all has no object.
                let label = Int.random(in: 1...max(classCount - 1, 1), using: &random)
                let box = [uniform(0...400), uniform(0...400), side(), side()]
                let isCrowd = Double.random(in: 0..<1, using: &random) < (kind == 2 ? 0.2 : 0.02)
                let area = kind == 1 ? uniform(0...12_000) : box[2] * box[3]
                annotations.append(
                    "{\"id\": \(annotations.count + 1), \"image_id\": \(image), \"category_id\": \(10 * label), "
                        + "\"bbox\": \(box), \"area\": \(area), \"iscrowd\": \(isCrowd ? 1 : 0)}")
                for _ in 0..<Int.random(in: 0...(kind == 3 ? 6 : 3), using: &random) {
                    let scale = uniform(0...0.4)
                    let moved = [
                        box[0] + uniform(-1...1) * scale * box[2], box[1] + uniform(-1...1) * scale * box[3],
                        max(box[2] * (1 + uniform(-1...1) * scale), 0), max(box[3] * (1 + uniform(-1...1) * scale), 0),
                    ]
                    let other = Int.random(in: 1...classCount, using: &random)
                    let label = Double.random(in: 0..<1, using: &random) < 0.85 ? label : other
                    found.append(
                        "{\"image_id\": \(image), \"category_id\": \(10 * label), \"bbox\": \(moved), "
                            + "\"score\": \(uniform(0...1))}")
                }
            }
        }
        found.append("{\"image_id\": 1, \"category_id\": 10, \"bbox\": [1, 2, 32, 32], \"score\": 0.5}")
        found.shuffle(using: &random)
        let images = (1...imageCount).map { "{\"id\": \($0), \"width\": 800, \"height\": 800}" }
        let categories = (1...classCount).map { "{\"id\": \(10 * $0), \"name\": \"class \($0)\"}" }
        let folder = try TemporaryFolder()
        let truth = try folder.file(
            "gt.json",
            Array(
                ("{\"images\": [\(images.joined(separator: ","))], \"categories\": [\(categories.joined(separator: ","))], "
                    + "\"annotations\": [\(annotations.joined(separator: ","))]}").utf8))
        let detections = try folder.file("d.json", Array("[\(found.joined(separator: ","))]".utf8))
        let output = try Python.run(Self.program, [truth, detections])
        let expected = try JSONDecoder().decode([Double].self, from: Data(output.utf8))
        let evaluation = try DetectionEvaluation(cocoTruth: truth, detections: detections)
        for (name, (value, expected)) in zip(COCOFigures.names, zip(evaluation.coco.values, expected)) {
            #expect(abs(value - expected) < 1e-9, "\(name), seed \(seed): \(value) for \(expected)")
        }
    }
}
