import SpikeEncoding
import Testing

@Suite struct BensSpikerTests {
    @Test(arguments: ReferenceCase.named("BSA"))
    func referenceDialectAgrees(_ reference: ReferenceCase) throws {
        let codec = try BensSpiker(
            order: reference.perChannel(reference.params.filterOrder),
            cutoff: reference.perChannel(reference.params.filterCutoff),
            threshold: reference.perChannel(reference.params.threshold), dialect: .reference)
        try expectReference(codec.encode(reference.signal, ranges: reference.knownRanges, threads: 1), reference)
    }
}
