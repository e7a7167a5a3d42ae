import SpikeEncoding
import Testing

@Suite struct LowPassFilterTests {
    /// SciPy computes the same sums in double precision, in another order.
    @Test(arguments: ReferenceCase.named("firwin"))
    func agreesWithSciPy(_ reference: ReferenceCase) throws {
        let expected = reference.taps!.rows[0]
        let taps = lowPassTaps(order: reference.params.order!, cutoff: reference.params.cutoff!)
        #expect(taps.count == expected.count)
        for (tap, expected) in zip(taps, expected) { #expect(abs(tap - expected) <= 1e-14) }
        let rounded = lowPassTaps(order: reference.params.order!, cutoff: Double(Float(reference.params.cutoff!)))
        #expect(rounded.map(Float.init) == reference.tapsFloat32)
    }

    @Test func ordersAndCutoffsHaveBounds() async {
        #expect(lowPassTaps(order: 1, cutoff: 0.2).count == 2)
        #expect(lowPassTaps(order: 2, cutoff: .leastNormalMagnitude).count == 3)
        #expect(lowPassTaps(order: 2, cutoff: 0.5.nextDown).count == 3)
        await #expect(processExitsWith: .failure) { _ = lowPassTaps(order: 0, cutoff: 0.2) }
        await #expect(processExitsWith: .failure) { _ = lowPassTaps(order: 2, cutoff: 0) }
        await #expect(processExitsWith: .failure) { _ = lowPassTaps(order: 2, cutoff: 0.5) }
    }
}
