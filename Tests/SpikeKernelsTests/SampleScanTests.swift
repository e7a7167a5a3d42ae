import SpikeKernels
import Testing

@Suite struct SampleScanTests {
    /// Calls with a part of samples between values that are not finite, which must not be read.
    private func scan<Result>(
        _ samples: [Float], outside: Float, _ body: (UnsafeBufferPointer<Float>) -> Result
    ) -> Result {
        let padding = [Float](repeating: outside, count: 33)
        return (padding + samples + padding).withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[33..<33 + samples.count]))
        }
    }

    /// Any length, whether or not it divides into sixteens.
    @Test(arguments: 0...70) func onlyTheSamplesThemselvesCount(_ count: Int) {
        var random = RandomValues()
        let samples = random.samples(count)
        for outside in [Float.nan, .infinity, -.infinity] {
            #expect(scan(samples, outside: outside, areFinite))
            let found = scan(samples, outside: outside, extent)
            #expect(found?.least == samples.min() && found?.largest == samples.max())
        }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 32, 45]) func everyPositionIsLookedAt(_ count: Int) {
        for position in 0..<count {
            var samples = [Float](repeating: 1, count: count)
            for flaw in [Float.nan, .infinity, -.infinity] {
                samples[position] = flaw
                #expect(!scan(samples, outside: 1, areFinite), "\(flaw) at \(position) of \(count)")
                #expect(scan(samples, outside: 1, extent) == nil, "\(flaw) at \(position) of \(count)")
            }
            for value in [Float(-3), 5] {
                samples[position] = value
                let found = scan(samples, outside: 9, extent)
                #expect(found?.least == samples.min() && found?.largest == samples.max(), "\(position) of \(count)")
            }
        }
    }

    @Test func noMemoryHasNoFlaw() {
        let none = UnsafeBufferPointer<Float>(start: nil, count: 0)
        #expect(areFinite(none) && extent(of: none) == nil)
    }
}
