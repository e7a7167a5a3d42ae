/// Straight lines through points that are each known to within a tolerance.
///
/// A line a + h·i passes all points (i, y) within their tolerances r if
///
///     max (y − r − h·i)  ≤  min (y + r − h·i)
///
/// The maximum is on the upper hull of the lower ends, the minimum on the lower hull of the upper ends, so that a slope
/// is tried in as many steps as the hulls have corners.
struct LineFit {
    /// The corners of the hulls, from left to right.
    private var lowerEnds: [(x: Double, y: Double)] = []
    private var upperEnds: [(x: Double, y: Double)] = []
    /// The slopes of all lines that pass both the first and the last point.
    private let slopes: ClosedRange<Double>

    /// Prepares the fit of some points.
    ///
    /// - Parameters:
    ///   - values: Two or more values y, at x = 0, 1, 2, …
    ///   - tolerance: A function that returns the tolerance of a value by its index.
    init(_ values: [Double], tolerance: (Int) -> Double) {
        let origin = values[0]
        for (index, value) in values.enumerated() {
            let (x, y, r) = (Double(index), value - origin, tolerance(index))
            Self.append((x, y - r), to: &lowerEnds, turn: 1)
            Self.append((x, y + r), to: &upperEnds, turn: -1)
        }
        let last = values.count - 1
        let rise = values[last] - origin
        let slack = tolerance(0) + tolerance(last)
        slopes = (rise - slack) / Double(last)...(rise + slack) / Double(last)
    }

    private static func append(
        _ point: (x: Double, y: Double), to hull: inout [(x: Double, y: Double)], turn: Double
    ) {
        while hull.count >= 2 {
            let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
            let cross = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
            if turn * cross < 0 { break }
            hull.removeLast()
        }
        hull.append(point)
    }

    /// By how much the tolerances are too small for a line of this slope (0 or less: one fits), and which way to a
    /// better slope: below 0 it is a smaller one.
    private func lack(_ slope: Double) -> (amount: Double, direction: Double) {
        var (highest, lowest) = (-Double.infinity, Double.infinity)
        var (left, right) = (0.0, 0.0)
        for point in lowerEnds where point.y - slope * point.x > highest {
            highest = point.y - slope * point.x
            left = point.x
        }
        for point in upperEnds where point.y - slope * point.x < lowest {
            lowest = point.y - slope * point.x
            right = point.x
        }
        return (highest - lowest, left - right)
    }

    /// The slopes of all lines that pass every point; `nil` if there are none.
    var fittingSlopes: ClosedRange<Double>? {
        var (low, high) = (slopes.lowerBound, slopes.upperBound)
        var fitting: Double?
        for _ in 0..<200 where fitting == nil {
            let slope = low + (high - low) / 2
            let (amount, direction) = lack(slope)
            if amount <= 0 {
                fitting = slope
            } else if direction == 0 || slope <= low || slope >= high {
                return nil
            } else if direction < 0 {
                high = slope
            } else {
                low = slope
            }
        }
        guard let fitting else { return nil }
        return boundary(slopes.lowerBound, fitting)...boundary(slopes.upperBound, fitting)
    }

    /// The last slope that fits, on the way from one that does to one beyond.
    private func boundary(_ beyond: Double, _ fitting: Double) -> Double {
        var (outside, inside) = (beyond, fitting)
        if lack(outside).amount <= 0 { return outside }
        for _ in 0..<200 {
            let middle = inside + (outside - inside) / 2
            if middle == inside || middle == outside { break }
            if lack(middle).amount <= 0 { inside = middle } else { outside = middle }
        }
        return inside
    }

    /// The least tolerance, the same for all, with which a line passes points that were given none.
    var leastTolerance: Double {
        var (low, high) = (slopes.lowerBound, slopes.upperBound)
        // Without tolerances the two ends allow one slope only, and the best one may be another.
        let reach = max(abs(low), abs(high))
        (low, high) = (low - reach, high + reach)
        var least = Double.infinity
        for _ in 0..<200 {
            let slope = low + (high - low) / 2
            let (amount, direction) = lack(slope)
            least = min(least, amount / 2)
            if direction == 0 || slope <= low || slope >= high { break }
            if direction < 0 { high = slope } else { low = slope }
        }
        return max(0, least)
    }
}
