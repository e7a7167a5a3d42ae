import SpikeKernels
import Testing

@Suite struct RateTests {
    private func steps(_ steps: Int, _ encode: (UnsafeMutablePointer<Int8>) -> Void) -> [Int] {
        var spikes = [Int8](repeating: 9, count: steps)
        encode(&spikes)
        #expect(spikes.allSatisfy { $0 == 0 || $0 == 1 })
        return spikes.indices.filter { spikes[$0] == 1 }
    }

    /// Up to steps whose product with the count is beyond 32 bits.
    @Test func deterministicSpikesAreSpacedEvenly() {
        var random = RandomValues()
        let chosen = [1, 2, 7, 25, 1000, 1_000_000] + (0..<20).map { _ in Int.random(in: 1...5000, using: &random) }
        for steps in chosen {
            for _ in 0..<10 {
                let count = Int.random(in: 1...steps, using: &random)
                let code = DeterministicRate(steps: steps)
                let found = self.steps(steps) { code.encode(rate: Double(count) / Double(steps), into: $0) }
                let expected = (1...count).map { Int(Int64($0) * Int64(steps) / Int64(count)) - 1 }
                #expect(found == expected, "\(count) of \(steps)")
            }
            #expect(self.steps(steps) { DeterministicRate(steps: steps).encode(rate: 0, into: $0) } == [])
        }
    }

    @Test func ratesThatAreNoMultipleAreRoundedUp() {
        let code = DeterministicRate(steps: 4)
        #expect(steps(4) { code.encode(rate: 0.01, into: $0) } == [3])
        #expect(steps(4) { code.encode(rate: 0.26, into: $0) } == [1, 3])
        // Three spikes stand for the rates above 1/2 up to 3/4.
        #expect(code.rate(count: 3, maximumRate: 1) == 0.625)
        #expect(code.rate(count: 0, maximumRate: 1) == 0)
        let reference = DeterministicRate(steps: 4, variant: .reference)
        // ⌊(2 − j)/0.5⌋ − 1 for j = 0, 1.
        #expect(steps(4) { reference.encode(rate: 0.5, into: $0) } == [1, 3])
        // ⌊(3.2 − j)/0.8⌋ − 1 for j = 0…3: 3, 1, 0 and −1, which becomes 0.
        #expect(steps(4) { reference.encode(rate: 0.8, into: $0) } == [0, 1, 3])
    }

    /// A count stands for the middle of the rates that have it, none of which is above the maximum.
    @Test func countsDecodeToTheMiddleOfTheirRates() {
        let code = DeterministicRate(steps: 4)
        #expect((0...4).map { code.rate(count: $0, maximumRate: 1) } == [0, 0.125, 0.375, 0.625, 0.875])
        // Up to 0.625, three spikes stand for the rates above 0.5; there cannot be four.
        #expect((0...4).map { code.rate(count: $0, maximumRate: 0.625) } == [0, 0.125, 0.375, 0.5625, 0.5625])
        // The reference decodes no spike and a spike in every step as the ends of the range.
        let reference = DeterministicRate(steps: 4, variant: .reference)
        #expect((0...4).map { reference.rate(count: $0, maximumRate: 0.625) } == [0, 0.125, 0.375, 0.625, 1])
        let poisson = PoissonRate(steps: 8, seed: 0)
        #expect((0...8).map(poisson.rate) == [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1])
    }

    /// Rates that NumPy computes from the equation: `r = exp(-(x - linspace(0, 1, n))**2 / (2*s*s))`, `r / r.sum()` times
    /// the maximum rate.
    @Test(
        arguments: [
            (0.5, 0.25, 0.5, [0.2111593991257591, 0.2111593991257591, 0.0776812017484818]),
            (
                0.2, 0.3, 1,
                [
                    0.09526597501834935, 0.21550826194143843, 0.2926922443038234, 0.2386600283216109,
                    0.11683402633447086, 0.03433841002397933, 0.006059156965837828, 0.0006418970904898391,
                ]
            ),
            (
                0.1, 0.9, 0.75,
                [
                    4.747181863727561e-19, 6.037922383249132e-17, 5.6402411830004176e-15, 3.869602169889114e-13,
                    1.9498152094701863e-11, 7.215710204531844e-10, 1.961205963719124e-08, 3.9149464028401133e-07,
                    5.739670080032443e-06, 6.180256949633192e-05, 0.0004887475877696714, 0.0028387112275307814,
                    0.0121092235612465, 0.03793760166610216, 0.08729350679199646, 0.1475205429036937,
                    0.18309713835998662, 0.16690490684219944, 0.11174166697173665,
                ]
            ),
        ] as [(Double, Double, Double, [Double])])
    func fieldsAnswerAsInNumPy(sigma: Double, value: Double, maximumRate: Double, expected: [Double]) {
        let fields = GaussianFields(bins: expected.count, sigma: sigma, maximumRate: maximumRate)
        var rates = [Double](repeating: 9, count: expected.count)
        rates.withUnsafeMutableBufferPointer { fields.rates(scaled: value, into: $0) }
        for (rate, expected) in zip(rates, expected) { #expect(abs(rate - expected) <= 1e-14 * expected) }
    }

    /// The mean of the centres 0, 1/2 and 1, weighted by the counts.
    @Test func fieldsDecodeToTheMeanOfTheirCentres() {
        let fields = GaussianFields(bins: 3, sigma: 0.2)
        func value(_ counts: [Int], _ isDeterministic: Bool = false) -> Double {
            counts.withUnsafeBufferPointer { fields.scaledValue(counts: $0, isDeterministic: isDeterministic) }
        }
        #expect(value([1, 0, 0]) == 0 && value([0, 1, 0]) == 0.5 && value([0, 0, 7]) == 1)
        #expect(value([1, 0, 3]) == 0.75 && value([0, 1, 3]) == 0.875 && value([0, 0, 0]) == 0.5)
        // One spike of each unit is left out, but not if no unit has more.
        #expect(value([1, 1, 2], true) == 1 && value([1, 3, 2], true) == 2.0 / 3)
        #expect(value([1, 0, 0], true) == 0 && value([0, 0, 0], true) == 0.5)
    }

    /// Only the nearest centre responds, and centres at the same distance respond alike; also if the square of sigma
    /// is 0 in double precision.
    @Test(arguments: [1e-4, 1e-100, 1e-154, 1e-160, 1e-200, 5e-324])
    func theNarrowestFieldsAnswerAtTheNearestCentre(_ sigma: Double) {
        let fields = GaussianFields(bins: 5, sigma: sigma, maximumRate: 0.5)
        func rates(_ value: Double) -> [Double] {
            [Double](unsafeUninitializedCapacity: 5) { rates, count in
                fields.rates(scaled: value, into: rates)
                count = 5
            }
        }
        #expect(rates(0) == [0.5, 0, 0, 0, 0])
        #expect(rates(0.25) == [0, 0.5, 0, 0, 0])
        #expect(rates(0.6) == [0, 0, 0.5, 0, 0])
        #expect(rates(0.9) == [0, 0, 0, 0, 0.5])
        #expect(rates(0.125) == [0.25, 0.25, 0, 0, 0])
    }

    /// Numbers by position, in pairs that an odd number of steps cuts.
    @Test(arguments: [1, 2, 7, 16])
    func poissonSpikesFollowTheirPositions(_ steps: Int) {
        let code = PoissonRate(steps: steps, seed: 3)
        for index in 0..<50 {
            let found = self.steps(steps) { code.encode(rate: 0.4, index: index, into: $0) }
            let expected = (0..<steps).filter { Philox(seed: 3).uniform(at: UInt64(index * steps + $0)) < 0.4 }
            #expect(found == expected)
        }
        // A random number equal to the rate gives no spike.
        for step in 0..<steps {
            let rate = Philox(seed: 3).uniform(at: UInt64(steps + step))
            #expect(!self.steps(steps) { code.encode(rate: rate, index: 1, into: $0) }.contains(step))
            #expect(self.steps(steps) { code.encode(rate: rate.nextUp, index: 1, into: $0) }.contains(step))
        }
        #expect(self.steps(steps) { code.encode(rate: 0, index: 0, into: $0) } == [])
        #expect(self.steps(steps) { code.encode(rate: 1, index: 0, into: $0) } == Array(0..<steps))
    }
}
