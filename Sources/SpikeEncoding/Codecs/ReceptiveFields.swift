import SpikeKernels

/// Gaussian receptive fields (population code): each unit of a feature responds to values near its centre.
///
///     x scaled to 0…1;  µ = linspace(0, 1, n)
///     rate = maximum rate · exp(−(x − µ)²/2σ²) / Σ over the feature's units, then a rate code over T steps
///     decoding: the mean of the centres, weighted by spike counts
///
/// ```swift
/// let codec = try ReceptiveFields(bins: 3, sigma: 0.2, steps: 4, conversion: .deterministic)
/// let encoded = try codec.encode(Observations(values: [0.5], featureCount: 1))
/// print((0..<3).map { encoded.spikes.spikeCount(ofUnits: $0..<$0 + 1) })  // → [1, 4, 1]
/// ```
///
/// Units are feature-major. Source: Bohte, La Poutré & Kok, IEEE TNN 13 (2002), doi:10.1109/72.991428; normalised over
/// the units as in the Python package `spike-encoding`.
public struct ReceptiveFields: ObservationCodec {
    public static let name = "receptive-fields"
    public static let description = CodecDescription(
        try ReceptiveFields(), title: "Receptive fields",
        purpose: "A row of units, each for a part of the value's range: a population code.",
        source: "S. M. Bohte, H. La Poutré & J. N. Kok, IEEE TNN 13 (2002), doi:10.1109/72.991428",
        referenceDialect: ratesOfThePackage,
        parameters: [
            CodecParameter(
                "bins", \ReceptiveFields.bins, unit: "units per feature", bounds: .within(2...65536),
                help: "Resolution against the size of the network."),
            CodecParameter(
                "sigma", \ReceptiveFields.sigma, unit: "of the value scaled to 0…1", bounds: .above(0),
                help: "Width of the fields; about the distance of centres, 1/(bins − 1)."),
            .steps(\ReceptiveFields.steps), .conversion(\ReceptiveFields.conversion),
            .seed(\ReceptiveFields.conversion.seed),
            CodecParameter(
                "maximumRate", \ReceptiveFields.maximumRate, unit: "spikes per step", bounds: .above(0, upTo: 1),
                help: "Rate of a feature's units together; below 1 to bound activity."),
            CodecParameter(
                "minimum", \ReceptiveFields.minimum, unit: "the value's", bounds: .finite,
                help: "The value at the first unit's centre.", isAskedFor: true),
            CodecParameter(
                "maximum", \ReceptiveFields.maximum, unit: "the value's", bounds: .finite,
                help: "The value at the last unit's centre, above the minimum.", isAskedFor: true),
            .dialect(\ReceptiveFields.dialect),
        ])

    /// n, the number of units per feature: 2…65,536.
    public private(set) var bins: Int
    /// σ, the width of the fields, of the value scaled to 0…1, above 0.
    public private(set) var sigma: Double
    /// T, the number of steps that each value is encoded over.
    public private(set) var steps: Int
    /// How rates become spikes.
    public private(set) var conversion: RateConversion
    /// The rate of a feature's units together, in spikes per step: above 0, up to 1.
    public private(set) var maximumRate: Double
    /// The value at the first unit's centre.
    public private(set) var minimum: PerChannel<Double>
    /// The value at the last unit's centre.
    public private(set) var maximum: PerChannel<Double>
    /// The `.reference` dialect places deterministic spikes as the Python package `spike-encoding` does; see
    /// `RateConversion`.
    public private(set) var dialect: Dialect

    /// A code of Gaussian receptive fields.
    ///
    /// - Parameters:
    ///   - bins: n, the number of units per feature, 2…65,536.
    ///   - sigma: σ, the width of the fields, of the value scaled to 0…1, above 0.
    ///   - steps: T, the number of steps that each value is encoded over, 1…1,000,000.
    ///   - conversion: How rates become spikes: evenly spread, or drawn at random.
    ///   - maximumRate: The rate of a feature's units together, in spikes per step, above 0, up to 1.
    ///   - minimum: The value at the first unit's centre: a number, or an array with one number per feature. Values
    ///     below are clipped and counted.
    ///   - maximum: The value at the last unit's centre: a number, or an array with one number per feature. Values
    ///     above are clipped and counted.
    ///   - dialect: `.reference` for the deterministic spikes of the Python package `spike-encoding`.
    /// - Throws: `CodecError.parameter` for a value outside its range, and for Poisson spikes of the `.reference`
    ///   dialect, which cannot be reproduced.
    public init(
        bins: Int = 10, sigma: Double = 0.1, steps: Int = 16, conversion: RateConversion = .poisson(seed: 0),
        maximumRate: Double = 1, minimum: some PerChannelConvertible = 0, maximum: some PerChannelConvertible = 1,
        dialect: Dialect = .standard
    ) throws(CodecError) {
        self.bins = bins
        self.sigma = sigma
        self.steps = steps
        self.conversion = conversion
        self.maximumRate = maximumRate
        self.minimum = PerChannel(converting: minimum)
        self.maximum = PerChannel(converting: maximum)
        self.dialect = dialect
        try check()
    }

    public var unitsPerChannel: Int { bins }

    private var fields: GaussianFields { GaussianFields(bins: bins, sigma: sigma, maximumRate: maximumRate) }

    public func rates(scaled value: Double, into rates: UnsafeMutableBufferPointer<Double>) {
        fields.rates(scaled: value, into: rates)
    }

    public func scaledValue(counts: [Int]) -> Double {
        counts.withUnsafeBufferPointer {
            fields.scaledValue(counts: $0, isDeterministic: conversion == .deterministic)
        }
    }
}
