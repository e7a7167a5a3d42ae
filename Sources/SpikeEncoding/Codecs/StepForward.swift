import SpikeKernels

/// Step-forward: a spike whenever the signal leaves a base by more than a threshold; the base follows by one threshold.
///
///     b = x[0];  x[t] > b + θ: +1, b += θ;  x[t] < b − θ: −1, b −= θ
///     r[0] = initial value;  r[t] = r[t−1] + θ·s[t]
///
/// ```swift
/// let encoded = try StepForward(threshold: 0.2).encode(Signal(channels: [[0, 0.1, 0.4, 0.9, 1.0, 0.7]]))
/// print(encoded.spikes.signs)  // → [0, 0, 1, 1, 1, 0]
/// print(try encoded.decode().values)  // → [0.0, 0.0, 0.2, 0.4, 0.6, 0.6]
/// ```
///
/// Source: Kasabov et al., Neural Networks 78 (2016), doi:10.1016/j.neunet.2015.09.011.
public struct StepForward: SignalCodec {
    public static let name = "step-forward"
    public static let description = CodecDescription(
        try StepForward(), title: "Step-forward",
        purpose: "A spike when the signal has moved by a threshold from where the last spikes left it.",
        source: "N. Kasabov et al., Neural Networks 78 (2016), doi:10.1016/j.neunet.2015.09.011",
        referenceDialect: "Decoding starts at 0 instead of the first sample.",
        parameters: [
            CodecParameter(
                "threshold", \StepForward.threshold, unit: "the signal's", bounds: .above(0),
                help: "The move that makes a spike; about the error you accept.",
                search: ParameterSearch(.logarithmic, "1/2000 of the channel's range to all of it") { _, values in
                    let width = Double(values.width)
                    return width / 2000...width
                }),
            CodecParameter("polarity", \StepForward.polarity, help: "Unipolar leaves down spikes out of the output."),
            CodecParameter("dialect", \StepForward.dialect, help: "Where decoding starts."),
        ])

    /// The threshold θ, in the signal's unit, above 0.
    public private(set) var threshold: PerChannel<Float>
    /// Whether spikes go up and down, or only up.
    public private(set) var polarity: Polarity
    /// The `.reference` dialect starts decoding at 0 instead of the first sample.
    public private(set) var dialect: Dialect

    /// A step-forward code.
    ///
    /// - Parameters:
    ///   - threshold: θ, in the signal's unit, above 0: a number for all channels, or an array with one number per channel.
    ///   - polarity: Whether spikes go up and down, or only up.
    ///   - dialect: `.reference` for the results of the Python package `spike-encoding`, where they differ.
    /// - Throws: `CodecError.parameter` unless every threshold is finite and above 0.
    public init(
        threshold: some PerChannelConvertible = 0.5, polarity: Polarity = .bipolar, dialect: Dialect = .standard
    ) throws(CodecError) {
        self.threshold = PerChannel(converting: threshold)
        self.polarity = polarity
        self.dialect = dialect
        try check()
    }

    public var startsFromValue: Bool { true }
}

extension StepForward: LaneCodec {
    var startsAtZero: Bool { dialect == .reference }

    func encoder(forChannel channel: Int, range: ValueRange?) -> StepForwardEncoder {
        StepForwardEncoder(threshold: threshold[channel], down: polarity.down)
    }

    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> StepForwardLanes {
        StepForwardLanes(threshold: threshold.lanes(from: firstChannel), down: polarity.down, first: first)
    }

    func decoder(forChannel channel: Int, range: ValueRange?, initialValue: Float) -> (any ChannelDecoder<Int8>)? {
        StepDecoder(step: threshold[channel], initialValue: initialValue)
    }
}
