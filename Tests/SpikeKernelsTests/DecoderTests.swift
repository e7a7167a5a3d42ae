import Testing

@testable import SpikeKernels

@Suite struct DecoderTests {
    private func decoded<Spike>(
        _ spikes: [Spike], _ decode: (UnsafeBufferPointer<Spike>, UnsafeMutablePointer<Float>) -> Void
    ) -> [Float] {
        var signal = [Float](repeating: 9, count: spikes.count + 1)
        spikes.withUnsafeBufferPointer { decode($0, &signal) }
        #expect(signal.last == 9, "written beyond the spikes")
        return signal.dropLast()
    }

    /// The values that the doc comments' equations give by hand. A spike at the first step counts only where the
    /// equation has it.
    @Test func valuesAreThoseOfTheEquations() {
        let spikes: [Int8] = [1, 1, 0, -1]
        #expect(decoded(spikes, StepDecoder(step: 0.5, initialValue: 2).decode) == [2, 2.5, 2.5, 2])
        let graded: [Float] = [1, 1, 0, -4]
        #expect(
            decoded(graded, RateStepForwardDecoder(threshold: 0.5, initialValue: 2).decode) == [2.5, 3, 3, 1])
        // −1…1 stands for 1…3, so that the sums 0, 0.5, 0.25 and −0.375 are added to 2.
        let scale = UnitScale(minimum: 1, maximum: 3)
        let neuron = LeakyIntegrateAndFireDecoder(
            scale: SignedUnitScale(scale), threshold: 0.5, membraneConstant: 0.5)
        #expect(decoded(spikes, neuron.decode) == [2, 2.5, 2.25, 1.625])
        // The line from 1 through two steps to 1 + 2·(1 − c(1)), where the carrier has four steps: 0, 1/4, 1/2, 3/4.
        let pulses = PulseWidthDecoder(frequency: 249.75, scale: scale, initialValue: 1)
        let down = decoded([1, 0, -1], pulses.decode)
        #expect(down[0] == 1 && abs(down[1] - 1.75) < 1e-3 && abs(down[2] - 2.5) < 1e-3)
    }

    /// The values of a channel whose spikes arrive in chunks.
    private func decoded<Decoder: ChannelDecoder>(
        _ spikes: [Decoder.Spike], _ decoder: Decoder, chunks length: (Int) -> Int
    ) -> [Float] {
        var (decoder, next, count) = (decoder, 0, 0)
        var signal = [Float](repeating: 9, count: spikes.count + 1)
        signal.withUnsafeMutableBufferPointer { signal in
            while next < spikes.count {
                let end = min(next + length(spikes.count - next), spikes.count)
                spikes[next..<end].withUnsafeBufferPointer {
                    count += decoder.decode(next: $0, into: signal.baseAddress! + count)
                }
                #expect(count + decoder.lag == end)
                next = end
            }
            decoder.finish(into: signal.baseAddress! + count)
        }
        #expect(signal.last == 9, "written beyond the spikes")
        return signal.dropLast()
    }

    private func expectSameInChunks<Decoder: ChannelDecoder>(
        _ random: inout RandomValues, _ decoder: Decoder, spike: (inout RandomValues) -> Decoder.Spike,
        whole: (UnsafeBufferPointer<Decoder.Spike>, UnsafeMutablePointer<Float>) -> Void
    ) {
        for _ in 0..<20 {
            let spikes = (0..<Int.random(in: 1...150, using: &random)).map { _ in spike(&random) }
            let expected = decoded(spikes, whole)
            for length in [1, 2, 3, 16, 64] {
                #expect(decoded(spikes, decoder) { _ in length } == expected, "chunks of \(length)")
            }
            #expect(decoded(spikes, decoder) { .random(in: 0...$0, using: &random) } == expected)
        }
    }

    @Test func chunksOfAnyLengthEqualOneCall() {
        var random = RandomValues()
        let scale = UnitScale(minimum: -1, maximum: 3)
        func sign(_ random: inout RandomValues) -> Int8 { .random(in: -1...1, using: &random) }
        let steps = StepDecoder(step: 0.25, initialValue: 2)
        expectSameInChunks(&random, steps, spike: sign, whole: steps.decode)
        let neuron = LeakyIntegrateAndFireDecoder(
            scale: SignedUnitScale(scale), threshold: 0.5, membraneConstant: 0.75)
        expectSameInChunks(&random, neuron, spike: sign, whole: neuron.decode)
        let graded = RateStepForwardDecoder(threshold: 0.5, initialValue: 2)
        expectSameInChunks(
            &random, graded, spike: { Float(Int.random(in: -8...8, using: &$0)) / 4 }, whole: graded.decode)
        for variant in [Variant.standard, .reference] {
            let pulses = PulseWidthDecoder(frequency: 90, scale: scale, initialValue: 1, variant: variant)
            expectSameInChunks(
                &random, pulses, spike: { Int.random(in: 0..<5, using: &$0) > 0 ? 0 : sign(&$0) },
                whole: pulses.decode)
            for order in [1, 2, 9, 10] {
                let filter = BensSpikerDecoder(order: order, cutoff: 0.2, scale: scale, variant: variant)
                expectSameInChunks(&random, filter, spike: { .random(in: 0...1, using: &$0) }, whole: filter.decode)
            }
        }
    }

    @Test func noSpikesAreDecodedToNothing() {
        let scale = UnitScale(minimum: 1, maximum: 3)
        #expect(decoded([Int8](), StepDecoder(step: 0.5, initialValue: 2).decode).isEmpty)
        #expect(decoded([Float](), RateStepForwardDecoder(threshold: 0.5, initialValue: 2).decode).isEmpty)
        let neuron = LeakyIntegrateAndFireDecoder(
            scale: SignedUnitScale(scale), threshold: 0.5, membraneConstant: 0.5)
        #expect(decoded([Int8](), neuron.decode).isEmpty)
        #expect(decoded([Int8](), PulseWidthDecoder(frequency: 20, scale: scale, initialValue: 1).decode).isEmpty)
        for variant in [Variant.standard, .reference] {
            let filter = BensSpikerDecoder(order: 10, cutoff: 0.2, scale: scale, variant: variant)
            #expect(decoded([Int8](), filter.decode).isEmpty)
        }
    }

    @Test(arguments: -3...3) func filtersActWithTheirDelay(_ delay: Int) {
        var random = RandomValues()
        let taps: [Float] = [1, 2, 4, 8]
        for count in [1, 2, 15, 16, 17, 32, 33, 70] {
            let spikes = (0..<count).map { _ in Int8.random(in: -1...1, using: &random) }
            let expected = (0..<count).map { t in
                taps.indices.reduce(Float.zero) { sum, k in
                    let place = t - delay - k
                    return sum + (spikes.indices.contains(place) && spikes[place] != 0 ? taps[k] : 0)
                }
            }
            let found = decoded(spikes) { filter($0, taps: taps, delay: delay, into: $1) { $0 } }
            #expect(found == expected, "\(count) steps")
        }
    }

    /// The sum over the taps, term by term. In the reference variant, the taps are reversed, the filter acts ahead by one
    /// step for an even order, and the first half of its length stays at the minimum.
    @Test(arguments: [Variant.standard, .reference], [1, 2, 9, 10, 33, 40])
    func bensSpikersFilterIsAConvolution(_ variant: Variant, order: Int) {
        var random = RandomValues()
        let scale = UnitScale(minimum: -1, maximum: 3)
        var taps = lowPassTaps(order: order, cutoff: 0.2, omittingFirst: false)
        let (isReference, half) = (variant == .reference, taps.count / 2)
        let delay = isReference ? 2 * half - taps.count : 0
        if isReference { taps.reverse() }
        let decoder = BensSpikerDecoder(order: order, cutoff: 0.2, scale: scale, variant: variant)
        for count in [1, 2, 15, 16, 17, 31, 32, 33, 100] {
            let spikes = (0..<count).map { _ in Int8.random(in: 0...1, using: &random) }
            let expected = (0..<count).map { t in
                if isReference && t < half { return scale.minimum }
                var sum: Float = 0
                for k in taps.indices where spikes.indices.contains(t - delay - k) {
                    sum += taps[k] * Float(spikes[t - delay - k])
                }
                return scale.inverse(sum)
            }
            #expect(decoded(spikes, decoder.decode) == expected, "\(count) steps")
        }
    }
}
