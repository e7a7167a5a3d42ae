import ObjectDetection
import Testing

@Suite struct NonMaximumSuppressionTests {
    private struct Case: Decodable {
        let id: Int
        let boxes: [[Double]]
        let scores: [Double]
        let keptAt045, keptAt06: [Int]

        enum CodingKeys: String, CodingKey {
            case id, boxes, scores
            case keptAt045 = "keep_045"
            case keptAt06 = "keep_06"
        }
    }

    @Test func agreesWithReference() throws {
        let cases = try Fixture.load("nms", as: [Case].self)
        #expect(cases.count == 20)
        for one in cases {
            let boxes = one.boxes.map(Box.init)
            #expect(nonMaximumSuppression(boxes, scores: one.scores, threshold: 0.45) == one.keptAt045, "\(one.id)")
            #expect(nonMaximumSuppression(boxes, scores: one.scores, threshold: 0.6) == one.keptAt06, "\(one.id)")
        }
    }

    private static let box = Box(left: 0, top: 0, right: 10, bottom: 10)

    @Test func boxesOfOtherClassesAreNoRivals() {
        let scores = [0.5, 0.9, 0.7]
        let boxes = [Self.box, Self.box, Self.box]
        #expect(nonMaximumSuppression(boxes, scores: scores, threshold: 0.5) == [1])
        #expect(nonMaximumSuppression(boxes, scores: scores, labels: [4, 4, 7], threshold: 0.5) == [1, 2])
        let detections = zip(scores, [4, 4, 7]).map { Detection(box: Self.box, label: $1, score: $0) }
        #expect(detections.suppressingOverlaps(threshold: 0.5) == [detections[1], detections[2]])
        #expect(detections.suppressingOverlaps(threshold: 0.5, limit: 1) == [detections[1]])
    }

    @Test func theThresholdItselfIsAllowed() {
        // Half of each box is shared: 50 of 150.
        let boxes = [Self.box, Box(left: 5, top: 0, right: 15, bottom: 10)]
        #expect(nonMaximumSuppression(boxes, scores: [1, 1], threshold: 50.0 / 150) == [0, 1])
        #expect(nonMaximumSuppression(boxes, scores: [1, 1], threshold: 0.333) == [0])
        #expect(nonMaximumSuppression(boxes, scores: [0.1, 0.2], threshold: 0.333) == [1])
    }

    @Test func scoresThatAreNoNumbersAreDiscarded() {
        #expect(nonMaximumSuppression([Self.box, Self.box], scores: [.nan, 0.2], threshold: 0) == [1])
        #expect(nonMaximumSuppression([], scores: [], threshold: 0.5).isEmpty)
    }
}
