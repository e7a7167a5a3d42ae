import SpikeKernels

/// A leaky integrate-and-fire (LIF) code: a membrane potential sums the signal, leaks, and fires in either direction at
/// a threshold.
///
///     x scaled to −1…1;  V = 0
///     t ≥ 1:  V += x[t];  V > θ: +1, V = 0;  V < −θ: −1, V = 0;  V ·= m
///     r[0] = 0;  r[t] = m·r[t−1] + θ·s[t], scaled back
///
/// ```swift
/// let codec = try LeakyIntegrateAndFire(threshold: 0.8, membraneConstant: 1)
/// print(try codec.encode(Signal(channels: [[0, 1, 1, 0.5, 0, 0]])).spikes.signs)  // → [0, 1, 1, 0, -1, -1]
/// ```
///
/// Source: Yarga, Rouat & Wood, ICONS 2022, doi:10.1145/3546790.3546803.
public struct LeakyIntegrateAndFire: SignalCodec {
    public static let name = "lif"
    public static let description = CodecDescription(
        try LeakyIntegrateAndFire(), title: "LIF-based encoding",
        purpose: "A leaky sum of the signal that fires upwards and downwards.",
        source: "S. Y. A. Yarga, J. Rouat & S. U. N. Wood, ICONS 2022, doi:10.1145/3546790.3546803",
        referenceDialect: "Comparisons subtract the second sample until the channel's first spike, and that sample "
            + "never fires.",
        parameters: [
            CodecParameter(
                "threshold", \LeakyIntegrateAndFire.threshold, unit: "of the signal scaled to −1…1", bounds: .above(0),
                help: "The potential that fires; higher is sparser.",
                search: ParameterSearch(.logarithmic, 0.005...2)),
            CodecParameter(
                "membraneConstant", \LeakyIntegrateAndFire.membraneConstant, flag: "membrane", unit: "share per step",
                bounds: .above(0, upTo: 1), help: "What stays of the membrane potential after a step; 1 does not leak.",
                search: ParameterSearch(.linear, 0.01...1)),
            CodecParameter(
                "polarity", \LeakyIntegrateAndFire.polarity, help: "Unipolar leaves down spikes out of the output."),
            CodecParameter("dialect", \LeakyIntegrateAndFire.dialect, help: "How comparisons start."),
        ])

    /// The threshold θ, of the signal scaled to −1…1, above 0.
    public private(set) var threshold: PerChannel<Float>
    /// The membrane constant m, the share of the membrane potential that stays after a step: above 0, up to 1.
    public private(set) var membraneConstant: PerChannel<Float>
    /// Whether spikes go up and down, or only up.
    public private(set) var polarity: Polarity
    /// The `.reference` dialect subtracts the scaled x[1] from V in comparisons until the channel's first spike, and
    /// never fires at t = 1.
    public private(set) var dialect: Dialect

    /// An LIF-based code.
    ///
    /// - Parameters:
    ///   - threshold: θ, of the signal scaled to −1…1, above 0: a number for all channels, or an array with one number
    ///     per channel.
    ///   - membraneConstant: m, the share of the membrane potential that stays after a step, above 0, up to 1: a number
    ///     for all channels, or an array with one number per channel.
    ///   - polarity: Whether spikes go up and down, or only up.
    ///   - dialect: `.reference` for the results of the Python package `spike-encoding`, where they differ.
    /// - Throws: `CodecError.parameter` for a threshold that is not above 0 or a membrane constant outside 0 < m ≤ 1.
    public init(
        threshold: some PerChannelConvertible = 0.5, membraneConstant: some PerChannelConvertible = 0.9,
        polarity: Polarity = .bipolar,
        dialect: Dialect = .standard
    ) throws(CodecError) {
        self.threshold = PerChannel(converting: threshold)
        self.membraneConstant = PerChannel(converting: membraneConstant)
        self.polarity = polarity
        self.dialect = dialect
        try check()
    }

    public var needsRange: Bool { true }
}

extension LeakyIntegrateAndFire: LaneCodec {
    var hasLanes: Bool { dialect == .standard }

    func encoder(forChannel channel: Int, range: ValueRange?) -> LeakyIntegrateAndFireEncoder {
        LeakyIntegrateAndFireEncoder(
            scale: SignedUnitScale(range!), threshold: threshold[channel], membraneConstant: membraneConstant[channel],
            down: polarity.down, variant: dialect.variant)
    }

    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> LeakyIntegrateAndFireLanes {
        LeakyIntegrateAndFireLanes(
            scales: ranges.map(SignedUnitScale.init), threshold: threshold.lanes(from: firstChannel),
            membraneConstant: membraneConstant.lanes(from: firstChannel), down: polarity.down, first: first)
    }

    func decoder(forChannel channel: Int, range: ValueRange?, initialValue: Float) -> (any ChannelDecoder<Int8>)? {
        LeakyIntegrateAndFireDecoder(
            scale: SignedUnitScale(range!), threshold: threshold[channel], membraneConstant: membraneConstant[channel])
    }
}
