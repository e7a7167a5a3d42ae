import SpikeEncoding
import Testing

@Suite struct StepForwardTests {
    @Test(arguments: ReferenceCase.named("StepForward"))
    func agreesWithReference(_ reference: ReferenceCase) throws {
        for dialect in Dialect.allCases {
            let codec = try StepForward(
                threshold: reference.perChannel(reference.params.effectiveThreshold),
                polarity: reference.params.downSpike! ? .bipolar : .unipolar, dialect: dialect)
            try expectReference(
                codec.encode(reference.signal), reference,
                initialValues: reference.perChannel(reference.params.initialValue))
        }
    }

    @Test func decodesFromFirstSampleAndTheReferenceDialectFromZero() throws {
        let signal = Signal(channels: [[3, 3, 3.6, 3.6]])
        #expect(try StepForward(threshold: 0.5).encode(signal).decode().values == [3, 3, 3.5, 3.5])
        #expect(
            try StepForward(threshold: 0.5, dialect: .reference).encode(signal).decode().values == [0, 0, 0.5, 0.5])
    }
}
