import SpikeGym
import Testing

@Suite struct RandomActionsTests {
    @Test func choicesAreEven() {
        for (space, counts) in [
            (ActionSpace.discrete(count: 3), [3]), (.multiDiscrete(counts: [2, 5]), [2, 5]),
        ] {
            guard case .discrete(let drawn) = RandomActions(space: space, seed: 1).draw(count: 6000, at: 0) else {
                Issue.record("not discrete")
                return
            }
            #expect(drawn.count == 6000 * counts.count)
            for (choice, count) in counts.enumerated() {
                for value in 0..<count {
                    let share = stride(from: choice, to: drawn.count, by: counts.count).filter { drawn[$0] == value }
                        .count
                    let rate = 1 / Double(count)
                    // Four standard deviations of a binomial share.
                    #expect(abs(Double(share) / 6000 - rate) <= 4 * (rate * (1 - rate) / 6000).squareRoot())
                }
            }
        }
    }

    @Test func valuesAreWithinTheirBounds() {
        let box = BoxSpace(
            shape: [5], low: [-2, -.infinity, 3, -.infinity, 0.5], high: [4, .infinity, .infinity, -5, .infinity])
        guard case .box(let drawn) = RandomActions(space: .box(box), seed: 2).draw(count: 500, at: 0) else {
            Issue.record("not a box")
            return
        }
        let ranges: [ClosedRange<Float>] = [-2...4, -1...1, 3...3, -5 ... -5, 0.5...1]
        for (index, value) in drawn.enumerated() { #expect(ranges[index % 5].contains(value)) }
        #expect(Set(drawn).count > 1000)
    }

    @Test func positionAndSeedDecide() {
        let space = ActionSpace.multiDiscrete(counts: [100, 100])
        let actions = RandomActions(space: space, seed: 3)
        guard case .discrete(let all) = actions.draw(count: 10, at: 0),
            case .discrete(let later) = actions.draw(count: 6, at: 4)
        else {
            Issue.record("not discrete")
            return
        }
        #expect(Array(all[8...]) == later)
        #expect(RandomActions(space: space, seed: 4).draw(count: 10, at: 0) != .discrete(all))
    }
}
