/// The detections of a class, judged by the rule of VOC at several thresholds at once.
///
/// The detections of all images are visited by falling scores. Each belongs to the object that it overlaps most. It is a
/// hit if the intersection over union is at least the threshold and the object was not hit before; otherwise it is a
/// false alarm. A detection that belongs to an ignored object is not counted, if it overlaps it enough.
struct VOCMatching {
    private let objects: Int
    private let scores: [Double]
    /// For each detection, a bit per threshold: whether it is a hit.
    private let hits: [UInt16]
    /// For each detection, a bit per threshold: whether it is not counted.
    private let ignored: [UInt16]

    /// Judges the detections of a class.
    ///
    /// - Parameter thresholds: The thresholds of the intersection over union, rising; at most 16.
    init(_ samples: ClassSamples, thresholds: [Double]) {
        var (scores, hits, ignored): ([Double], [UInt16], [UInt16]) = ([], [], [])
        var objects = 0
        for image in samples.images {
            objects += image.truths.count { !$0.isIgnored && !$0.isCrowd }
            // Only the order within an image decides which detection hits an object first.
            var taken = [UInt16](repeating: 0, count: image.truths.count)
            for found in image.found {
                var (best, overlap) = (-1, 0.0)
                for (index, truth) in image.truths.enumerated() {
                    let value = EvaluatedImage.overlap(found, truth, withCrowds: false)
                    if value > overlap { (best, overlap) = (index, value) }
                }
                let reached = UInt16(truncatingIfNeeded: 1 << thresholds.prefix { overlap >= $0 }.count - 1)
                scores.append(found.detection.score)
                guard best >= 0, reached != 0 else {
                    hits.append(0)
                    ignored.append(0)
                    continue
                }
                if image.truths[best].isIgnored || image.truths[best].isCrowd {
                    hits.append(0)
                    ignored.append(reached)
                } else {
                    hits.append(reached & ~taken[best])
                    ignored.append(0)
                    taken[best] |= reached
                }
            }
        }
        let order = [Int].stableOrder(scores)
        self.objects = objects
        self.scores = order.map { scores[$0] }
        self.hits = order.map { hits[$0] }
        self.ignored = order.map { ignored[$0] }
    }

    /// Returns precision and recall at one of the thresholds.
    func curve(threshold index: Int) -> PrecisionRecallCurve {
        var (counted, found): ([Double], [Int]) = ([], [])
        var sum = 0
        for place in scores.indices where ignored[place] >> index & 1 == 0 {
            sum += Int(hits[place] >> index & 1)
            counted.append(scores[place])
            found.append(sum)
        }
        return PrecisionRecallCurve(objects: objects, scores: counted, hits: found)
    }
}
