import SpikeKernels

/// Pulse-width modulation: a spike whenever the signal enters the region above or below a sawtooth carrier.
///
///     x scaled to 0…1;  c(n) = fmod(f·n/999, 1), n from 0 at t = 1, restarting when c falls or n reaches 1000
///     level: up if x < c;  down if x > 1 − c (down wins);  a spike is the entry into a level
///     decoding: c(n) at an up spike, 1 − c(n) at a down spike, straight lines between; scaled back
///
/// ```swift
/// let codec = try PulseWidthModulation(frequency: 200)
/// print(try codec.encode(Signal(channels: [[0, 0.9, 0.1, 0.8, 0.2, 1]])).spikes.spikeCount)  // → 4
/// ```
///
/// Source: Arriandiaga et al., IEEE TNNLS 31 (2020), doi:10.1109/TNNLS.2019.2947380.
public struct PulseWidthModulation: SignalCodec {
    public static let name = "pwm"
    public static let description = CodecDescription(
        try PulseWidthModulation(), title: "Pulse-width modulation",
        purpose: "A spike where the signal meets a sawtooth.",
        source: "A. Arriandiaga et al., IEEE TNNLS 31 (2020), doi:10.1109/TNNLS.2019.2947380",
        referenceDialect: "Decoding takes the last sample, where it has no spike, for a down spike, and starts channel "
            + "k from sample k of channel 0.",
        parameters: [
            CodecParameter(
                "frequency", \PulseWidthModulation.frequency, unit: "carrier periods per thousand samples",
                bounds: .above(0, upTo: 999), help: "A few periods within the shortest feature of the signal.",
                search: ParameterSearch(.logarithmic, 1...750)),
            CodecParameter("polarity", \PulseWidthModulation.polarity, help: "Unipolar has no down level."),
            CodecParameter("dialect", \PulseWidthModulation.dialect, help: "How decoding starts and ends."),
        ])

    /// The frequency f, in carrier periods per thousand samples: above 0, up to 999.
    public private(set) var frequency: PerChannel<Float>
    /// A `.unipolar` code has no down level.
    public private(set) var polarity: Polarity
    /// The `.reference` dialect decodes the last sample, when it has no spike, as 1 − c(n), and starts channel k from
    /// sample k of channel 0.
    public private(set) var dialect: Dialect

    /// A pulse-width modulation code.
    ///
    /// - Parameters:
    ///   - frequency: f, in carrier periods per thousand samples, above 0, up to 999: a number for all channels, or an array
    ///     with one number per channel.
    ///   - polarity: Whether spikes go up and down, or only up.
    ///   - dialect: `.reference` for the results of the Python package `spike-encoding`, where they differ.
    /// - Throws: `CodecError.parameter` for a frequency outside 0 < f ≤ 999.
    public init(
        frequency: some PerChannelConvertible = 1, polarity: Polarity = .bipolar, dialect: Dialect = .standard
    ) throws(CodecError) {
        self.frequency = PerChannel(converting: frequency)
        self.polarity = polarity
        self.dialect = dialect
        try check()
    }

    public var needsRange: Bool { true }
    public var startsFromValue: Bool { true }
}

extension PulseWidthModulation: ChannelwiseCodec {
    var startsFromChannelZero: Bool { dialect == .reference }

    func initialValue(forChannel channel: Int, first: Float, channelZero: ArraySlice<Float>) -> Float {
        guard startsFromChannelZero else { return first }
        return channelZero[channelZero.startIndex + (channel < channelZero.count ? channel : 0)]
    }

    func encoder(forChannel channel: Int, range: ValueRange?) -> PulseWidthEncoder {
        PulseWidthEncoder(frequency: frequency[channel], scale: UnitScale(range!), hasDown: polarity == .bipolar)
    }

    func decoder(forChannel channel: Int, range: ValueRange?, initialValue: Float) -> (any ChannelDecoder<Int8>)? {
        PulseWidthDecoder(
            frequency: frequency[channel], scale: UnitScale(range!), initialValue: initialValue,
            variant: dialect.variant)
    }
}
