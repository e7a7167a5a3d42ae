/// The twelve figures of COCO, computed as pycocotools computes them.
///
/// A detection matches the free object of its class and image that it overlaps most, if the intersection over union is
/// at least the threshold. Objects outside of a range of areas, and crowds, need not be found; detections of them are
/// not counted, nor are unmatched detections outside of the range. A crowd can be matched any number of times, and its
/// overlap is the part of the detection that lies in it. Precision is the mean over the recalls 0, 0.01, … 1 of the
/// highest precision at that recall or a higher one.
///
/// Source: Lin et al. 2014, arXiv 1405.0312; `COCOeval` of pycocotools 2.0.
public struct COCOFigures: Sendable, Hashable {
    /// The names of the figures, in pycocotools' order: average precisions, then average recalls.
    public static let names = [
        "AP", "AP50", "AP75", "APsmall", "APmedium", "APlarge", "AR1", "AR10", "AR100", "ARsmall", "ARmedium",
        "ARlarge",
    ]

    /// The figures, in the order of `names`. A figure is −1 where there is no object to find.
    public let values: [Double]

    /// The thresholds of the intersection over union: 0.5, 0.55, … 0.95, rounded as NumPy rounds them.
    static let thresholds: [Double] = (0..<10).map { index in
        let step = (0.95 - 0.5) / 9
        return index == 9 ? 0.95 : Double(index) * step + 0.5
    }

    /// The ranges of areas in square pixels: all, small, medium and large.
    private static let ranges: [ClosedRange<Double>] = [0...1e10, 0...1024, 1024...9216, 9216...1e10]

    /// The greatest numbers of detections per image and class that are looked at.
    private static let limits = [1, 10, 100]

    init(_ classes: [ClassSamples]) {
        let results = classes.map(ClassResult.init)
        func precision(_ range: Int = 0, _ thresholds: Range<Int> = 0..<10) -> Double {
            Self.mean(
                results.filter { $0.objects[range] > 0 }.flatMap { result in
                    thresholds.map { result.precisions[range][$0] }
                })
        }
        func recall(_ range: Int = 0, limit: Int = 2) -> Double {
            Self.mean(results.filter { $0.objects[range] > 0 }.flatMap { $0.recalls[range][limit] })
        }
        values = [
            precision(), precision(0, 0..<1), precision(0, 5..<6), precision(1), precision(2), precision(3),
            recall(limit: 0), recall(limit: 1), recall(), recall(1), recall(2), recall(3),
        ]
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? -1 : values.reduce(0, +) / Double(values.count)
    }

    /// The results of one class.
    private struct ClassResult {
        /// The number of objects to find, by range.
        var objects = [Int](repeating: 0, count: ranges.count)
        /// The average precision with the last limit: [range][threshold].
        var precisions: [[Double]]
        /// The recall: [range][limit][threshold].
        var recalls: [[[Double]]]

        init(_ samples: ClassSamples) {
            var judged: [Judged] = []
            for image in samples.images { judged += ImageMatching(image, &objects).detections() }
            judged.sortStably { $0.score }
            let objects = objects
            precisions = ranges.indices.map { range in
                thresholds.indices.map { judged.precision(at: 10 * range + $0, objects: objects[range]) }
            }
            recalls = ranges.indices.map { range in
                limits.map { limit in
                    thresholds.indices.map {
                        judged.recall(at: 10 * range + $0, limit: limit, objects: objects[range])
                    }
                }
            }
        }
    }

    /// A detection and its judgement, in a bit for each range and threshold: bit 10·range + threshold.
    fileprivate struct Judged {
        let score: Double
        /// The number of detections of the class in the same image with a higher score.
        let rank: Int
        var hits: UInt64 = 0
        var ignored: UInt64 = 0
    }

    /// Matches the detections of one image with its objects.
    private struct ImageMatching {
        private let truths: [EvaluatedImage.Truth]
        private let found: ArraySlice<EvaluatedImage.Found>

        /// - Parameter objects: The number of objects to find by range, to which those of the image are added.
        init(_ image: ClassSamples.Sample, _ objects: inout [Int]) {
            truths = image.truths
            found = image.found.prefix(limits.last!)
            for (range, areas) in ranges.enumerated() {
                objects[range] += truths.count { !$0.isCrowd && areas.contains($0.area) }
            }
        }

        func detections() -> [Judged] {
            var judged = found.enumerated().map { Judged(score: $1.detection.score, rank: $0) }
            let overlaps = found.map { found in
                truths.map { EvaluatedImage.overlap(found, $0, withCrowds: true) }
            }
            for (range, areas) in ranges.enumerated() {
                let isIgnored = truths.map { $0.isCrowd || !areas.contains($0.area) }
                let order = truths.indices.filter { !isIgnored[$0] } + truths.indices.filter { isIgnored[$0] }
                for (number, threshold) in thresholds.enumerated() {
                    let bit = UInt64(1) << (10 * range + number)
                    var isTaken = [Bool](repeating: false, count: truths.count)
                    for (place, found) in found.enumerated() {
                        var (best, overlap) = (-1, min(threshold, 1 - 1e-10))
                        for index in order where !isTaken[index] || truths[index].isCrowd {
                            // Objects that need not be found come last, and only if there is no other.
                            if best >= 0, !isIgnored[best], isIgnored[index] { break }
                            guard overlaps[place][index] >= overlap else { continue }
                            (best, overlap) = (index, overlaps[place][index])
                        }
                        if best >= 0 {
                            isTaken[best] = true
                            if isIgnored[best] { judged[place].ignored |= bit } else { judged[place].hits |= bit }
                        } else if !areas.contains(found.area) {
                            judged[place].ignored |= bit
                        }
                    }
                }
            }
            return judged
        }
    }
}

extension [COCOFigures.Judged] {
    /// Returns the mean over 101 recalls of the highest precision at that recall or a higher one.
    fileprivate func precision(at bit: Int, objects: Int) -> Double {
        guard objects > 0 else { return 0 }
        var (hits, alarms) = (0, 0)
        var (recalls, precisions): ([Double], [Double]) = ([], [])
        for one in self where one.ignored >> bit & 1 == 0 {
            if one.hits >> bit & 1 == 1 { hits += 1 } else { alarms += 1 }
            recalls.append(Double(hits) / Double(objects))
            precisions.append(Double(hits) / (Double(hits + alarms) + 0x1p-52))
        }
        for index in precisions.indices.dropLast().reversed() where precisions[index + 1] > precisions[index] {
            precisions[index] = precisions[index + 1]
        }
        var (sum, place) = (0.0, 0)
        for hundredth in 0...100 {
            let wanted = hundredth == 100 ? 1 : Double(hundredth) * 0.01
            while place < recalls.count, recalls[place] < wanted { place += 1 }
            if place == recalls.count { break }
            sum += precisions[place]
        }
        return sum / 101
    }

    /// Returns the part of the objects that the first `limit` detections of each image find.
    fileprivate func recall(at bit: Int, limit: Int, objects: Int) -> Double {
        guard objects > 0 else { return 0 }
        let hits = count { $0.rank < limit && $0.ignored >> bit & 1 == 0 && $0.hits >> bit & 1 == 1 }
        return Double(hits) / Double(objects)
    }
}
