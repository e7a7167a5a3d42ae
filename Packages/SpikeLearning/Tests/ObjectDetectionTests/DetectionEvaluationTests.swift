import ObjectDetection
import Testing

@Suite struct DetectionEvaluationTests {
    @Test func agreesWithReference() throws {
        let golden = try GoldenDetections()
        let evaluation = DetectionEvaluation(golden.images, classNames: golden.classNames)
        let expected = golden.expected
        func compare(_ found: Double?, _ expected: Double, _ what: String) throws {
            let found = try #require(found)
            #expect(abs(found - expected) <= 1e-9, "\(what): \(found) for \(expected)")
        }
        try compare(evaluation.mAP50, expected.map50, "mAP50")
        try compare(evaluation.mAP5095, expected.map5095, "mAP50_95")
        try compare(evaluation.mAPVOC07, expected.mapVOC07, "VOC 2007")
        try compare(evaluation.mAPVOC10, expected.mapVOC10, "VOC 2010")
        #expect(evaluation.coco.values.count == 12 && expected.coco.count == 12 && COCOFigures.names.count == 12)
        for (index, name) in COCOFigures.names.enumerated() {
            try compare(evaluation.coco.values[index], expected.coco[index], name)
        }
        #expect(expected.classes.count == 19 && evaluation.images == 50)
        for (name, expected) in expected.classes {
            let result = evaluation.classes[expected.index]
            #expect(result.name == name && result.objects == expected.truths)
            #expect(result.detections == expected.detections && result.curve.hits.last == expected.hits, "\(name)")
            try compare(result.precision50, expected.precision50, name)
            try compare(result.precision5095, expected.precision5095, name)
            try compare(result.precisionVOC07, expected.precisionVOC07, name)
            try compare(result.precisionVOC10, expected.precisionVOC10, name)
        }
        #expect(evaluation.classes.filter { $0.objects == 0 }.map(\.name) == ["bird"])
    }

    private static func box(_ left: Double, _ size: Double = 10) -> Box {
        Box(x: left, y: 0, width: size, height: 10)
    }

    private static func truth(_ left: Double, difficult: Bool = false) -> LabelledBox {
        LabelledBox(box: box(left), label: 0, isDifficult: difficult)
    }

    private static func found(_ left: Double, _ score: Double, label: Int = 0) -> Detection {
        Detection(box: box(left), label: label, score: score)
    }

    private static func rounded(_ figures: COCOFigures) -> [Double] {
        figures.values.map { ($0 * 1e12).rounded() / 1e12 }
    }

    private static func evaluation(_ truths: [LabelledBox], _ detections: [Detection]) -> DetectionEvaluation {
        DetectionEvaluation([EvaluatedImage(truths: truths, detections: detections)], classNames: ["a", "b"])
    }

    @Test func aPerfectDetector() throws {
        let result = Self.evaluation([Self.truth(0), Self.truth(50)], [Self.found(0, 0.5), Self.found(50, 0.4)])
        // The interpolated curve falls to 0 in its last hundredth.
        #expect(try abs(#require(result.mAP50) - 0.995) < 1e-12 && abs(#require(result.mAP5095) - 0.995) < 1e-12)
        #expect(result.mAPVOC07 == 1 && result.mAPVOC10 == 1)
        // 100 square pixels are small.
        // pycocotools adds the distance of 1 and the next number to the denominator of a precision.
        #expect(Self.rounded(result.coco) == [1, 1, 1, 1, -1, -1, 0.5, 1, 1, 1, -1, -1])
    }

    @Test func nothingToFind() {
        let result = Self.evaluation([], [Self.found(0, 0.5)])
        #expect(result.mAP50 == nil && result.mAP5095 == nil && result.mAPVOC07 == nil && result.mAPVOC10 == nil)
        #expect(result.coco.values == [Double](repeating: -1, count: 12))
        #expect(result.classes[0].objects == 0 && result.classes[0].precision50 == 0)
    }

    @Test func nothingFound() {
        let result = Self.evaluation([Self.truth(0)], [])
        #expect(result.mAP50 == 0 && result.mAP5095 == 0 && result.mAPVOC07 == 0 && result.mAPVOC10 == 0)
        #expect(result.coco.values == [0, 0, 0, 0, -1, -1, 0, 0, 0, 0, -1, -1])
    }

    @Test func aSecondHitIsAFalseAlarm() {
        let result = Self.evaluation([Self.truth(0)], [Self.found(0, 0.9), Self.found(0, 0.8), Self.found(99, 0.7)])
        #expect(result.classes[0].curve.hits == [1, 1, 1] && result.classes[0].curve.scores == [0.9, 0.8, 0.7])
        #expect(result.classes[0].curve.precision == [1, 0.5, 1.0 / 3] && result.classes[0].curve.recall == [1, 1, 1])
    }

    /// VOC judges a detection by the object that it overlaps most, also if that was hit before; COCO by the best free one.
    @Test func theTwoRulesOfMatching() {
        // The second detection overlaps the first object by 9/11 and the second one by 7/13.
        let truths = [Self.truth(0), Self.truth(4)]
        let result = Self.evaluation(truths, [Self.found(0, 0.9), Self.found(1, 0.8)])
        #expect(result.classes[0].curve.hits == [1, 1])
        #expect(result.coco.values[8] == (1 + 0.5 * 9) / 10)
    }

    @Test func difficultObjectsAreIgnored() {
        let truths = [Self.truth(0), Self.truth(50, difficult: true)]
        let result = Self.evaluation(truths, [Self.found(50, 0.9), Self.found(50, 0.8), Self.found(0, 0.7)])
        #expect(result.classes[0].objects == 1 && result.classes[0].curve.hits == [1])
        #expect(result.mAPVOC10 == 1 && Self.rounded(result.coco)[0] == 1)
    }

    @Test func recallIsComparedInWholeNumbers() {
        // 3 of 10 objects are found without a false alarm: the recalls 0, 0.1, 0.2 and 0.3 have precision 1.
        let truths = (0..<10).map { Self.truth(Double(20 * $0)) }
        let result = Self.evaluation(truths, (0..<3).map { Self.found(Double(20 * $0), 0.9) })
        #expect(result.mAPVOC07 == 4.0 / 11 && abs(result.mAPVOC10! - 0.3) < 1e-12)
    }

    @Test func detectionsWithoutAScoreAreLeftOut() {
        let result = Self.evaluation([Self.truth(0)], [Self.found(40, .nan), Self.found(0, 0.1)])
        #expect(result.mAPVOC10 == 1 && result.classes[0].detections == 1)
    }

    @Test func confusion() {
        let truths = [
            Self.truth(0), Self.truth(20), LabelledBox(box: Self.box(40), label: 1),
            LabelledBox(box: Self.box(60), label: 1, isDifficult: true),
        ]
        let detections = [
            Self.found(0, 0.9), Self.found(1, 0.95),  // The nearer one is the hit, not the surer one.
            Self.found(40, 0.3), Self.found(60, 0.9), Self.found(20, 0.2), Self.found(80, 0.25, label: 1),
        ]
        let images = [EvaluatedImage(truths: truths, detections: detections)]
        let confusion = DetectionConfusion(images, classCount: 2, score: 0.25, iou: 0.5)
        #expect(confusion.counts == [[1, 0, 1], [1, 0, 0], [1, 1, 0]])
        // All overlap their objects by exactly 1 or 9/11.
        #expect(DetectionConfusion(images, classCount: 2, score: 0.25, iou: 0.9).counts == confusion.counts)
        #expect(
            DetectionConfusion(images, classCount: 2, score: 0.1, iou: 1).counts == [
                [2, 0, 0], [1, 0, 0], [1, 1, 0],
            ])
        #expect(DetectionConfusion(images, classCount: 2, score: 0.96).counts == [[0, 0, 2], [0, 0, 1], [0, 0, 0]])
    }
}
