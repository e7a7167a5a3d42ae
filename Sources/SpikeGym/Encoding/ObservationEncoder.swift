import SpikeEncoding

/// Turns observations of environments into spikes, a batch at a time: `[B, features]` → `[T, B, units]`.
///
///     p = scaled feature, or δ/(2θ) + ½ of its change δ since the observation before, clipped to 0…1
///     rate = maximum rate · p, or of p's two polarities, or of p's receptive fields
///     complements, with inverted inputs: maximum rate − rate, appended after all the rates
///
/// then a rate code over T steps. Units of changes come before units of values.
///
/// Source: the Gymnasium encoder of the Python package `spike-encoding` 1.8.2, whose outputs `.reference` reproduces.
public struct ObservationEncoder: Sendable, Hashable {
    public let scaler: ObservationScaler
    /// T, 1…1,000,000.
    public let steps: Int
    public let coders: ObservationCoders
    public let unitCode: UnitCode
    /// Whether each unit has a partner with the complement of its rate.
    public let hasInvertedInputs: Bool
    /// The rate of p = 1, in spikes a step; above 0, up to 1.
    public let maximumRate: Double
    public let conversion: RateConversion
    /// With `.reference`, complements are of p and are scaled afterwards, (maximum rate − p)·maximum rate, which can be
    /// negative and is then silence; p is not clipped, nor are scaled features but for receptive fields; and
    /// deterministic spikes are placed as the package places them.
    public let dialect: Dialect
    /// How deterministic spikes are placed: by `dialect`, except in encoders of files that were written when the
    /// package's placement was the only one.
    public private(set) var spikeDialect: Dialect

    private let fields: ReceptiveFields?

    /// - Throws: `CodecError.parameter` for a value outside its range; `CodecError.parameterCount` unless there is one
    ///   threshold for all features, or one each.
    public init(
        scaler: ObservationScaler, steps: Int = 16, coders: ObservationCoders = .rate,
        unitCode: UnitCode = .single, hasInvertedInputs: Bool = false, maximumRate: Double = 1,
        conversion: RateConversion = .deterministic, dialect: Dialect = .standard
    ) throws(CodecError) {
        let name = "observation encoder"
        // The rate code's checks of the steps and of the rate.
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

    /// Features that are encoded: changes and values count apart.
    private var inputCount: Int {
        scaler.featureCount * ((coders.thresholds == nil ? 0 : 1) + (coders.encodesValues ? 1 : 0))
    }

    /// Units of one observation.
    public var unitCount: Int { inputCount * unitCode.unitsPerFeature * (hasInvertedInputs ? 2 : 1) }

    /// Spikes of a batch of observations, `[B, features]`, each against the one that its row held before.
    ///
    /// - Parameter state: Of as many rows; what the observations leave behind is in it afterwards.
    /// - Throws: `CodecError` for NaN or infinity, or for more spikes than 4 GiB. Another number of features or rows
    ///   traps.
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
                // A rate above 1, of the reference's, has a spike at every step too.
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

    /// The firing rates of a batch of observations, `[B, units]`, row after row, in spikes a step. As `encode`
    /// otherwise.
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
        let scale = scaler.scale(ofFeature: feature)
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

    /// The names of all units, from names of the features or, without any, their numbers.
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
