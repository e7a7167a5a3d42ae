import SpikeEncoding
import Testing

@Suite struct ReceptiveFieldsTests {
    @Test(arguments: ReferenceCase.named("BinEncoder"))
    func agreesWithReference(_ reference: ReferenceCase) throws {
        let parameters = reference.params
        let codec = try ReceptiveFields(
            bins: parameters.nBins!, sigma: parameters.sigma!, steps: parameters.seqLength!, conversion: .deterministic,
            maximumRate: parameters.maxFiringRate!, minimum: PerChannel(parameters.minValues!),
            maximum: PerChannel(parameters.maxValues!))
        let observation = Observations(values: reference.input!.map { $0[0] }, featureCount: reference.input!.count)
        try expectReference(codec.encode(observation), reference)
        for (feature, values) in reference.input!.enumerated() {
            let scaled = (values[0] - codec.minimum[feature]) / (codec.maximum[feature] - codec.minimum[feature])
            var rates = [Double](repeating: 0, count: codec.bins)
            rates.withUnsafeMutableBufferPointer { codec.rates(scaled: scaled, into: $0) }
            for (rate, expected) in zip(rates, reference.rates!.rows[0][feature * codec.bins..<(feature + 1) * codec.bins]) {
                #expect(abs(rate - expected) <= 1e-12)
            }
        }
    }
}
