import SpikeEncoding
import Testing

@Suite struct DeltaModulationTests {
    @Test(arguments: ReferenceCase.named("DeltaModulation"))
    func agreesWithReference(_ reference: ReferenceCase) throws {
        let codec = try DeltaModulation(
            threshold: PerChannel(reference.params.delta!), padding: reference.params.padding! ? .edge : .zero,
            polarity: reference.params.offSpike! ? .bipolar : .unipolar)
        let signal = reference.params.normalized! ? reference.signal : try reference.signal.normalized()
        try expectReference(codec.encode(signal), reference)
    }
}
