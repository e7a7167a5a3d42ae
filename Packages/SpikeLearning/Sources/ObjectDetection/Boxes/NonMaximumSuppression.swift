/// Returns the boxes that remain if each box suppresses those of lower scores that overlap it by more than a threshold.
///
/// The box with the highest score is kept, and all boxes whose intersection over union with it is above the threshold
/// are discarded; then the same is done with the rest. Of equal scores, the first comes first. A box whose score is not
/// a number is discarded. The time grows with the number of boxes times the number of those kept.
///
/// - Parameters:
///   - boxes: The boxes.
///   - scores: One score per box.
///   - labels: One class per box, so that only boxes of the same class suppress each other; `nil` if all boxes do.
///   - threshold: The greatest intersection over union of two boxes that are both kept, in 0...1.
///   - limit: The greatest number of boxes to keep, those of the highest scores.
/// - Returns: The indices of the boxes that are kept, in the order of falling scores.
public func nonMaximumSuppression(
    _ boxes: [Box], scores: [Double], labels: [Int]? = nil, threshold: Double, limit: Int = .max
) -> [Int] {
    precondition(
        boxes.count == scores.count && boxes.count == labels?.count ?? boxes.count,
        "nonMaximumSuppression: \(boxes.count) boxes need as many scores and labels, got \(scores.count) and "
            + "\(labels?.count ?? boxes.count)")
    precondition((0...1).contains(threshold), "nonMaximumSuppression: threshold must be in 0...1, got \(threshold)")
    let order = boxes.indices.filter { !scores[$0].isNaN }.sorted { (scores[$0], $1) > (scores[$1], $0) }
    var kept: [Int] = []
    /// The kept boxes of each class, with their areas.
    var rivals: [Int: [(box: Box, area: Double)]] = [:]
    for index in order {
        guard kept.count < limit else { break }
        let (box, area, label) = (boxes[index], boxes[index].area, labels?[index] ?? 0)
        let isSuppressed = rivals[label]?.contains { rival in
            let shared = box.intersectionArea(rival.box)
            return shared > 0 && shared / (area + rival.area - shared) > threshold
        }
        if isSuppressed == true { continue }
        kept.append(index)
        rivals[label, default: []].append((box, area))
    }
    return kept
}

extension Array where Element == Detection {
    /// Returns the detections that remain after non-maximum suppression among those of each class, in the order of
    /// falling scores.
    ///
    /// - Parameters:
    ///   - threshold: The greatest intersection over union of two detections of a class that are both kept, in 0...1.
    ///   - limit: The greatest number of detections to keep, over all classes.
    public func suppressingOverlaps(threshold: Double, limit: Int = .max) -> [Detection] {
        nonMaximumSuppression(
            map(\.box), scores: map(\.score), labels: map(\.label), threshold: threshold, limit: limit
        ).map { self[$0] }
    }
}
