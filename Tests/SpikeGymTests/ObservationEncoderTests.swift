import Foundation
import SpikeEncoding
import SpikeGym
import Testing

@Suite struct ObservationEncoderTests {
    static func scaler() throws -> ObservationScaler { try ObservationScaler(minimum: [-1, 0], maximum: [1, 10]) }

    static func row(_ values: Double...) -> Observations { Observations(values: values, featureCount: values.count) }

    /// Rates to 1e-12 (sums of a few numbers of about 1 in double precision); the package's spikes exactly, ours as many
    /// as the rates promise.
    @Test(arguments: ReferenceCase.all)
    func agreesWithTheReference(_ reference: ReferenceCase) throws {
        // Where the package departs from the definition, only its own dialect agrees.
        let dialects: [Dialect] = reference.id.hasPrefix("gym_ref") ? [.reference] : [.standard, .reference]
        for dialect in dialects {
            let encoder = try reference.encoder(dialect)
            var (forRates, forSpikes) = (
                ObservationEncoderState(batch: 1, of: encoder), ObservationEncoderState(batch: 1, of: encoder)
            )
            #expect(encoder.unitCount == reference.spikes.count)
            for (index, observation) in reference.observations.enumerated() {
                let rates = try encoder.rates(of: observation, &forRates)
                let spikes = try encoder.encode(observation, &forSpikes)
                let column = index - reference.firstCount
                guard column >= 0 else { continue }
                for unit in 0..<encoder.unitCount {
                    #expect(abs(rates[unit] - reference.rates[unit][column]) <= 1e-12, "\(dialect), unit \(unit)")
                    let found = spikes.train(ofRow: 0).unit(unit)
                    if dialect == .reference {
                        let expected = reference.spikes[unit][column * encoder.steps..<(column + 1) * encoder.steps]
                        #expect(found == expected, "unit \(unit)")
                    } else {
                        let promised = (Double(encoder.steps) * reference.rates[unit][column] - 1e-9).rounded(.up)
                        #expect(found.reduce(0) { $0 + Int($1) } == Int(promised), "unit \(unit)")
                    }
                }
            }
        }
    }

    /// What a run's folder held before there was a choice of placement: `dialect` was that of the rates alone.
    @Test func encodersOfOldFilesPlaceSpikesAsThePackageDoes() throws {
        for dialect in Dialect.allCases {
            let encoder = try ObservationEncoder(scaler: Self.scaler(), dialect: dialect)
            #expect(try JSONDecoder().decode(ObservationEncoder.self, from: JSONEncoder().encode(encoder)) == encoder)
            var values = try #require(
                JSONSerialization.jsonObject(with: JSONEncoder().encode(encoder)) as? [String: Any])
            #expect(values.removeValue(forKey: "spikeDialect") as? String == dialect.rawValue)
            let old = try JSONDecoder().decode(
                ObservationEncoder.self, from: JSONSerialization.data(withJSONObject: values))
            #expect(old.dialect == dialect && old.spikeDialect == .reference)
            // 0.9 · 16 = 14.4: fifteen spikes, two of them in one step where the package places them.
            var (before, now) = (
                ObservationEncoderState(batch: 1, of: old), ObservationEncoderState(batch: 1, of: encoder)
            )
            #expect(try old.encode(Self.row(0.8, 0), &before).spikeCount == 14)
            #expect(try encoder.encode(Self.row(0.8, 0), &now).spikeCount == (dialect == .standard ? 15 : 14))
        }
    }

    @Test func aBatchIsItsRowsOneByOne() throws {
        for conversion in [RateConversion.deterministic, .poisson(seed: 5)] {
            let encoder = try ObservationEncoder(
                scaler: Self.scaler(), steps: 9, coders: .stepAndRate(thresholds: [0.3]), unitCode: .splitPolarity,
                hasInvertedInputs: true, maximumRate: 0.8, conversion: conversion)
            let values = [0.1, 3, -0.4, 9, 0.7, 2]
            var together = ObservationEncoderState(batch: 3, of: encoder)
            let spikes = try encoder.encode(Observations(values: values, featureCount: 2), &together)
            #expect((spikes.steps, spikes.batch, spikes.units) == (9, 3, 16))
            // One state for the rows in turn draws the same random numbers.
            var alone = ObservationEncoderState(batch: 1, of: encoder)
            for row in 0..<3 {
                alone.beginEpisodes()
                let one = try encoder.encode(Self.row(values[2 * row], values[2 * row + 1]), &alone)
                #expect(one.train(ofRow: 0) == spikes.train(ofRow: row), "\(conversion), row \(row)")
                for step in 0..<9 {
                    for unit in 0..<16 { #expect(spikes[step, row, unit] == one[step, 0, unit]) }
                }
            }
        }
    }

    @Test func isTheRateCodeOrTheReceptiveFieldsOfItsValues() throws {
        let observations = Observations(values: [0.1, 3, -0.4, 9, 0.7, 2, -3, 11], featureCount: 2)
        for conversion in [RateConversion.deterministic, .poisson(seed: 11)] {
            let rate = try RateCode(
                steps: 12, conversion: conversion, maximumRate: 0.7, minimum: [-1, 0], maximum: [1, 10])
            let fields = try ReceptiveFields(
                bins: 5, sigma: 0.2, steps: 12, conversion: conversion, maximumRate: 0.7, minimum: [-1, 0],
                maximum: [1, 10])
            let pairs: [(any ObservationCodec, UnitCode)] = [
                (rate, .single), (fields, .receptiveFields(bins: 5, sigma: 0.2)),
            ]
            for (codec, unitCode) in pairs {
                let encoder = try ObservationEncoder(
                    scaler: Self.scaler(), steps: 12, unitCode: unitCode, maximumRate: 0.7, conversion: conversion)
                var state = ObservationEncoderState(batch: 4, of: encoder)
                let spikes = try encoder.encode(observations, &state)
                let expected = try codec.encode(observations, threads: 1)
                #expect(encoder.unitCount == expected.spikes.unitCount)
                for row in 0..<4 {
                    let train = spikes.train(ofRow: row)
                    for unit in 0..<encoder.unitCount {
                        #expect(
                            train.unit(unit)
                                == expected.spikes.unit(unit)[
                                    (unit * 48 + row * 12)..<(unit * 48 + row * 12 + 12)])
                    }
                }
                #expect(state.clippedCount == expected.clippedCount)
                #expect(state.clippedCounts == [1, 1])
            }
        }
    }

    @Test func polaritiesAreSplit() throws {
        let encoder = try ObservationEncoder(scaler: Self.scaler(), steps: 4, unitCode: .splitPolarity)
        var state = ObservationEncoderState(batch: 1, of: encoder)
        #expect(try encoder.rates(of: Self.row(0.5, 0), &state) == [0.5, 0, 0, 1])
        #expect(try encoder.rates(of: Self.row(0, 5), &state) == [0, 0, 0, 0])
        #expect(encoder.unitNames(["a", "b"]) == ["a up", "b up", "a down", "b down"])
    }

    /// Features, then the units of each, then the complements of all.
    @Test func unitsHaveNames() throws {
        func names(_ coders: ObservationCoders, _ code: UnitCode, _ isInverted: Bool = false) throws -> [String] {
            try ObservationEncoder(
                scaler: Self.scaler(), coders: coders, unitCode: code, hasInvertedInputs: isInverted
            ).unitNames(["a", "b"])
        }
        #expect(try names(.rate, .single) == ["a", "b"])
        #expect(try names(.rate, .single, true) == ["a", "b", "not a", "not b"])
        #expect(try names(.step(thresholds: [1, 1]), .single) == ["Δ a", "Δ b"])
        #expect(
            try names(.rate, .receptiveFields(bins: 3, sigma: 0.2))
                == ["a [0]", "a [1]", "a [2]", "b [0]", "b [1]", "b [2]"])
        #expect(
            try names(.step(thresholds: [1, 1]), .splitPolarity, true)
                == [
                    "Δ a up", "Δ b up", "Δ a down", "Δ b down", "not Δ a up", "not Δ b up", "not Δ a down",
                    "not Δ b down",
                ])
    }

    @Test func complementsFollowAtTheMaximumRate() throws {
        func rates(_ dialect: Dialect, _ maximumRate: Double) throws -> [Double] {
            let encoder = try ObservationEncoder(
                scaler: Self.scaler(), unitCode: .single, hasInvertedInputs: true, maximumRate: maximumRate,
                dialect: dialect)
            var state = ObservationEncoderState(batch: 1, of: encoder)
            return try encoder.rates(of: Self.row(0.5, 2.5), &state)
        }
        #expect(try rates(.standard, 1) == [0.75, 0.25, 0.25, 0.75])
        #expect(try rates(.standard, 0.5) == [0.375, 0.125, 0.125, 0.375])
        #expect(try rates(.reference, 1) == [0.75, 0.25, 0.25, 0.75])
        #expect(try rates(.reference, 0.5) == [0.375, 0.125, -0.125, 0.125])
    }

    @Test func stepsAreAgainstTheObservationBeforeOfTheSameEpisode() throws {
        let encoder = try ObservationEncoder(
            scaler: Self.scaler(), coders: .stepAndRate(thresholds: [0.5, 0.1]), unitCode: .single)
        #expect(encoder.unitNames() == ["Δ feature 0", "Δ feature 1", "feature 0", "feature 1"])
        var state = ObservationEncoderState(batch: 2, of: encoder)
        func rates(_ values: [Double]) throws -> [Double] {
            try encoder.rates(of: Observations(values: values, featureCount: 2), &state)
        }
        #expect(try rates([0, 5, -1, 0]) == [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0])
        // Row 0 moves by ½ threshold up and 2 thresholds down (clipped), row 1 by a threshold up and nothing.
        #expect(try rates([0.5, 2.5, 0, 0]) == [0.75, 0, 0.75, 0.25, 1, 0.5, 0.5, 0])
        state.beginEpisode(row: 0)
        #expect(try rates([1, 10, -1, 0]) == [0.5, 0.5, 1, 1, 0, 0.5, 0, 0])
        state.beginEpisodes()
        #expect(try rates([0, 5, 1, 10])[0..<2] == [0.5, 0.5])
        let alone = try ObservationEncoder(scaler: Self.scaler(), coders: .step(thresholds: [0.5]), unitCode: .single)
        #expect(alone.unitCount == 2)
    }

    @Test func poissonSpikesChangeFromObservationToObservation() throws {
        let encoder = try ObservationEncoder(
            scaler: Self.scaler(), steps: 2000, unitCode: .single, conversion: .poisson(seed: 3))
        var state = ObservationEncoderState(batch: 1, of: encoder)
        let first = try encoder.encode(Self.row(0.2, 2), &state)
        let second = try encoder.encode(Self.row(0.2, 2), &state)
        #expect(first != second)
        for (unit, rate) in [0.6, 0.2].enumerated() {
            let measured = Double(first.train(ofRow: 0).spikeCount(ofUnits: unit..<unit + 1)) / 2000
            // Four standard deviations of a binomial share.
            #expect(abs(measured - rate) <= 4 * (rate * (1 - rate) / 2000).squareRoot())
        }
        let joined = ObservationSpikes.joined([first, second])
        #expect(joined.steps == 4000 && joined.spikeCount == first.spikeCount + second.spikeCount)
        #expect(joined.train(ofRow: 0) == .joined([first.train(ofRow: 0), second.train(ofRow: 0)]))
    }

    @Test func wrongParametersAreNamed() throws {
        let scaler = try Self.scaler()
        func complaint(_ body: () throws -> ObservationEncoder) -> String {
            do {
                _ = try body()
                return "none"
            } catch { return "\(error)" }
        }
        #expect(complaint { try ObservationEncoder(scaler: scaler, steps: 0) }.contains("steps must be >= 1"))
        #expect(complaint { try ObservationEncoder(scaler: scaler, maximumRate: 1.5) }.contains("maximum rate must be"))
        #expect(
            complaint { try ObservationEncoder(scaler: scaler, coders: .step(thresholds: [1, 2, 3])) }
                .contains("step threshold has 3 values for 2 channels"))
        #expect(
            complaint { try ObservationEncoder(scaler: scaler, coders: .step(thresholds: [0])) }
                .contains("step threshold must be finite and > 0, got 0"))
        #expect(
            complaint { try ObservationEncoder(scaler: scaler, unitCode: .receptiveFields(bins: 1, sigma: 0.1)) }
                .contains("bins must be"))
        let encoder = try ObservationEncoder(scaler: scaler)
        var state = ObservationEncoderState(batch: 1, of: encoder)
        #expect(throws: CodecError.notFiniteFeature(row: 0, feature: 1, value: .infinity)) {
            try encoder.encode(Self.row(0, .infinity), &state)
        }
        let long = try ObservationEncoder(scaler: scaler, steps: 1_000_000, unitCode: .splitPolarity)
        var wide = ObservationEncoderState(batch: 2000, of: long)
        #expect(throws: CodecError.tooManySteps(codec: "observation encoder", units: 8000, steps: 1_000_000)) {
            try long.encode(Observations(values: Array(repeating: 0, count: 4000), featureCount: 2), &wide)
        }
    }

    /// Spikes of just 4 GiB are within the limit: only then is the last observation looked at.
    @Test func aBatchTakesUpToFourGiB() throws {
        let encoder = try ObservationEncoder(scaler: ObservationScaler(minimum: [0], maximum: [1]), steps: 1 << 16)
        func error(rows: Int) -> CodecError? {
            var state = ObservationEncoderState(batch: rows, of: encoder)
            let values = [Double](repeating: 0.5, count: rows - 1) + [.infinity]
            do throws(CodecError) {
                _ = try encoder.encode(Observations(values: values, featureCount: 1), &state)
                return nil
            } catch {
                return error
            }
        }
        #expect(error(rows: 65_536) == .notFiniteFeature(row: 65_535, feature: 0, value: .infinity))
        #expect(error(rows: 65_537) == .tooManySteps(codec: "observation encoder", units: 65_537, steps: 65_536))
    }

    @Test(arguments: [
        UnitCode.single, .splitPolarity, .receptiveFields(bins: 4, sigma: 0.3),
    ]) func passesThroughJSON(_ unitCode: UnitCode) throws {
        for coders in [ObservationCoders.rate, .step(thresholds: [0.5]), .stepAndRate(thresholds: [1, 2])] {
            let encoder = try ObservationEncoder(
                scaler: Self.scaler(), steps: 7, coders: coders, unitCode: unitCode, hasInvertedInputs: true,
                maximumRate: 0.5, conversion: .poisson(seed: 9), dialect: .reference)
            let data = try JSONEncoder().encode(encoder)
            #expect(try JSONDecoder().decode(ObservationEncoder.self, from: data) == encoder)
        }
        let text = String(decoding: try JSONEncoder().encode(ObservationEncoder(scaler: Self.scaler())), as: UTF8.self)
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(
                ObservationEncoder.self, from: Data(text.replacing("\"steps\":16", with: "\"steps\":0").utf8))
        }
    }

    /// What an encoder remembers, through JSON: the next spikes are the same.
    @Test func aSavedStateGoesOnExactly() throws {
        let encoder = try ObservationEncoder(
            scaler: Self.scaler(), coders: .stepAndRate(thresholds: [0.1, 0.3]), conversion: .poisson(seed: 5))
        var state = ObservationEncoderState(batch: 1, of: encoder)
        _ = try encoder.encode(Self.row(0.1, 33), &state)
        let saved = try JSONEncoder().encode(state)
        var restored = try JSONDecoder().decode(ObservationEncoderState.self, from: saved)
        #expect(restored == state && restored.clippedCounts == [0, 1])
        #expect(try encoder.encode(Self.row(0.15, 3), &restored) == encoder.encode(Self.row(0.15, 3), &state))

        let text = String(decoding: saved, as: UTF8.self)
        for (from, to) in [
            ("\"batch\":1", "\"batch\":2"), ("\"batch\":1", "\"batch\":0"),
            ("\"featureCount\":2", "\"featureCount\":4611686018427387904"),
            ("\"encodedCount\":1", "\"encodedCount\":-1"),
            ("\"encodedCount\":1", "\"encodedCount\":9223372036854775807"),
            ("\"clippedCounts\":[0,1]", "\"clippedCounts\":[0]"), ("\"hasBase\":[true]", "\"hasBase\":[]"),
        ] {
            #expect(text.contains(from))
            #expect(throws: DecodingError.self, "\(to)") {
                try JSONDecoder().decode(
                    ObservationEncoderState.self, from: Data(text.replacing(from, with: to).utf8))
            }
        }
    }
}
