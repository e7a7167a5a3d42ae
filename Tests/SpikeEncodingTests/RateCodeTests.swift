import SpikeEncoding
import Testing

@Suite struct RateCodeTests {
    @Test(arguments: ReferenceCase.named("rate"))
    func agreesWithReference(_ reference: ReferenceCase) throws {
        let codec = try RateCode(steps: reference.params.maxT!)
        let observation = Observations(values: reference.input!.map { $0[0] }, featureCount: reference.input!.count)
        try expectReference(codec.encode(observation), reference)
    }
}
