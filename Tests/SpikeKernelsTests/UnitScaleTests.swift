import SpikeKernels
import Testing

@Suite struct UnitScaleTests {
    @Test func rangesBecomeZeroToOne() {
        let scale = UnitScale(minimum: -1, maximum: 3)
        #expect([-1, 1, 3, 5].map { scale($0) } == [0, 0.5, 1, 1.5])
        #expect([0, 0.5, 1].map { scale.inverse($0) } == [-1, 1, 3])
        #expect(scale.minimum == -1 && scale.width == 4 && scale.scale == 0.25)
        let signed = SignedUnitScale(scale)
        #expect([-1, 1, 3].map { signed($0) } == [-1, 0, 1])
        #expect([-1, 0, 1].map { signed.inverse($0) } == [-1, 1, 3])
    }

    /// The inverse of a subnormal width is infinite.
    @Test(arguments: [2.5, -1e20, .leastNonzeroMagnitude] as [Float])
    func rangesWithoutAWidthBecomeZero(_ minimum: Float) {
        let scale = UnitScale(minimum: minimum, maximum: minimum == .leastNonzeroMagnitude ? 2 * minimum : minimum)
        #expect(scale.width == 0 && scale.scale == 0)
        #expect(scale(minimum) == 0 && scale.inverse(0.7) == minimum)
        #expect(SignedUnitScale(scale)(minimum) == 0 && SignedUnitScale(scale).inverse(0.7) == minimum)
    }
}
