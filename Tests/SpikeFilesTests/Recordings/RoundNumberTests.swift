import Testing

@testable import SpikeFiles

@Suite struct RoundNumberTests {
    @Test(
        arguments: [
            (3.1...4.2, 3.2, 4.0, 1), (0.0031...0.0042, 0.0032, 0.004, 1), (98...103, 99.0, 100, 1),
            (101...109, 106.2, 106, 3),

            (1.24...1.26, 1.252, 1.25, 3), (1234.56...1234.57, 1234.561, 1234.56, 6), (2.1...4.9, 3.4, 3, 1),
            (2.1...4.9, 3.6, 4, 1), (5...5, 5, 5, 1),
        ] as [(ClosedRange<Double>, Double, Double, Int)])
    func fewestDigitsAreFound(_ range: ClosedRange<Double>, near estimate: Double, value: Double, digits: Int) {
        let found = RoundNumber(in: range, near: estimate)
        #expect(found?.value == value && found?.digits == digits, "\(range)")
    }

    @Test func nineDigitsAreTheMost() {
        #expect(RoundNumber(in: 1.234567889...1.234567891, near: 1.23456789)?.digits == 9)
        #expect(RoundNumber(in: 1.2345678905...1.2345678915, near: 1.234567891) == nil)
        #expect(RoundNumber(in: 0...1, near: 0.5) == nil && RoundNumber(in: 1...Double.infinity, near: 2) == nil)
    }

    @Test func ratesAreAsPeopleChooseThem() {
        #expect(SamplingRate.roundest(249.9...250.2, near: 250.1) == 250)
        #expect(SamplingRate.roundest(359...361, near: 360.4) == 360)
        // The period of 0.04 s has one digit, and the rate of 25 Hz two.
        #expect(SamplingRate.roundest(24.9...25.1, near: 25) == 25)
        #expect(SamplingRate.roundest(33.3...33.4, near: 33.34) == 1 / 0.03)
        #expect(SamplingRate.isOneOfSeveral(250, in: 249...257))
        #expect(!SamplingRate.isOneOfSeveral(250, in: 249...251))
    }
}
