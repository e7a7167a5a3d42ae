import SpikeKernels
import Testing

/// All of a channel's spikes by one call.
func wholeCode<Encoder: ChannelEncoder>(of samples: [Float], _ encoder: Encoder) -> [Encoder.Spike] {
    code(of: samples, encoder) { _ in samples.count }
}

/// All of a channel's spikes by chunks of the lengths that `length` gives for what is left.
func code<Encoder: ChannelEncoder>(
    of samples: [Float], _ encoder: Encoder, chunks length: (Int) -> Int
) -> [Encoder.Spike] {
    var (encoder, lagFits) = (encoder, true)
    encoder.start(zero: 0)
    defer { #expect(lagFits) }
    return [Encoder.Spike](unsafeUninitializedCapacity: samples.count) { spikes, count in
        samples.withUnsafeBufferPointer { samples in
            var next = 0
            while next < samples.count {
                let end = min(next + length(samples.count - next), samples.count)
                let chunk = UnsafeBufferPointer(rebasing: samples[next..<end])
                count += encoder.encode(chunk, into: spikes.baseAddress! + count)
                lagFits = lagFits && count + encoder.lag == end
                next = end
            }
        }
        encoder.finish(into: spikes.baseAddress! + count)
        count = samples.count
    }
}

@Suite struct ChannelEncoderTests {
    private func expectSameInChunks<Encoder: ChannelEncoder>(_ random: inout RandomValues, _ encoder: Encoder)
    where Encoder.Spike: Equatable {
        for _ in 0..<20 {
            let samples = random.samples(.random(in: 1...200, using: &random))
            let whole = wholeCode(of: samples, encoder)
            #expect(whole.count == samples.count)
            for length in [1, 2, 3, 15, 16, 17, 64] {
                #expect(code(of: samples, encoder) { _ in length } == whole, "chunks of \(length)")
            }
            #expect(code(of: samples, encoder) { .random(in: 0...$0, using: &random) } == whole)
        }
    }

    @Test func chunksOfAnyLengthEqualOneCall() {
        var random = RandomValues()
        let scale = UnitScale(minimum: -2, maximum: 2)
        expectSameInChunks(&random, StepForwardEncoder(threshold: 0.25))
        expectSameInChunks(&random, DeltaModulationEncoder(threshold: 0.25, startsFromZero: true))
        expectSameInChunks(&random, DeltaModulationEncoder(threshold: 0.25, startsFromZero: false))
        expectSameInChunks(&random, LevelCrossingEncoder(spacing: 0.25, hysteresis: 0.5))
        expectSameInChunks(&random, RateStepForwardEncoder(threshold: 0.25, startsFromZero: true))
        expectSameInChunks(&random, RateStepForwardEncoder(threshold: 0.25))
        for variant in [Variant.standard, .reference] {
            expectSameInChunks(
                &random,
                LeakyIntegrateAndFireEncoder(
                    scale: SignedUnitScale(scale), threshold: 0.5, membraneConstant: 0.9, variant: variant))
        }
        for hasDown in [true, false] {
            expectSameInChunks(&random, PulseWidthEncoder(frequency: 90, scale: scale, hasDown: hasDown))
        }
    }

    /// The spikes that the doc comments' equations give by hand.
    @Test func spikesAreThoseOfTheEquations() {
        let samples: [Float] = [1, 1.5, 1.75, 3, 3, 1, 1]
        #expect(wholeCode(of: samples, StepForwardEncoder(threshold: 0.5)) == [0, 0, 1, 1, 1, -1, -1])
        #expect(wholeCode(of: samples, StepForwardEncoder(threshold: 0.5, down: 0)) == [0, 0, 1, 1, 1, 0, 0])
        #expect(
            wholeCode(of: samples, DeltaModulationEncoder(threshold: 0.5, startsFromZero: true))
                == [1, 1, 0, 1, 0, -1, 0])
        #expect(
            wholeCode(of: samples, DeltaModulationEncoder(threshold: 0.5, startsFromZero: false))
                == [0, 1, 0, 1, 0, -1, 0])
        #expect(
            wholeCode(of: samples, RateStepForwardEncoder(threshold: 0.5)) == [0, 1, 0.5, 2.5, 0, -4, 0])
        // Scaled to −1…1: −1, −0.5, −0.25, 1, 1, −1, −1, and V = −0.5, −0.5, 0.75, 1.375, −1, −1.
        let scale = SignedUnitScale(UnitScale(minimum: 1, maximum: 3))
        let neuron = LeakyIntegrateAndFireEncoder(scale: scale, threshold: 0.75, membraneConstant: 0.5)
        #expect(wholeCode(of: samples, neuron) == [0, 0, 0, 0, 1, -1, -1])
    }

    /// Levels lie halfway between r and r ± 1; with a hysteresis of 1/2, a spike needs more than 0.75 from r.
    @Test func levelsAreCrossedBeyondTheHysteresis() {
        let samples: [Float] = [1, 1.75, 1.875, 1.25, 1.125, 0.25, 4, 4, 4, 4]
        #expect(
            wholeCode(of: samples, LevelCrossingEncoder(spacing: 1, hysteresis: 0.5))
                == [0, 0, 1, 0, -1, 0, 1, 1, 1, 0])
        #expect(
            wholeCode(of: samples, LevelCrossingEncoder(spacing: 1, hysteresis: 0.5, down: 0))
                == [0, 0, 1, 0, 0, 0, 1, 1, 1, 0])
        // Without hysteresis, the levels next to r = 1 are 0.5 and 1.5.
        #expect(wholeCode(of: [1, 1.5, 0.5, 0.25], LevelCrossingEncoder(spacing: 1, hysteresis: 0)) == [0, 0, 0, -1])
        #expect(wholeCode(of: [1, 0.5, 1.5, 1.75], LevelCrossingEncoder(spacing: 1, hysteresis: 0)) == [0, 0, 0, 1])
    }

    /// An encoder without a call of `start` compares with the zero that it documents.
    @Test func aZeroThatIsNotGivenIsZero() {
        func first(_ sample: Float) -> Int8 {
            var (encoder, spikes) = (DeltaModulationEncoder(threshold: 0.5, startsFromZero: true), [Int8(9)])
            #expect([sample].withUnsafeBufferPointer { encoder.encode($0, into: &spikes) } == 1)
            return spikes[0]
        }
        #expect([0.75, 0.5, 0.25, -0.25, -0.5, -0.75].map(first) == [1, 1, 0, 0, -1, -1])
    }

    /// A membrane potential that equals the threshold gives no spike.
    @Test func aNeuronFiresAboveItsThreshold() {
        let scale = SignedUnitScale(UnitScale(minimum: -1, maximum: 1))
        let samples: [Float] = [0, 0.5, -0.5, -0.5, -0.25, 0.5, 0.25]
        let neuron = LeakyIntegrateAndFireEncoder(scale: scale, threshold: 0.5, membraneConstant: 1)
        #expect(wholeCode(of: samples, neuron) == [0, 0, 0, 0, -1, 0, 1])
        // The reference starts with the second sample, which becomes its base.
        let reference = LeakyIntegrateAndFireEncoder(
            scale: scale, threshold: 0.5, membraneConstant: 1, variant: .reference)
        #expect(wholeCode(of: [0] + samples, reference) == [0, 0, 0, 0, 0, -1, 0, 1])
    }

    /// An encoder that is not told otherwise has down spikes, and its zero is 0.
    @Test func encodersHaveTheDefaultsThatTheyState() {
        let scale = UnitScale(minimum: 0, maximum: 1)
        let falling: [Float] = [2, 0, 0]
        #expect(wholeCode(of: falling, StepForwardEncoder(threshold: 0.5)) == [0, -1, -1])
        #expect(wholeCode(of: falling, DeltaModulationEncoder(threshold: 0.5, startsFromZero: false)) == [0, -1, 0])
        #expect(wholeCode(of: falling, LevelCrossingEncoder(spacing: 1, hysteresis: 0)) == [0, -1, -1])
        let neuron = LeakyIntegrateAndFireEncoder(scale: SignedUnitScale(scale), threshold: 0.5, membraneConstant: 1)
        #expect(wholeCode(of: [0.5, 0], neuron) == [0, -1])
        // 1/4 of the carrier of four steps: above 1 − c(n) at n = 3, and so a down level there.
        #expect(
            wholeCode(of: [0.5, 0.5, 0.5, 0.5, 0.5], PulseWidthEncoder(frequency: 249.75, scale: scale)).contains(-1))
        var spikes: [Float] = [9, 9]
        var encoder = RateStepForwardEncoder(threshold: 0.5, startsFromZero: true)
        #expect([3, 4].withUnsafeBufferPointer { encoder.encode($0, into: &spikes) } == 2)
        #expect(spikes == [0, 8])
    }

    @Test func startMovesTheZeroThatDeltaModulationComparesWith() {
        var spikes: [Int8] = [9]
        var encoder = DeltaModulationEncoder(threshold: 0.5, startsFromZero: true)
        encoder.start(zero: 10)
        #expect([Float(10.25)].withUnsafeBufferPointer { encoder.encode($0, into: &spikes) } == 1)
        #expect(spikes == [0])
        encoder = DeltaModulationEncoder(threshold: 0.5, startsFromZero: true)
        encoder.start(zero: 9)
        #expect([Float(10.25)].withUnsafeBufferPointer { encoder.encode($0, into: &spikes) } == 1)
        #expect(spikes == [1])
    }
}
