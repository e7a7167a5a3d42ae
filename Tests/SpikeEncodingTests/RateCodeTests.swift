import Foundation
import SpikeEncoding
import Testing

@Suite struct RateCodeTests {
    @Test(arguments: ReferenceCase.named("rate"))
    func agreesWithReference(_ reference: ReferenceCase) throws {
        let codec = try RateCode(steps: reference.params.maxT!, dialect: .reference)
        let observation = Observations(values: reference.input!.map { $0[0] }, featureCount: reference.input!.count)
        try expectReference(codec.encode(observation), reference)
    }

    /// As the scaler and rate coder of the package's observation encoder, without its polarity split.
    @Test(arguments: ReferenceCase.named("GymnasiumEncoder").filter { $0.id == "gym_nosplit" })
    func scalesLikeTheReference(_ reference: ReferenceCase) throws {
        let parameters = reference.params
        let codec = try RateCode(
            steps: parameters.seqLength!, maximumRate: parameters.maxFiringRate!,
            minimum: PerChannel(each: parameters.minValues!), maximum: PerChannel(each: parameters.maxValues!),
            dialect: .reference)
        let rows = reference.input!
        let observations = Observations(
            values: rows[0].indices.flatMap { column in rows.map { $0[column] } }, featureCount: rows.count)
        #expect(try codec.encode(observations).spikes.signs == reference.spikes!.flatMap(\.self))
    }

    /// The rates of every observation-encoder case to its spikes, one observation after the other in time.
    @Test(arguments: ReferenceCase.named("GymnasiumEncoder"))
    func observationRatesBecomeTheReferencesSpikes(_ reference: ReferenceCase) throws {
        let units = reference.rates!.rows
        let codec = try RateCode(steps: reference.params.seqLength!, dialect: .reference)
        let observations = Observations(
            values: units[0].indices.flatMap { column in units.map { $0[column] } }, featureCount: units.count)
        #expect(try codec.encode(observations).spikes.signs == reference.spikes!.flatMap(\.self))
    }

    /// A train of at most 2³² signs is made; a larger one is refused before memory is allocated.
    @Test func tooManyStepsAreRefused() throws {
        let codec = try RateCode(steps: 1_000_000)
        let observations = Observations(values: Array(repeating: 0.5, count: 4295), featureCount: 1)
        #expect(throws: CodecError.tooManySteps(codec: RateCode.name, units: 1, steps: 4_295_000_000)) {
            try codec.encode(observations)
        }
        let fields = try ReceptiveFields(bins: 65_536, steps: 65_537)
        #expect(throws: CodecError.tooManySteps(codec: ReceptiveFields.name, units: 65_536, steps: 65_537)) {
            try fields.encode(Observations(values: [0.5], featureCount: 1))
        }
    }

    /// The offset is kept apart if the bound farther from 0 is more than 64 times the range from 0.
    @Test func theFirstValueIsKeptExactlyEnough() throws {
        func start(_ minimum: Double, _ maximum: Double) throws -> EncodedChannel {
            let codec = try RateCode(steps: 2, minimum: minimum, maximum: maximum)
            return try codec.encode(Observations(values: [minimum + 0.25], featureCount: 1)).channels[0]
        }
        #expect(try start(63.5, 64.5) == EncodedChannel(initialValue: 0.25, offset: 63.5))
        #expect(try start(-64.5, -63.5) == EncodedChannel(initialValue: 0.25, offset: -64.5))
        #expect(try start(62.5, 63.5) == EncodedChannel(initialValue: 62.75))
        #expect(try start(-63.5, -62.5) == EncodedChannel(initialValue: -63.25))
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

    /// Whichever of the bounds is given per feature.
    @Test func everyMaximumIsAboveItsMinimum() throws {
        func expectRefusal(
            _ minimum: PerChannel<Double>, _ maximum: PerChannel<Double>, value: String, least: String
        ) {
            let expected = CodecError.parameter(
                codec: "rate", name: "maximum", value: value, requirement: "above minimum \(least)")
            #expect(throws: expected) { try RateCode(minimum: minimum, maximum: maximum) }
        }
        expectRefusal(1, 1, value: "1.0", least: "1.0")
        expectRefusal([0, 5, 1], 3, value: "3.0", least: "5.0")
        expectRefusal(1, [2, 3, 0.5], value: "0.5", least: "1.0")
        expectRefusal([0, 1], [1, 1], value: "1.0", least: "1.0")
        #expect(try RateCode(minimum: [0, 2, 1], maximum: 3).minimum.values == [0, 2, 1])
        #expect(try RateCode(minimum: 1, maximum: [2, 3, 1.5]).maximum.values == [2, 3, 1.5])
        // Bounds of different numbers of features are refused with the number of features that they do not fit.
        for codec in [
            try RateCode(minimum: [0, 2], maximum: [1, 3, 0]), try RateCode(minimum: [0, 2, 9], maximum: [1, 3]),
        ] {
            #expect(throws: CodecError.self) { try codec.encode(Observations(values: [0, 0], featureCount: 2)) }
            #expect(throws: CodecError.self) { try codec.encode(Observations(values: [0, 0, 0], featureCount: 3)) }
        }
    }

    @Test func valuesOutsideTheBoundsAreClippedAndCounted() throws {
        let codec = try RateCode(steps: 4, minimum: -1, maximum: 1)
        let encoded = try codec.encode(Observations(values: [-3, -1, 0, 1, 1.5], featureCount: 5))
        #expect(encoded.clippedCount == 2)
        // Middles of the quarters, on −1…1.
        #expect(try encoded.decode().values == [-1, -1, -0.25, 0.75, 0.75])
    }

    /// The steps of a rate's spikes.
    private func steps(of rate: Double, _ steps: Int, _ dialect: Dialect = .standard) throws -> [Int] {
        let codec = try RateCode(steps: steps, dialect: dialect)
        let spikes = try codec.encode(Observations(values: [rate], featureCount: 1)).spikes
        return spikes.signs.indices.filter { spikes.signs[$0] == 1 }
    }

    /// By hand: 3 spikes in 7 steps end the parts of 7/3, 14/3 and 21/3 steps.
    @Test func spikesStandWhereTheFormulaSays() throws {
        #expect(try steps(of: 3.0 / 7, 7) == [1, 3, 6])
        #expect(try steps(of: 0.3, 16) == [2, 5, 8, 11, 15])
        #expect(try steps(of: 1, 5) == [0, 1, 2, 3, 4])
        #expect(try steps(of: 1e-300, 9) == [8])
        #expect(try steps(of: 0, 9) == [])
        // 0.9 · 16 = 14.4: fifteen spikes, of which the package has two in the first step.
        #expect(try steps(of: 0.9, 16) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15])
        #expect(try steps(of: 0.9, 16, .reference).count == 14)
    }

    /// However k/T was computed, k spikes; above it, k + 1.
    @Test func thereAreAsManySpikesAsTheCeilingSays() throws {
        #expect(0.28 * 25 > 7)
        #expect(try steps(of: 0.28, 25).count == 7)
        for total in Array(1...64) + [100, 360, 1000, 1023] {
            var rates: [(rate: Double, count: Int)] = []
            for count in 1...total {
                let rate = Double(count) / Double(total)
                let below = (Double(count) - 0.5) / Double(total)
                rates += [(rate, count), (Double(count) * (1 / Double(total)), count), (below, count)]
                rates += [
                    (rate.nextUp, count), (rate.nextDown, count), (1 - Double(total - count) / Double(total), count),
                ]
                if count < total { rates.append((rate + 1e-9, count + 1)) }
            }
            let codec = try RateCode(steps: total)
            let values = rates.map { min($0.rate, 1) }
            let spikes = try codec.encode(Observations(values: values, featureCount: values.count)).spikes
            for (unit, expected) in rates.enumerated() {
                let places = spikes.unit(unit).enumerated().filter { $0.element == 1 }.map(\.offset)
                #expect(places.count == expected.count, "\(expected.rate) over \(total) steps")
                #expect(places.last == total - 1, "\(expected.rate) over \(total) steps")
                // From before the first step on, so that the beginning is no gap of its own.
                let gaps = zip([-1] + places, places).map { $1 - $0 }
                #expect(gaps.max()! - gaps.min()! <= 1, "\(expected.rate) over \(total) steps")
            }
        }
    }

    /// Values far from 0, whose scaling rounds by thousands of units in the last place.
    @Test func scalingDoesNotAddASpike() throws {
        let codec = try RateCode(steps: 10, minimum: 100, maximum: 101)
        let values = (1...10).map { 100 + Double($0) / 10 }
        let spikes = try codec.encode(Observations(values: values, featureCount: 10)).spikes
        #expect((0..<10).map { spikes.spikeCount(ofUnits: $0..<$0 + 1) } == Array(1...10))
    }

    /// Sixteen equal intervals, each decoded to its middle: an error of 1/√12 of their width.
    @Test func theErrorIsThatOfUniformQuantisation() throws {
        func error(_ dialect: Dialect) throws -> Double {
            let count = 16_000
            let values = (0..<count).map { (Double($0) + 0.5) / Double(count) }
            let encoded = try RateCode(steps: 16, dialect: dialect).encode(
                Observations(values: values, featureCount: count))
            let decoded = try encoded.decode().values
            let squares = zip(values, decoded).map { ($0 - Double($1)) * ($0 - Double($1)) }
            return (squares.reduce(0, +) / Double(count)).squareRoot() * 16
        }
        #expect(abs(try error(.standard) - 1 / 12.0.squareRoot()) < 1e-4)
        #expect(try error(.reference) > 0.5)
    }

    /// With rates up to 0.7 over 4 steps, three spikes stand for 0.5…0.7 only.
    @Test func theMaximumRateCutsTheTopmostInterval() throws {
        let codec = try RateCode(steps: 4, maximumRate: 0.7)
        let values = [0, 0.1, 0.4, 0.9, 1]
        let encoded = try codec.encode(Observations(values: values, featureCount: 5))
        #expect((0..<5).map { encoded.spikes.spikeCount(ofUnits: $0..<$0 + 1) } == [0, 1, 2, 3, 3])
        let middles: [Double] = [0, 0.125, 0.375, 0.6, 0.6]
        #expect(try encoded.decode().values == middles.map { Float($0 / 0.7) })
        #expect(codec.scaledValue(counts: [4]) == codec.scaledValue(counts: [3]))
        #expect(try RateCode(steps: 4, maximumRate: 0.1).scaledValue(counts: [1]) == 0.5)
    }

    @Test func filesWithoutADialectAreThePackages() throws {
        for conversion in [RateConversion.deterministic, .poisson(seed: 3)] {
            let codec = try RateCode(steps: 4, conversion: conversion)
            let fields = try ReceptiveFields(steps: 4, conversion: conversion)
            for (old, dialect) in [
                (
                    try withoutDialect(codec),
                    try JSONDecoder().decode(RateCode.self, from: withoutDialect(codec)).dialect
                ),
                (
                    try withoutDialect(fields),
                    try JSONDecoder().decode(ReceptiveFields.self, from: withoutDialect(fields)).dialect
                ),
            ] {
                #expect(!String(decoding: old, as: UTF8.self).contains("dialect"))
                #expect(dialect == (conversion == .deterministic ? .reference : .standard))
            }
            #expect(try JSONDecoder().decode(RateCode.self, from: JSONEncoder().encode(codec)) == codec)
            #expect(try JSONDecoder().decode(ReceptiveFields.self, from: JSONEncoder().encode(fields)) == fields)
        }
    }

    private func withoutDialect(_ codec: some Encodable) throws -> Data {
        var values = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(codec)) as? [String: Any])
        #expect(values.removeValue(forKey: "dialect") as? String == "standard")
        return try JSONSerialization.data(withJSONObject: values)
    }

    @Test func thePackagesPoissonSpikesAreRefused() {
        let message =
            "must be standard, or the conversion deterministic (the package's Poisson spikes cannot be reproduced), "
            + "got reference"
        #expect {
            try RateCode(conversion: .poisson(seed: 0), dialect: .reference)
        } throws: {
            "\($0)" == "rate: dialect \(message)"
        }
        #expect {
            try ReceptiveFields(dialect: .reference)
        } throws: {
            "\($0)" == "receptive-fields: dialect \(message)"
        }
    }

    /// Bounds whose half is 0, and bounds whose difference overflows.
    @Test(arguments: [
        (0.0, Double.leastNonzeroMagnitude), (-1.797e308, 1.797e308),
    ]) func extremeBoundsScale(_ minimum: Double, _ maximum: Double) throws {
        let code = try RateCode(steps: 4, minimum: minimum, maximum: maximum)
        let encoded = try code.encode(Observations(values: [minimum, maximum], featureCount: 1))
        #expect(encoded.spikes.signs == [0, 0, 0, 0, 1, 1, 1, 1])
    }
}
