import Foundation
import SpikeEncoding
import Testing

@Suite struct ReceptiveFieldsTests {
    @Test(arguments: ReferenceCase.named("BinEncoder"))
    func agreesWithReference(_ reference: ReferenceCase) throws {
        let parameters = reference.params
        let codec = try ReceptiveFields(
            bins: parameters.nBins!, sigma: parameters.sigma!, steps: parameters.seqLength!, conversion: .deterministic,
            maximumRate: parameters.maxFiringRate!, minimum: PerChannel(each: parameters.minValues!),
            maximum: PerChannel(each: parameters.maxValues!), dialect: .reference)
        let observation = Observations(values: reference.input!.map { $0[0] }, featureCount: reference.input!.count)
        try expectReference(codec.encode(observation), reference)
        for (feature, values) in reference.input!.enumerated() {
            let scaled = (values[0] - codec.minimum[feature]) / (codec.maximum[feature] - codec.minimum[feature])
            var rates = [Double](repeating: 0, count: codec.bins)
            rates.withUnsafeMutableBufferPointer { codec.rates(scaled: scaled, into: $0) }
            for (rate, expected) in zip(
                rates, reference.rates!.rows[0][feature * codec.bins..<(feature + 1) * codec.bins])
            {
                #expect(abs(rate - expected) <= 1e-12)
            }
        }
    }

    /// Rates by the formula in the type's description, counts by their ceiling.
    @Test func deterministicUnitsHaveAsManySpikesAsTheCeilingSays() throws {
        let codec = try ReceptiveFields(bins: 6, sigma: 0.2, steps: 25, conversion: .deterministic, maximumRate: 0.8)
        for value in [0, 0.1, 0.37, 0.5, 0.93, 1] {
            let spikes = try codec.encode(Observations(values: [value], featureCount: 1)).spikes
            let responses = (0..<6).map { exp(-pow(value - Double($0) / 5, 2) / (2 * 0.2 * 0.2)) }
            let expected = responses.map { Int((25 * 0.8 * $0 / responses.reduce(0, +)).rounded(.up)) }
            #expect((0..<6).map { spikes.spikeCount(ofUnits: $0..<$0 + 1) } == expected, "\(value)")
        }
    }

    @Test func narrowFieldsAnswerAtTheNearestCentre() throws {
        let codec = try ReceptiveFields(bins: 5, sigma: 1e-4, steps: 8, conversion: .deterministic)
        let spikes = try codec.encode(Observations(values: [0.6], featureCount: 1)).spikes
        #expect((0..<5).map { spikes.spikeCount(ofUnits: $0..<$0 + 1) } == [0, 0, 8, 0, 0])
    }

    /// A fine population over many steps tells the value to within a fraction of the distance between centres.
    /// Spike counts 1, 3 and 2 around the centres 0, 1/2 and 1. Deterministic units have one spike too many.
    @Test func decodingDependsOnTheConversion() throws {
        for (conversion, value) in [(.deterministic, 2.0 / 3), (.poisson(seed: 4), 3.5 / 6)]
            as [(RateConversion, Double)]
        {
            let codec = try ReceptiveFields(bins: 3, steps: 4, conversion: conversion)
            let spikes = SpikeTrain(signs: [0, 0, 0, 1, 0, 1, 1, 1, 1, 0, 0, 1], unitCount: 3)
            let encoded = EncodedSignal(
                codec: codec.codec, spikes: spikes, channels: [EncodedChannel(initialValue: 0)])
            #expect(try abs(encoded.decode().value(ofChannel: 0, sample: 0) - value) < 1e-6)
        }
    }

    @Test(arguments: [RateConversion.deterministic, .poisson(seed: 4)])
    func decodesNearTheValue(_ conversion: RateConversion) throws {
        let codec = try ReceptiveFields(
            bins: 20, sigma: 0.1, steps: 2000, conversion: conversion, minimum: -2, maximum: 2)
        let values: [Double] = [-1, -0.3, 0, 0.4, 1.1]
        let decoded = try codec.encode(Observations(values: values, featureCount: 5)).decode()
        for (value, decoded) in zip(values, decoded.values) { #expect(abs(Float(value) - decoded) < 0.05) }
    }
}
