import Testing

@testable import SpikeKernels

@Suite struct BensSpikerTests {
    /// The algorithm as its source has it, on the whole recording.
    private func plainCode(
        of samples: [Float], order: Int, cutoff: Float, scale: UnitScale, threshold: Float, variant: Variant
    ) -> [Int8] {
        let first = variant == .reference ? 1 : 0
        let taps = lowPassTaps(order: order, cutoff: cutoff, omittingFirst: variant == .reference)
        var rest = samples.map { scale($0) }
        var spikes = [Int8](repeating: 0, count: samples.count)
        for t in samples.indices.dropFirst(first) {
            let width = min(taps.count, samples.count - t)
            var (with, without) = (Float.zero, Float.zero)
            for k in 0..<width {
                with += abs(rest[t + k] - taps[k])
                without += abs(rest[t + k])
            }
            guard with <= without - threshold else { continue }
            spikes[t] = 1
            for k in 0..<width { rest[t + k] -= taps[k] }
        }
        return spikes
    }

    /// Whatever the block and however the samples come: the window is moved back many times.
    @Test(arguments: [Variant.standard, .reference])
    func blocksAndChunksOfAnyLengthGiveTheAlgorithmsSpikes(_ variant: Variant) {
        var random = RandomValues()
        let scale = UnitScale(minimum: -2, maximum: 2)
        var fired = 0
        for order in [1, 2, 5, 10, 33] {
            let samples = random.samples(150)
            let threshold = Float.random(in: 0...0.3, using: &random)
            let expected = plainCode(
                of: samples, order: order, cutoff: 0.2, scale: scale, threshold: threshold, variant: variant)
            fired += expected.count { $0 != 0 }
            for block in [1, 2, 3, 4, 5, 16, 37, 149, 150, 256] {
                let encoder = BensSpikerEncoder(
                    order: order, cutoff: 0.2, scale: scale, threshold: threshold, variant: variant,
                    blockLength: block)
                #expect(wholeCode(of: samples, encoder) == expected, "order \(order), block \(block)")
                for length in 1...150 {
                    #expect(
                        code(of: samples, encoder) { _ in length } == expected,
                        "order \(order), block \(block), chunks of \(length)")
                }
            }
        }
        #expect(fired > 50)
    }

    /// Half the impulse response has the same error with and without a spike: it is a spike, if the threshold is 0,
    /// whether the step is decided alone or with three others.
    @Test(arguments: [0, 3, 20]) func equalErrorsAreASpike(zeros: Int) {
        let taps = lowPassTaps(order: 4, cutoff: 0.2, omittingFirst: false)
        let samples = taps.map { $0 / 2 } + [Float](repeating: 0, count: zeros)
        for (threshold, spike) in [(0, 1), (1e-3, 0)] as [(Float, Int8)] {
            let encoder = BensSpikerEncoder(
                order: 4, cutoff: 0.2, scale: UnitScale(minimum: 0, maximum: 1), threshold: threshold)
            #expect(wholeCode(of: samples, encoder)[0] == spike)
        }
    }

    /// A copy of an encoder goes its own way.
    @Test func copiesAreIndependent() {
        var random = RandomValues()
        let scale = UnitScale(minimum: -2, maximum: 2)
        var original = BensSpikerEncoder(order: 10, cutoff: 0.2, scale: scale, threshold: 0.1)
        let start = random.samples(60)
        var spikes = [Int8](repeating: 0, count: 200)
        let decided = start.withUnsafeBufferPointer { original.encode($0, into: &spikes) }
        #expect(decided == 50)
        let copy = original
        let (one, other) = (random.samples(80), random.samples(80))
        for (encoder, end) in [(copy, one), (original, other)] {
            let whole = wholeCode(
                of: start + end, BensSpikerEncoder(order: 10, cutoff: 0.2, scale: scale, threshold: 0.1))
            #expect(rest(of: end, encoder) == Array(whole.dropFirst(decided)))
        }
    }

    /// The spikes from where an encoder stands.
    private func rest(of samples: [Float], _ encoder: BensSpikerEncoder) -> [Int8] {
        var encoder = encoder
        var spikes = [Int8](repeating: 9, count: samples.count + encoder.lag)
        let count = samples.withUnsafeBufferPointer { encoder.encode($0, into: &spikes) }
        spikes.withUnsafeMutableBufferPointer { encoder.finish(into: $0.baseAddress! + count) }
        return spikes
    }
}
