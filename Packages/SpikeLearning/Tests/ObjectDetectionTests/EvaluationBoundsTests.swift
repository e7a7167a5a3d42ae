import Testing

@testable import ObjectDetection

/// Sizes, overlaps, ranks and numbers of objects that lie on a bound of the evaluation.
@Suite struct EvaluationBoundsTests {
    private static func box(_ left: Double, _ width: Double, _ height: Double) -> Box {
        Box(x: left, y: 0, width: width, height: height)
    }

    private static func figures(_ truths: [EvaluatedImage.Truth], _ found: [Detection]) -> [String: Double] {
        let evaluation = DetectionEvaluation(
            [EvaluatedImage(truths: truths, found: found.map { .init($0) })], classNames: ["a"])
        return Dictionary(
            uniqueKeysWithValues: zip(COCOFigures.names, evaluation.coco.values.map { ($0 * 1e9).rounded() / 1e9 }))
    }

    private static func truth(
        _ box: Box, area: Double? = nil, isCrowd: Bool = false, isIgnored: Bool = false
    ) -> EvaluatedImage.Truth {
        .init(
            box: box, boxArea: box.area, label: 0, area: area ?? box.area, isCrowd: isCrowd, isIgnored: isIgnored)
    }

    @Test(
        arguments: [
            (0.25, [true, false, false]), (1024, [true, true, false]), (1024.5, [false, true, false]),
            (1023.5, [true, false, false]), (9216, [false, true, true]), (9215.5, [false, true, false]),
            (9216.5, [false, false, true]), (1e10, [false, false, true]),
        ] as [(Double, [Bool])])
    func areasOnTheBoundsBelongToBothSides(area: Double, ranges: [Bool]) throws {
        let box = Self.box(0, 10, 10)
        let figures = Self.figures([Self.truth(box, area: area)], [Detection(box: box, label: 0, score: 0.5)])
        for (name, isIn) in zip(["small", "medium", "large"], ranges) {
            #expect(figures["AR\(name)"] == (isIn ? 1 : -1) && figures["AP\(name)"] == (isIn ? 1 : -1), "\(name)")
        }
        #expect(figures["AP"] == 1 && figures["AR100"] == 1)
    }

    @Test func areasBeyondAllRangesAreIgnored() {
        let box = Self.box(0, 10, 10)
        let figures = Self.figures([Self.truth(box, area: 1.005e10)], [])
        #expect(figures["AP"] == -1 && figures["APlarge"] == -1 && figures["AR1"] == -1)
    }

    @Test func recallCountsTheFirstDetections() {
        for count in [1, 2, 10, 11, 100, 101, 130] {
            let boxes = (0..<count).map { Self.box(Double(20 * $0), 10, 10) }
            let found = boxes.enumerated().map { Detection(box: $1, label: 0, score: 1 - Double($0) / 1000) }
            let figures = Self.figures(boxes.map { Self.truth($0) }, found)
            for limit in [1, 10, 100] {
                let expected = (Double(min(limit, count)) / Double(count) * 1e9).rounded() / 1e9
                #expect(figures["AR\(limit)"] == expected, "\(count) objects, the first \(limit)")
            }
        }
    }

    /// An overlap of exactly one half, and a detection that overlaps a crowd better than the object.
    @Test func theFirstThresholdAndCrowds() {
        let half = Self.figures(
            [Self.truth(Self.box(0, 10, 10))], [Detection(box: Self.box(0, 10, 5), label: 0, score: 0.5)])
        #expect(half["AP50"] == 1 && half["AP75"] == 0 && half["AP"] == 0.1)
        let object = Self.truth(Self.box(0, 10, 10))
        let crowd = Self.truth(Self.box(0, 10, 12), isCrowd: true)
        for truths in [[object, crowd], [crowd, object]] {
            let found = Self.figures(truths, [Detection(box: Self.box(0, 10, 12), label: 0, score: 0.5)])
            #expect(found["AP50"] == 1 && found["AP75"] == 1 && found["AR100"] == 0.7)
        }
    }

    @Test func whatIsIgnoredInEitherWayIsNoObject() {
        let box = Self.box(0, 10, 10)
        for (isCrowd, isIgnored) in [(true, false), (false, true), (true, true)] {
            let image = EvaluatedImage(
                truths: [
                    Self.truth(box, isCrowd: isCrowd, isIgnored: isIgnored), Self.truth(Self.box(50, 10, 10)),
                ], found: [.init(Detection(box: box, label: 0, score: 0.5))])
            let result = DetectionEvaluation([image], classNames: ["a"]).classes[0]
            #expect(result.objects == 1 && result.curve.hits.isEmpty)
            #expect(DetectionConfusion([image], classCount: 1).counts == [[0, 1], [0, 0]])
            let alone = EvaluatedImage(truths: [image.truths[0]], found: [])
            #expect(DetectionConfusion([alone], classCount: 1).counts == [[0, 0], [0, 0]])
        }
    }

    @Test func theFirstOfEqualObjectsIsMatched() {
        let box = Self.box(0, 10, 10)
        let image = EvaluatedImage(
            truths: [Self.truth(box), Self.truth(box, isIgnored: true)],
            found: [.init(Detection(box: box, label: 0, score: 0.5))])
        #expect(DetectionEvaluation([image], classNames: ["a"]).classes[0].curve.hits == [1])
    }

    @Test func detectionsOfAnImageAreOrdered() {
        let box = Self.box(0, 10, 10)
        let image = EvaluatedImage(
            truths: [LabelledBox(box: box, label: 0)],
            detections: [
                Detection(box: Self.box(0, 10, 8), label: 0, score: 0.2), Detection(box: box, label: 0, score: 0.6),
            ])
        let result = DetectionEvaluation([image], classNames: ["a"])
        #expect(result.classes[0].curve.scores == [0.6, 0.2] && result.classes[0].curve.hits == [1, 1])
        #expect(result.coco.values[6] == 1 && abs(result.coco.values[0] - 1) < 1e-12)
    }

    /// The first image shows nothing of a class that the second shows.
    @Test func aClassMayBeginInAnyImage() {
        let box = Self.box(0, 10, 10)
        let images = (0..<3).map { index in
            EvaluatedImage(
                truths: index == 0 ? [] : [LabelledBox(box: box, label: 1)],
                detections: index == 1 ? [Detection(box: box, label: 1, score: 0.5)] : [])
        }
        let result = DetectionEvaluation(images, classNames: ["a", "b"])
        #expect(result.classes.map(\.objects) == [0, 2] && result.classes[1].curve.hits == [1])
        #expect(result.classes[0].curve.recall.isEmpty && result.images == 3)
    }

    @Test func classesWithoutObjectsHaveNoFigures() {
        let image = EvaluatedImage(
            truths: [], detections: [Detection(box: Self.box(0, 10, 10), label: 0, score: 0.5)])
        let result = DetectionEvaluation([image], classNames: ["a"]).classes[0]
        #expect(
            [result.precision50, result.precision5095, result.precisionVOC07, result.precisionVOC10] == [0, 0, 0, 0])
        #expect(result.curve.recall == [0] && result.curve.precision == [0] && result.detections == 1)
    }

    @Test func confusionTakesWhatIsOnItsBounds() {
        let truth = LabelledBox(box: Self.box(0, 10, 10), label: 0)
        func counts(_ score: Double, _ height: Double) -> [[Int]] {
            let found = Detection(box: Self.box(0, 10, height), label: 0, score: score)
            return DetectionConfusion([EvaluatedImage(truths: [truth], detections: [found])], classCount: 1).counts
        }
        #expect(counts(0.25, 5) == [[1, 0], [0, 0]])
        #expect(counts(0.2499, 5) == [[0, 1], [0, 0]])
        #expect(counts(0.25, 4.99) == [[0, 1], [1, 0]])
    }

    @Test func confusionNeedsAnOverlap() async {
        await #expect(processExitsWith: .failure) { _ = DetectionConfusion([], classCount: 1, iou: 0) }
        #expect(DetectionConfusion([], classCount: 1, iou: .leastNonzeroMagnitude).counts == [[0, 0], [0, 0]])
    }

    // MARK: Boxes

    @Test func boxesBelowOnePixel() {
        let small = Box(x: 0.1, y: 0.2, width: 0.5, height: 0.25)
        #expect(!small.isEmpty && abs(small.area - 0.125) < 1e-15 && abs(small.intersectionArea(small) - 0.125) < 1e-15)
        #expect(abs(small.iou(small) - 1) < 1e-12)
        #expect(nonMaximumSuppression([small, small], scores: [0.5, 0.9], threshold: 0.5) == [1])
        let other = Box(x: 0.1, y: 0.2, width: 0.5, height: 0.125)
        let found = EvaluatedImage.Found(Detection(box: other, label: 0, score: 1))
        #expect(abs(EvaluatedImage.overlap(found, Self.truth(small), withCrowds: false) - 0.5) < 1e-12)
        let unit = Box(left: 0, top: 0, right: 1, bottom: 1)
        #expect(unit.iou(unit) == 1 && unit.giou(unit) == 1 && unit.diou(unit) == 1 && unit.ciou(unit) == 1)
    }

    @Test func boxesWithoutArea() {
        let point = Box(left: 3, top: 3, right: 3, bottom: 3)
        #expect([point.iou(point), point.giou(point), point.diou(point), point.ciou(point)] == [0, 0, 0, 0])
        let flipped = Box(left: 4, top: 0, right: 1, bottom: 5)
        #expect(flipped.area == 0 && flipped.isEmpty && Box(left: 0, top: 5, right: 5, bottom: 1).area == 0)
        #expect(
            Box(left: 0, top: 0, right: 2, bottom: 2).intersectionArea(Box(left: 2, top: 0, right: 3, bottom: 2)) == 0)
    }

    @Test func clippingKeepsWhatIsInside() {
        let inside = Box(left: 0.5, top: 0.25, right: 19.5, bottom: 7.75)
        #expect(inside.clipped(width: 20, height: 8) == inside)
        let before = Box(left: -9, top: -8, right: -2, bottom: -3).clipped(width: 20, height: 8)
        #expect(before == Box(left: 0, top: 0, right: 0, bottom: 0))
        let after = Box(left: 29, top: 28, right: 32, bottom: 33).clipped(width: 20, height: 8)
        #expect(after == Box(left: 20, top: 8, right: 20, bottom: 8))
    }

    @Test func suppressionTakesThresholdsFromNoneToAll() async {
        let box = Box(left: 0, top: 0, right: 10, bottom: 10)
        #expect(nonMaximumSuppression([box, box], scores: [0.5, 0.9], threshold: 1) == [1, 0])
        #expect(nonMaximumSuppression([box], scores: [0.5], threshold: 0, limit: 0).isEmpty)
        await #expect(processExitsWith: .failure) { _ = nonMaximumSuppression([], scores: [], threshold: 1.01) }
        await #expect(processExitsWith: .failure) { _ = nonMaximumSuppression([], scores: [], threshold: -0.01) }
        await #expect(processExitsWith: .failure) { _ = nonMaximumSuppression([], scores: [1], threshold: 0.5) }
        await #expect(processExitsWith: .failure) {
            let box = Box(left: 0, top: 0, right: 10, bottom: 10)
            _ = nonMaximumSuppression([box], scores: [1], labels: [], threshold: 0.5)
        }
    }
}
