import SpikeEncoding
import Testing

@Suite struct StepTimesTests {
    @Test func startsFromZeroByDefault() {
        let times = StepTimes(rate: 360)
        #expect((0..<1000).allSatisfy { times.time(ofStep: $0) == Double($0) / 360 })
    }

    /// Where the start is a whole number of steps, times are the doubles nearest to the decimal ones.
    @Test func lateTimesAreCorrectlyRounded() {
        #expect(StepTimes(start: 1_714_953_600, rate: 1 / 86_400.0).time(ofStep: 7) == 1_714_953_600 + 7 * 86_400)
        #expect(StepTimes(start: 0.5, rate: 0.5).time(ofStep: 3) == 6.5)
        #expect(StepTimes(start: 100, rate: 1000).time(ofStep: 333) == 100.333)
        #expect(StepTimes(start: 1_700_000_000.123, rate: 1000).time(ofStep: 2) == 1_700_000_000.125)
        #expect(StepTimes(start: -0.2, rate: 1000).time(ofStep: 201) == 0.001)
        #expect("\(StepTimes(start: 1_700_000_000.1, rate: 10).time(ofStep: 7))" == "1700000000.8")
    }

    @Test func stepsAndTimesAgree() {
        var generator = SeededGenerator(seed: printedSeed())
        for _ in 0..<1000 {
            let rate = Double.random(in: 0.1...50_000, using: &generator)
            let times = StepTimes(start: .random(in: -2e9...2e9, using: &generator), rate: rate)
            let step = Int.random(in: 0..<1_000_000, using: &generator)
            #expect(abs(times.step(atTime: times.time(ofStep: step)) - Double(step)) < 0.05)
        }
    }

    @Test func partsOfARecordingStartLater() {
        let signal = Signal(channels: [[1, 2, 3, 4]], samplingRate: 4, startTime: 100)
        #expect(signal.samples(2..<4).startTime == 100.5)
        #expect(signal.samples(2..<4).samples(1..<2) == Signal(channels: [[4]], samplingRate: 4, startTime: 100.75))
        #expect(Signal(channels: [[1, 2]]).samples(1..<2).startTime == 0)
    }
}
