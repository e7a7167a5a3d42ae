import SpikeEncoding
import Testing

@Suite struct RateStepForwardTests {
    /// The package rounds its threshold through `(x0 + θ) − x0`, so values differ in the last digits: 1e-5 relative to
    /// the largest value.
    @Test(arguments: ReferenceCase.named("RateStepForward"))
    func agreesWithReference(_ reference: ReferenceCase) throws {
        let codec = try RateStepForward(
            threshold: reference.perChannel(reference.params.threshold),
            padding: reference.params.padding! ? .edge : .zero)
        let amplitudes = try #require(codec.encode(reference.signal).spikes.amplitudes)
        let expected = reference.values!.flatMap(\.self)
        let largest = expected.map(abs).max()!
        for (value, expected) in zip(amplitudes, expected) { #expect(abs(value - expected) <= 1e-5 * largest) }
    }
}
