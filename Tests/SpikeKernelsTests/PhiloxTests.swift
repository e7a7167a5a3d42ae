import SpikeKernels
import Testing

@Suite struct PhiloxTests {
    /// The known answers that the authors publish with their Random123 library.
    @Test func agreesWithKnownAnswers() {
        let ones = SIMD4<UInt32>(repeating: .max)
        #expect(Philox(seed: 0).block(at: .zero) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(Philox(seed: .max).block(at: ones) == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox(seed: 0x299f_31d0_a409_3822).block(at: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func uniformsLieInTheirRangeAndFillIt() {
        let values = (0..<10_000).map { Philox(seed: 5).uniform(at: $0) }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        // The mean of 10,000 uniforms has a standard deviation of 0.0029.
        #expect(abs(values.reduce(0, +) / 10_000 - 0.5) < 0.015)
    }
}
