import SpikeEncoding
import Testing

@Suite struct SpikeEventsTests {
    @Test func eventsAreInOrderOfTimeThenUnit() {
        let train = SpikeTrain(signs: [0, 1, 0, -1, 1, 1, 0, 0], unitCount: 2)
        #expect(
            Array(train.events) == [
                SpikeEvent(unit: 1, step: 0, sign: 1), SpikeEvent(unit: 0, step: 1, sign: 1),
                SpikeEvent(unit: 1, step: 1, sign: 1), SpikeEvent(unit: 0, step: 3, sign: -1),
            ])
    }

    @Test func gradedEventsHaveAmplitudes() {
        let train = SpikeTrain(amplitudes: [0, -0.5, 0, 2, 0.25, 0], unitCount: 2)
        #expect(
            Array(train.events) == [
                SpikeEvent(unit: 1, step: 0, sign: 1, amplitude: 2),
                SpikeEvent(unit: 0, step: 1, sign: -1, amplitude: -0.5),
                SpikeEvent(unit: 1, step: 1, sign: 1, amplitude: 0.25),
            ])
    }

    @Test func encodedEventsHaveTimesInSeconds() throws {
        let codec = try StepForward(threshold: 1)
        let signal = Signal(channels: [[0, 0, 1.5, 1.5, -0.5]], samplingRate: 4, startTime: 100)
        #expect(
            try Array(codec.encode(signal).events) == [
                SpikeEvent(unit: 0, step: 2, time: 100.5, sign: 1), SpikeEvent(unit: 0, step: 4, time: 101, sign: -1),
            ])
    }

    /// Two steps of the train per sample, so times are half a sample apart.
    @Test func timesAreThoseOfSteps() throws {
        let codec = try RateCode(steps: 2)
        let encoded = try codec.encode(Observations(values: [1, 0.5], featureCount: 1, samplingRate: 10, startTime: 3))
        #expect(encoded.events.map(\.time) == [3, 3.05, 3.15])
        #expect(encoded.events.map(\.step) == [0, 1, 3])
    }

    @Test func timesAreUnknownWithoutARate() throws {
        let encoded = try StepForward(threshold: 1).encode(Signal(channels: [[0, 3]], startTime: 7))
        #expect(encoded.events.map(\.time) == [nil])
        #expect(encoded.events.map(\.step) == [1])
    }

    @Test func emptyTrainsHaveNoEvents() {
        #expect(Array(SpikeTrain(signs: [], unitCount: 0).events).isEmpty)
        #expect(Array(SpikeTrain(signs: [], unitCount: 3).events).isEmpty)
        #expect(Array(SpikeTrain(signs: [0, 0, 0], unitCount: 3).events).isEmpty)
    }

    /// Trains longer and wider than the blocks that are sorted at a time, against sorting all spikes.
    @Test func randomTrainsEqualSortedSpikes() {
        var generator = SeededGenerator(seed: printedSeed())
        for (units, steps) in [(1, 40_000), (3, 16_384), (3, 16_385), (700, 3_100), (5, 7)] {
            let signs = (0..<units * steps).map { _ in
                Int.random(in: 0..<50, using: &generator) == 0 ? Bool.random(using: &generator) ? 1 : -1 : 0 as Int8
            }
            let train = SpikeTrain(signs: signs, unitCount: units)
            let expected = signs.indices.filter { signs[$0] != 0 }
                .map { SpikeEvent(unit: $0 / steps, step: $0 % steps, sign: signs[$0]) }
                .sorted { ($0.step, $0.unit) < ($1.step, $1.unit) }
            #expect(Array(train.events) == expected, "\(units) × \(steps)")
            #expect(train.events.underestimatedCount == train.spikeCount)
        }
    }
}
