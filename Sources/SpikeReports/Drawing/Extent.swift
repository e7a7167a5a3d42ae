import Foundation

/// The range from the least to the largest of some values. NaN and infinite values are ignored.
struct Extent: Sendable, Hashable {
    private(set) var lower = Double.infinity
    private(set) var upper = -Double.infinity

    init() {}

    init(_ values: some Sequence<Double>) {
        for value in values { include(value) }
    }

    init(_ lower: Double, _ upper: Double) {
        include(lower)
        include(upper)
    }

    var isEmpty: Bool { lower > upper }

    mutating func include(_ value: Double) {
        guard value.isFinite else { return }
        // Values are bounded so that the arithmetic of drawing stays finite.
        let bounded = min(max(value, -1e300), 1e300)
        lower = min(lower, bounded)
        upper = max(upper, bounded)
    }

    /// Whether all values are above 0 and span more than two decades.
    var suitsLogarithm: Bool { !isEmpty && lower > 1e-300 && upper / lower > 100 }

    /// The range to draw: an empty extent becomes 0…1, and a constant one gets space on both sides.
    var drawable: Extent {
        if isEmpty { return Extent(0, 1) }
        let size = max(lower.magnitude, upper.magnitude)
        if size < 1e-280 { return Extent(-1, 1) }
        guard upper - lower < size * 1e-12 else { return self }
        let middle = lower / 2 + upper / 2
        return Extent(middle - size * 0.05, middle + size * 0.05)
    }

    func padded(by share: Double) -> Extent {
        let margin = (upper - lower) * share
        return Extent(lower - margin, upper + margin)
    }

    /// The range with space on both sides, which is a share of its width on a logarithmic axis.
    func paddedLogarithmically(by share: Double) -> Extent {
        let factor = log(upper / lower) * share
        return Extent(lower / exp(factor), upper * exp(factor))
    }
}
