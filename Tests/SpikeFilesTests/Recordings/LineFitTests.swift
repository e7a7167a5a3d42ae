import Testing

@testable import SpikeFiles

/// Lines through points, against the inequality of each pair of points.
@Suite struct LineFitTests {
    /// The slopes h with y[j] − y[i] − r[i] − r[j] ≤ h·(j − i) ≤ y[j] − y[i] + r[i] + r[j] for all i < j.
    private func slopes(_ values: [Double], _ tolerance: (Int) -> Double) -> ClosedRange<Double>? {
        var (low, high) = (-Double.infinity, Double.infinity)
        for i in values.indices {
            for j in (i + 1)..<max(values.count, i + 1) {
                let (rise, slack) = (values[j] - values[i], tolerance(i) + tolerance(j))
                low = max(low, (rise - slack) / Double(j - i))
                high = min(high, (rise + slack) / Double(j - i))
            }
        }
        return low <= high ? low...high : nil
    }

    private func expectSame(_ found: ClosedRange<Double>?, _ expected: ClosedRange<Double>?, _ comment: String) {
        guard let expected else {
            #expect(found == nil, "\(comment)")
            return
        }
        #expect(abs((found?.lowerBound ?? .infinity) - expected.lowerBound) < 1e-9, "\(comment)")
        #expect(abs((found?.upperBound ?? .infinity) - expected.upperBound) < 1e-9, "\(comment)")
    }

    @Test func slopesOfAllLines() {
        for (values, expected) in [
            ([0, 2, 4], 1.5...2.5), ([0, 2.5, 4], 1.5...2.5), ([0, 3.2, 4], nil), ([0, 0.8, 4], nil), ([7, 9], 1...3),
            ([0, -2.9, -4], -2.1...(-1.9)), ([5, 5, 5, 5], -1.0 / 3...1.0 / 3),
        ] as [([Double], ClosedRange<Double>?)] {
            expectSame(LineFit(values) { _ in 0.5 }.fittingSlopes, expected, "\(values)")
        }
        let values = [0, 2.2, 4.1, 6]
        expectSame(LineFit(values) { _ in 0.2 }.fittingSlopes, 5.6 / 3...2.1, "equal tolerances")
        expectSame(LineFit(values) { $0 == 0 ? 1 : 0.2 }.fittingSlopes, 1.7...2.1, "a wide tolerance first")
        expectSame(LineFit(values.map { $0 + 1e6 }) { _ in 0.2 }.fittingSlopes, 5.6 / 3...2.1, "far from 0")
    }

    @Test func randomPoints() {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("line fit: seed \(seed)")
        var generator = SplitMix(state: seed)
        var fits = 0
        for round in 0..<300 {
            let count = Int.random(in: 2...30, using: &generator)
            let slope = Double.random(in: -3...3, using: &generator)
            let values = (0..<count).map { slope * Double($0) + .random(in: -0.3...0.3, using: &generator) }
            let tolerances = values.map { _ in Double.random(in: 0.1...0.5, using: &generator) }
            let expected = slopes(values) { tolerances[$0] }
            // Where slopes barely fit, rounding decides.
            if let expected, expected.upperBound - expected.lowerBound < 1e-6 { continue }
            fits += expected == nil ? 0 : 1
            expectSame(LineFit(values) { tolerances[$0] }.fittingSlopes, expected, "round \(round)")
        }
        #expect(fits > 20 && fits < 290)
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }

    @Test func leastTolerances() {
        for (values, expected) in [
            ([0, 3, 4], 0.5), ([0, 1, 0], 0.5), ([0, 2, 4], 0), ([3, 9], 0), ([0, 0, 0, 4], 4.0 / 3),
            ([1, 5, 2, 6], 1.75),
        ] as [([Double], Double)] {
            #expect(abs(LineFit(values) { _ in 0 }.leastTolerance - expected) < 1e-9, "\(values)")
        }
    }
}
