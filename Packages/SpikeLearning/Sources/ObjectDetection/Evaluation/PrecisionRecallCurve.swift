/// Precision and recall of the detections of a class, as the lowest accepted score falls.
public struct PrecisionRecallCurve: Sendable, Hashable {
    /// The number of objects to find.
    public let objects: Int
    /// The scores of the detections that count, falling.
    public let scores: [Double]
    /// The number of objects found with at least the score of the same place.
    public let hits: [Int]

    /// Precision: the part of the detections down to each one that are hits, in 0...1.
    public var precision: [Double] { hits.enumerated().map { Double($1) / Double($0 + 1) } }

    /// Recall: the part of the objects that are found down to each detection, in 0...1; 0 if there is no object.
    public var recall: [Double] { hits.map { objects > 0 ? Double($0) / Double(objects) : 0 } }

    /// The highest precision at each place or a later one.
    private var envelope: [Double] {
        var envelope = precision
        for index in envelope.indices.dropLast().reversed() {
            envelope[index] = max(envelope[index], envelope[index + 1])
        }
        return envelope
    }

    /// Average precision as VOC 2007 defines it: the mean over the recalls 0, 0.1, … 1 of the highest precision at that
    /// recall or a higher one. Recalls are compared in whole numbers, so that 3 of 10 objects reach 0.3.
    ///
    /// Source: Everingham et al. 2010, doi:10.1007/s11263-009-0275-4.
    public var elevenPointPrecision: Double {
        let envelope = envelope
        var (sum, place) = (0.0, 0)
        for tenth in 0...10 {
            while place < hits.count, hits[place] * 10 < tenth * objects { place += 1 }
            if place < hits.count { sum += envelope[place] }
        }
        return sum / 11
    }

    /// Average precision as VOC 2010 defines it: the area below the highest precision at each recall or a higher one.
    ///
    /// Source: development kit of VOC 2010.
    public var allPointPrecision: Double {
        let (envelope, recall) = (envelope, recall)
        var (sum, before) = (0.0, 0.0)
        for (recall, precision) in zip(recall, envelope) where recall > before {
            sum += (recall - before) * precision
            before = recall
        }
        return sum
    }

    /// Average precision as YOLOv5 computes it: the envelope of the precision is read at the recalls 0, 0.01, … 1 by
    /// linear interpolation, and integrated by the trapezoidal rule. The curve begins at recall 0 with precision 1, and
    /// ends at recall 1 with precision 0, so that a perfect detector reaches 0.995. Without
    /// detections it is 0.
    public var interpolatedPrecision: Double {
        guard !hits.isEmpty else { return 0 }
        let (recalls, precisions) = ([0] + recall + [1], [1] + envelope + [0])
        var values: [Double] = []
        var place = 0
        for hundredth in 0...100 {
            let wanted = hundredth == 100 ? 1 : Double(hundredth) * 0.01
            while place + 1 < recalls.count, recalls[place + 1] <= wanted { place += 1 }
            if place + 1 == recalls.count || recalls[place] == wanted {
                values.append(precisions[place])
            } else {
                let slope = (precisions[place + 1] - precisions[place]) / (recalls[place + 1] - recalls[place])
                values.append(slope * (wanted - recalls[place]) + precisions[place])
            }
        }
        return zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 * 0.01 }
    }
}
