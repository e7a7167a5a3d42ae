import SpikeEncoding

/// Encodes batches of observations from environments as spikes: `[B, features]` → `[T, B, units]`.
///
///     p = scaled feature, or δ/(2θ) + ½ of its change δ since the observation before, clipped to 0…1
///     rate = maximum rate · p, or of p's two polarities, or of p's receptive fields
///     complements, with inverted inputs: maximum rate − rate, appended after all the rates
///
/// followed by a rate code over T steps. The units of changes come before the units of values.
///
/// Source: the Gymnasium encoder of the Python package `spike-encoding` 1.8.2, whose outputs `.reference` reproduces.
public struct ObservationEncoder: Sendable, Hashable {
    /// Scales the features to 0…1.
    public let scaler: ObservationScaler
    /// The number of time steps T per observation, 1…1,000,000.
    public let steps: Int
    /// Whether values, changes or both are encoded.
    public let coders: ObservationCoders
    /// The number of units per encoded value, and their rates.
    public let unitCode: UnitCode
    /// Whether each unit has a partner with the complementary rate.
    public let hasInvertedInputs: Bool
    /// The rate of p = 1, in spikes per step; above 0, up to 1.
    public let maximumRate: Double
    /// How rates become spikes.
    public let conversion: RateConversion
    /// The definition of the encoding. `.reference` reproduces the Python package in three respects. Complements are
    /// those of p, scaled afterwards: (maximum rate − p)·maximum rate; a negative result means silence. Neither changes
    /// nor scaled features are clipped, except before receptive fields. Deterministic spikes have the package's
    /// positions.
    public let dialect: Dialect
    /// The definition of the positions of deterministic spikes. It is `dialect`, except in encoders from files written
    /// when the package's positions were the only ones.
    public private(set) var spikeDialect: Dialect

    private let fields: ReceptiveFields?

    /// Creates an encoder.
    ///
    /// - Parameters:
    ///   - scaler: Scales the features to 0…1.
    ///   - steps: The number of time steps T per observation, 1…1,000,000.
    ///   - coders: Whether values, changes or both are encoded.
    ///   - unitCode: The number of units per encoded value, and their rates.
    ///   - hasInvertedInputs: Whether each unit has a partner with the complementary rate.
    ///   - maximumRate: The rate of p = 1, in spikes per step; above 0, up to 1.
    ///   - conversion: How rates become spikes.
    ///   - dialect: The definition of the encoding, where the Python package's differs.
    /// - Throws: `CodecError.parameter` if a value is outside its range; `CodecError.parameterCount` unless there is
    ///   one threshold for all features or one per feature.
    public init(
        scaler: ObservationScaler, steps: Int = 16, coders: ObservationCoders = .rate,
        unitCode: UnitCode = .single, hasInvertedInputs: Bool = false, maximumRate: Double = 1,
        conversion: RateConversion = .deterministic, dialect: Dialect = .standard
    ) throws(CodecError) {
        let name = "observation encoder"
        // This checks the steps and the rate.
        _ = try RateCode(steps: steps, maximumRate: maximumRate)
        if let thresholds = coders.thresholds {
            guard thresholds.count == 1 || thresholds.count == scaler.featureCount else {
                throw .parameterCount(
                    codec: name, parameter: "step threshold", count: thresholds.count, channels: scaler.featureCount)
            }
            if let wrong = thresholds.first(where: { !($0.isFinite && $0 > 0) }) {
                throw .parameter(codec: name, name: "step threshold", value: "\(wrong)", requirement: "finite and > 0")
            }
        }
        if case .receptiveFields(let bins, let sigma) = unitCode {
            fields = try ReceptiveFields(bins: bins, sigma: sigma, steps: steps, conversion: conversion)
        } else {
            fields = nil
        }
        self.scaler = scaler
        self.steps = steps
        self.coders = coders
        self.unitCode = unitCode
        self.hasInvertedInputs = hasInvertedInputs
        self.maximumRate = maximumRate
        self.conversion = conversion
        self.dialect = dialect
        spikeDialect = dialect
    }

    /// The number of encoded values per observation; the change and the value of a feature count separately.
    private var inputCount: Int {
        scaler.featureCount * ((coders.thresholds == nil ? 0 : 1) + (coders.encodesValues ? 1 : 0))
    }

    /// The number of units of one encoded observation.
    public var unitCount: Int { inputCount * unitCode.unitsPerFeature * (hasInvertedInputs ? 2 : 1) }

    /// Encodes a batch of observations as spikes. Changes are taken from the previous observation of the same row.
    ///
    /// - Parameters:
    ///   - observations: The observations, `[B, features]`.
    ///   - state: The state of the same number of rows, which is updated.
    /// - Returns: The spikes, `[T, B, units]`.
    /// - Throws: `CodecError` if an observation is NaN or infinite, or the spikes would take more than 4 GiB. Traps if
    ///   the number of features or rows differs from the scaler's or the state's.
    public func encode(
        _ observations: Observations, _ state: inout ObservationEncoderState
    ) throws(CodecError) -> ObservationSpikes {
        let (batch, units) = (observations.rowCount, unitCount)
        guard Double(batch * units) * Double(steps) <= 0x1p32 else {
            throw .tooManySteps(codec: "observation encoder", units: batch * units, steps: steps)
        }
        let first = state.encodedCount * units
        let rates = try rates(of: observations, &state)
        var row = [Int8](repeating: 0, count: steps)
        let values = [Int8](unsafeUninitializedCapacity: steps * batch * units) { output, count in
            for index in 0..<batch * units {
                // With `.reference`, a rate can exceed 1, which also gives a spike at every step.
                row.withUnsafeMutableBufferPointer {
                    conversion.encode(
                        rate: min(1, rates[index]), index: first &+ index, steps: steps, dialect: spikeDialect,
                        into: $0.baseAddress!)
                }
                for step in 0..<steps { output[step * batch * units + index] = row[step] }
            }
            count = steps * batch * units
        }
        return ObservationSpikes(values: values, steps: steps, batch: batch, units: units)
    }

    /// Computes the firing rates of a batch of observations, in spikes per step, without drawing spikes.
    ///
    /// - Parameters:
    ///   - observations: The observations, `[B, features]`.
    ///   - state: The state of the same number of rows, which is updated as by `encode`.
    /// - Returns: The rates, `[B, units]`, row after row.
    /// - Throws: `CodecError` if an observation is NaN or infinite. Traps if the number of features or rows differs
    ///   from the scaler's or the state's.
    public func rates(
        of observations: Observations, _ state: inout ObservationEncoderState
    ) throws(CodecError) -> [Double] {
        let (batch, features) = (observations.rowCount, scaler.featureCount)
        precondition(
            observations.featureCount == features,
            "ObservationEncoder: \(observations.featureCount) features, the scaler has \(features)")
        precondition(
            state.batch == batch && state.featureCount == features,
            "ObservationEncoder: a state of [\(state.batch), \(state.featureCount)] for [\(batch), \(features)]")
        if let flaw = observations.values.firstIndex(where: { !$0.isFinite }) {
            throw .notFiniteFeature(row: flaw / features, feature: flaw % features, value: observations.values[flaw])
        }
        var rates: [Double] = []
        rates.reserveCapacity(batch * unitCount)
        for row in 0..<batch {
            let scaled = (0..<features).map { feature in
                self.scaled(observations.values[row * features + feature], feature, &state)
            }
            var inputs: [Double] = []
            if let thresholds = coders.thresholds {
                inputs = (0..<features).map { feature in
                    let threshold = thresholds[thresholds.count == 1 ? 0 : feature]
                    let change = (scaled[feature] - state.base(row, feature, else: scaled[feature])) / threshold
                    return clipped(change / 2 + 0.5)
                }
            }
            if coders.encodesValues { inputs += scaled }
            state.keep(scaled, row: row)
            append(inputs, to: &rates)
        }
        state.encodedCount += batch
        return rates
    }

    private func scaled(_ value: Double, _ feature: Int, _ state: inout ObservationEncoderState) -> Double {
        let scale = scaler.scale(ofFeature: feature, dialect)
        let (scaled, isClipped) = scale(value)
        if isClipped { state.clippedCounts[feature] += 1 }
        return isClipped && dialect == .reference && fields == nil ? scale.unclipped(value) : scaled
    }

    private func clipped(_ p: Double) -> Double {
        dialect == .reference && fields == nil ? p : min(1, max(0, p))
    }

    /// Appends the rates of one observation's units.
    private func append(_ inputs: [Double], to rates: inout [Double]) {
        var plain: [Double]
        switch unitCode {
        case .single: plain = inputs
        case .splitPolarity:
            plain = inputs.map { $0 >= 0.5 ? ($0 - 0.5) * 2 : 0 } + inputs.map { $0 < 0.5 ? (0.5 - $0) * 2 : 0 }
        case .receptiveFields(let bins, _):
            plain = [Double](repeating: 0, count: inputs.count * bins)
            plain.withUnsafeMutableBufferPointer { plain in
                for (index, p) in inputs.enumerated() {
                    let units = UnsafeMutableBufferPointer(rebasing: plain[index * bins..<(index + 1) * bins])
                    fields!.rates(scaled: p, into: units)
                }
            }
        }
        rates += plain.map { $0 * maximumRate }
        guard hasInvertedInputs else { return }
        switch dialect {
        case .standard: rates += plain.map { maximumRate - $0 * maximumRate }
        case .reference: rates += plain.map { (maximumRate - $0) * maximumRate }
        }
    }

    /// Names all units.
    ///
    /// - Parameter featureNames: The names of the features, one per feature; if empty, features are numbered.
    /// - Returns: One name per unit, in the order of the units.
    public func unitNames(_ featureNames: [String] = []) -> [String] {
        let names = (0..<scaler.featureCount).map { featureNames.isEmpty ? "feature \($0)" : featureNames[$0] }
        let inputs = (coders.thresholds == nil ? [] : names.map { "Δ \($0)" }) + (coders.encodesValues ? names : [])
        let plain: [String] =
            switch unitCode {
            case .single: inputs
            case .splitPolarity: inputs.map { "\($0) up" } + inputs.map { "\($0) down" }
            case .receptiveFields(let bins, _): inputs.flatMap { name in (0..<bins).map { "\(name) [\($0)]" } }
            }
        return hasInvertedInputs ? plain + plain.map { "not \($0)" } : plain
    }
}

extension ObservationEncoder: Codable {
    private enum CodingKeys: CodingKey {
        case scaler, steps, coders, unitCode, hasInvertedInputs, maximumRate, conversion, dialect, spikeDialect
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            scaler: values.decode(ObservationScaler.self, forKey: .scaler),
            steps: values.decode(Int.self, forKey: .steps),
            coders: values.decode(ObservationCoders.self, forKey: .coders),
            unitCode: values.decode(UnitCode.self, forKey: .unitCode),
            hasInvertedInputs: values.decode(Bool.self, forKey: .hasInvertedInputs),
            maximumRate: values.decode(Double.self, forKey: .maximumRate),
            conversion: values.decode(RateConversion.self, forKey: .conversion),
            dialect: values.decode(Dialect.self, forKey: .dialect))
        spikeDialect =
            try values.decodeIfPresent(Dialect.self, forKey: .spikeDialect) ?? conversion.dialectOfOldFiles
    }
}
