import SpikeEncoding
import Testing

@Suite struct RateCodeTests {
    @Test(arguments: ReferenceCase.named("rate"))
    func agreesWithReference(_ reference: ReferenceCase) throws {
        let codec = try RateCode(steps: reference.params.maxT!)
        let observation = Observations(values: reference.input!.map { $0[0] }, featureCount: reference.input!.count)
        try expectReference(codec.encode(observation), reference)
    }

    /// As the scaler and rate coder of the package's observation encoder, without its polarity split.
    @Test(arguments: ReferenceCase.named("GymnasiumEncoder").filter { $0.id == "gym_nosplit" })
    func scalesLikeTheReference(_ reference: ReferenceCase) throws {
        let parameters = reference.params
        let codec = try RateCode(
            steps: parameters.seqLength!, maximumRate: parameters.maxFiringRate!,
            minimum: PerChannel(each: parameters.minValues!), maximum: PerChannel(each: parameters.maxValues!))
        let rows = reference.input!
        let observations = Observations(
            values: rows[0].indices.flatMap { column in rows.map { $0[column] } }, featureCount: rows.count)
        #expect(try codec.encode(observations).spikes.signs == reference.spikes!.flatMap(\.self))
    }

    /// The rates of every observation-encoder case to its spikes, one observation after the other in time.
    @Test(arguments: ReferenceCase.named("GymnasiumEncoder"))
    func observationRatesBecomeTheReferencesSpikes(_ reference: ReferenceCase) throws {
        let units = reference.rates!.rows
        let codec = try RateCode(steps: reference.params.seqLength!)
        let observations = Observations(
            values: units[0].indices.flatMap { column in units.map { $0[column] } }, featureCount: units.count)
        #expect(try codec.encode(observations).spikes.signs == reference.spikes!.flatMap(\.self))
    }

    @Test func poissonRatesAreThoseAskedFor() throws {
        let rates = [0, 0.1, 0.5, 0.9, 1]
        let codec = try RateCode(steps: 20_000, conversion: .poisson(seed: 1))
        let spikes = try codec.encode(Observations(values: rates, featureCount: 5)).spikes
        for (unit, rate) in rates.enumerated() {
            let measured = Double(spikes.spikeCount(ofUnits: unit..<unit + 1)) / 20_000
            // Four standard deviations of a binomial share; none at 0 and 1.
            #expect(abs(measured - rate) <= 4 * (rate * (1 - rate) / 20_000).squareRoot())
        }
        let other = try RateCode(steps: 20_000, conversion: .poisson(seed: 2))
        #expect(try other.encode(Observations(values: rates, featureCount: 5)).spikes != spikes)
    }

    @Test func valuesOutsideTheBoundsAreClippedAndCounted() throws {
        let codec = try RateCode(steps: 4, minimum: -1, maximum: 1)
        let encoded = try codec.encode(Observations(values: [-3, -1, 0, 1, 1.5], featureCount: 5))
        #expect(encoded.clippedCount == 2)
        #expect(try encoded.decode().values == [-1, -1, -0.25, 1, 1])
    }
}
