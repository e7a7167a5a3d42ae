/// The selection of images that is taken from a split.
public enum ImageLimit: Sendable, Hashable {
    /// All images.
    case all

    /// The given number of images from the beginning of the split.
    case first(Int)

    /// The given number of images, spread evenly over the classes: the numbers per class differ by at most one. Where a
    /// class has too few images, the other classes have more. The first images of each class are taken.
    case evenly(Int)

    /// Returns the positions of the selected images, in ascending order.
    ///
    /// Traps if the number of images to take is negative.
    ///
    /// - Parameter labels: The labels of all images.
    public func indices(_ labels: [Int]) -> [Int] {
        switch self {
        case .all: return Array(labels.indices)
        case .first(let count):
            precondition(count >= 0, "ImageLimit: count must be >= 0, got \(count)")
            return Array(labels.indices.prefix(count))
        case .evenly(let count):
            precondition(count >= 0, "ImageLimit: count must be >= 0, got \(count)")
            if count >= labels.count { return Array(labels.indices) }
            var seen: [Int: Int] = [:]
            let ranked = labels.enumerated().map { index, label in
                let rank = seen[label, default: 0]
                seen[label] = rank + 1
                return (rank: rank, label: label, index: index)
            }
            let order = ranked.sorted { ($0.rank, $0.label) < ($1.rank, $1.label) }
            return order.prefix(count).map(\.index).sorted()
        }
    }
}
