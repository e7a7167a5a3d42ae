import Foundation
import ObjectDetection
import TestSupport
import Testing

@Suite struct EvaluationSpeedTests {
    /// 5,000 images with 100 detections each take about a second; the bound leaves room for a busy machine.
    @Test func manyDetections() {
        var random = SplitMix64(seed: 1)
        let images = (0..<5000).map { _ in
            let truths = (0..<8).map { _ in
                LabelledBox(box: Self.box(&random), label: Int.random(in: 0..<20, using: &random))
            }
            let detections = (0..<100).map { index in
                let truth = truths[index % truths.count]
                return Detection(
                    box: index < 16 ? truth.box : Self.box(&random),
                    label: index < 16 ? truth.label : Int.random(in: 0..<20, using: &random),
                    score: Double.random(in: 0..<1, using: &random))
            }
            return EvaluatedImage(truths: truths, detections: detections)
        }
        let start = ContinuousClock.now
        let evaluation = DetectionEvaluation(images, classNames: (0..<20).map { "\($0)" })
        let time = ContinuousClock.now - start
        print("evaluation of 5,000 × 100 detections: \(time)")
        #expect(time < .seconds(10))
        #expect(evaluation.classes.reduce(0) { $0 + $1.detections } == 500_000)
    }

    private static func box(_ random: inout SplitMix64) -> Box {
        Box(
            x: Double.random(in: 0..<500, using: &random), y: Double.random(in: 0..<500, using: &random),
            width: Double.random(in: 5..<200, using: &random), height: Double.random(in: 5..<200, using: &random))
    }
}
