import Testing

@testable import SpikeDatasets

/// The numbers are those that NumPy 2.4 prints after `numpy.random.seed(42)`.
@Suite struct NumPyRandomTests {
    private var random = NumPyRandom(seed: 42)

    @Test mutating func uniformNumbers() {
        #expect(random.uniform() == 0.3745401188473625)
        #expect(random.uniform() == 0.9507143064099162)
        for _ in 0..<1000 { #expect((0..<1).contains(random.uniform())) }
    }

    @Test mutating func normalNumbers() {
        for expected in [0.4967141530112327, -0.13826430117118466, 0.6476885381006925, 1.5230298564080254] {
            #expect(abs(random.normal() - expected) < 1e-15)
        }
    }

    @Test mutating func wholeNumbersAndPermutations() {
        #expect((0..<8).map { _ in random.integer(through: 47) } == [38, 28, 14, 42, 7, 20, 38, 18])
        #expect(random.permutation(10) == [0, 5, 9, 1, 8, 2, 3, 4, 7, 6])
        #expect(random.uniform() == 0.0007787658410143283)
        #expect(random.integer(through: 0) == 0 && random.permutation(0) == [])
    }
}
