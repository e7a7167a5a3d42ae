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

    /// Random spikes stay the same from version to version, because these numbers do. They were computed from the
    /// definition with Python's whole numbers: 53 bits of the words at position / 2, the first two of the four words for
    /// an even position. Pairs beyond 2³² use the second word of the counter.
    @Test(
        arguments: [
            (0, 0, 0x1.989f_a357_85a7p-2), (0, 1, 0x1.78af_5899_3601bp-1), (0, 2, 0x1.f1c9_9948_b964p-1),
            (0, 7, 0x1.3592_269e_da827p-1), (3, 0, 0x1.a220_9aee_3bd08p-1), (3, 3, 0x1.cb89_f04c_dc9ccp-3),
            (3, 0x1_ffff_ffff, 0x1.1f06_b463_cc963p-1), (3, 0x2_0000_0000, 0x1.ad0a_e046_fc30cp-2),
            (3, 0x2_0000_0001, 0x1.8526_539e_89a02p-2), (.max, 1, 0x1.3e83_603e_44f33p-1),
            (.max, 2, 0x1.9fed_5114_b67ep-4),
        ] as [(UInt64, UInt64, Double)])
    func positionsHaveTheirNumbers(seed: UInt64, position: UInt64, number: Double) {
        #expect(Philox(seed: seed).uniform(at: position) == number)
        let pair = Philox(seed: seed).uniforms(pair: position / 2)
        #expect((position % 2 == 0 ? pair.0 : pair.1) == number)
    }

    @Test func uniformsLieInTheirRangeAndFillIt() {
        let values = (0..<10_000).map { Philox(seed: 5).uniform(at: $0) }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        let mean: Double = values.reduce(0, +) / 10_000
        // The mean of 10,000 uniforms has a standard deviation of 0.0029.
        #expect(abs(mean - 0.5) < 0.015)
    }
}
