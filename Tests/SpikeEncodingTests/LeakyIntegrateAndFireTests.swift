import SpikeEncoding
import Testing

@Suite struct LeakyIntegrateAndFireTests {
    @Test(arguments: ReferenceCase.named("LIFBased"))
    func referenceDialectAgrees(_ reference: ReferenceCase) throws {
        let codec = try LeakyIntegrateAndFire(
            threshold: reference.perChannel(reference.params.threshold),
            membraneConstant: reference.perChannel(reference.params.membraneConstant),
            polarity: reference.params.downSpike! ? .bipolar : .unipolar, dialect: .reference)
        try expectReference(codec.encode(reference.signal), reference)
    }
}
