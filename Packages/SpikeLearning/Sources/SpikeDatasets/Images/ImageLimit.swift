/// Which images of a split are taken.
public enum ImageLimit: Sendable, Hashable {
    case all

    /// The first ones of the files.
    case first(Int)

    /// As many of each class as of any other, give or take one; where a class has too few, the others have more. The
    /// first of each class are taken.
    case evenly(Int)

    /// The places of the images taken, ascending, for images with these labels.
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
