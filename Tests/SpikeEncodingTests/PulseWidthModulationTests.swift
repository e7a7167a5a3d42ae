import SpikeEncoding
import Testing

@Suite struct PulseWidthModulationTests {
    @Test(arguments: ReferenceCase.named("PWM"))
    func referenceDialectAgrees(_ reference: ReferenceCase) throws {
        for dialect in Dialect.allCases {
            let codec = try PulseWidthModulation(
                frequency: reference.perChannel(reference.params.frequency),
                polarity: reference.params.downSpike! ? .bipolar : .unipolar, dialect: dialect)
            let encoded = try codec.encode(reference.signal, ranges: reference.knownRanges, threads: 1)
            #expect(encoded.spikes.signs == reference.spikes!.flatMap(\.self))
            if dialect == .reference { try expectReference(encoded, reference) }
        }
    }
}
