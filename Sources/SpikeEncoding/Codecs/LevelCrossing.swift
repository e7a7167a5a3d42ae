import SpikeKernels

/// Level crossing: a spike whenever the signal crosses one of many evenly spaced levels by more than a hysteresis.
///
///     r[0] = x[0];  e = (1 + h)·δ/2
///     x[t] > r + e: +1;  x[t] < r − e: −1;  r[t] = r[t−1] + δ·s[t]
///
/// Levels lie halfway between the decoded values r, so for h = 0, r is within δ/2 of the signal. For h = 1, the code is
/// send-on-delta: a spike whenever the signal has moved by δ. There is at most one spike per sample; if the signal
/// crosses several levels at once, r follows by one level per sample.
///
/// Source: Miskowicz, Sensors 6 (2006), doi:10.3390/s6010049 (send-on-delta); Guan, Kozat & Singer, EURASIP JASP
/// (2008), doi:10.1155/2008/513706 (levels).
public struct LevelCrossing: SignalCodec {
    public static let name = "level-crossing"
    public static let description = CodecDescription(
        try LevelCrossing(), title: "Level-crossing",
        purpose: "A spike when the signal crosses one of many evenly spaced levels; a hysteresis passes over noise.",
        source: "M. Miskowicz, Sensors 6 (2006), doi:10.3390/s6010049; K. M. Guan, S. S. Kozat & A. C. Singer, "
            + "EURASIP JASP (2008), doi:10.1155/2008/513706",
        parameters: [
            CodecParameter(
                "threshold", \LevelCrossing.threshold, unit: "the signal's", bounds: .above(0),
                help: "The distance between levels; about twice the error you accept.",
                search: ParameterSearch(.logarithmic, "1/2000 of the channel's range to all of it") { _, values in
                    let width = Double(values.width)
                    return width / 2000...width
                }),
            CodecParameter(
                "hysteresis", \LevelCrossing.hysteresis, unit: "of half the threshold", bounds: .within(0...1),
                help: "How far beyond a level a spike comes; as much as the noise, and 1 for send-on-delta.",
                search: ParameterSearch(.linear, 0...1)),
            CodecParameter(
                "polarity", \LevelCrossing.polarity, help: "Unipolar leaves down spikes out of the output."),
        ])

    /// The distance δ between levels, in the signal's unit; above 0.
    public private(set) var threshold: PerChannel<Float>
    /// The hysteresis h: the distance that the signal must go beyond a level, as a share of half the distance between
    /// levels; 0…1.
    public private(set) var hysteresis: PerChannel<Float>
    /// Whether spikes go up and down, or only up.
    public private(set) var polarity: Polarity

    /// A level-crossing code.
    ///
    /// - Parameters:
    ///   - threshold: δ, the distance between levels, in the signal's unit, above 0: one value for all channels, or one
    ///     per channel.
    ///   - hysteresis: h, the distance that the signal must go beyond a level, as a share of half the distance between
    ///     levels, 0…1: one value for all channels, or one per channel.
    ///   - polarity: Whether spikes go up and down, or only up.
    /// - Throws: `CodecError.parameter` unless every threshold is finite and above 0, and every hysteresis is in 0…1.
    public init(
        threshold: some PerChannelConvertible = 0.5, hysteresis: some PerChannelConvertible = 0.5,
        polarity: Polarity = .bipolar
    ) throws(CodecError) {
        self.threshold = PerChannel(converting: threshold)
        self.hysteresis = PerChannel(converting: hysteresis)
        self.polarity = polarity
        try check()
    }

    public var startsFromValue: Bool { true }
}

extension LevelCrossing: LaneCodec {
    func encoder(forChannel channel: Int, range: ValueRange?) -> LevelCrossingEncoder {
        LevelCrossingEncoder(spacing: threshold[channel], hysteresis: hysteresis[channel], down: polarity.down)
    }

    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> LevelCrossingLanes {
        LevelCrossingLanes(
            spacing: threshold.lanes(from: firstChannel), hysteresis: hysteresis.lanes(from: firstChannel),
            down: polarity.down, first: first)
    }

    func decoder(forChannel channel: Int, range: ValueRange?, initialValue: Float) -> (any ChannelDecoder<Int8>)? {
        StepDecoder(step: threshold[channel], initialValue: initialValue)
    }
}
