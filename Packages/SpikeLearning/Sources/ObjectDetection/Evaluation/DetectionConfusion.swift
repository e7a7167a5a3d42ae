/// How often objects of each class were found as objects of each class, or not at all.
public struct DetectionConfusion: Sendable, Hashable {
    /// The numbers of pairs: [class of the object][class of the detection]. The last row is for detections that belong
    /// to no object, and the last column for objects that were not found.
    public let counts: [[Int]]

    /// Counts pairs of objects and detections of any class.
    ///
    /// In each image, the pair with the greatest intersection over union is formed first, then the next among the
    /// remaining objects and detections, as long as it is at least `iou`. Detections that are paired with ignored
    /// objects or crowds are not counted.
    ///
    /// - Parameters:
    ///   - images: The images with their objects and detections.
    ///   - classCount: The number of classes. Traps if a label is not below it.
    ///   - score: The lowest score of detections that count.
    ///   - iou: The least intersection over union of a pair, above 0.
    public init(_ images: [EvaluatedImage], classCount: Int, score: Double = 0.25, iou: Double = 0.5) {
        precondition(iou > 0, "DetectionConfusion: iou must be > 0, got \(iou)")
        var counts = [[Int]](repeating: [Int](repeating: 0, count: classCount + 1), count: classCount + 1)
        for image in images {
            let found = image.found.filter { $0.detection.score >= score }
            var pairs: [(overlap: Double, truth: Int, found: Int)] = []
            for (place, one) in found.enumerated() {
                for (index, truth) in image.truths.enumerated() {
                    let overlap = EvaluatedImage.overlap(one, truth, withCrowds: false)
                    if overlap >= iou { pairs.append((overlap, index, place)) }
                }
            }
            pairs.sort { ($1.overlap, $0.truth, $0.found) < ($0.overlap, $1.truth, $1.found) }
            var isFound = [Bool](repeating: false, count: image.truths.count)
            var isUsed = [Bool](repeating: false, count: found.count)
            for pair in pairs where !isFound[pair.truth] && !isUsed[pair.found] {
                let truth = image.truths[pair.truth]
                isUsed[pair.found] = true
                if truth.isIgnored || truth.isCrowd { continue }
                isFound[pair.truth] = true
                counts[truth.label][found[pair.found].detection.label] += 1
            }
            for (index, truth) in image.truths.enumerated() where !isFound[index] && !truth.isIgnored && !truth.isCrowd
            {
                counts[truth.label][classCount] += 1
            }
            for (place, one) in found.enumerated() where !isUsed[place] {
                counts[classCount][one.detection.label] += 1
            }
        }
        self.counts = counts
    }
}
