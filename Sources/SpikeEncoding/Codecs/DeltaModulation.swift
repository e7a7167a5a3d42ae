import SpikeKernels

/// Delta modulation: a spike whenever the signal changes by at least a threshold from one sample to the next.
///
///     d = x[t] − x[t−1];  d ≥ θ: +1;  d ≤ −θ: −1
///     r[0] = initial value;  r[t] = r[t−1] + θ·s[t]
///
/// ```swift
/// let codec = try DeltaModulation(threshold: 0.2, padding: .edge)
/// print(try codec.encode(Signal(channels: [[1, 1.1, 1.5, 1.5, 1.2]])).spikes.signs)  // → [0, 0, 1, 0, -1]
/// ```
///
/// Source: the asynchronous delta modulator of event-based sensors, as in Petro, Kasabov & Kiss, IEEE TNNLS 31 (2020),
/// doi:10.1109/TNNLS.2019.2906158 (there with a threshold taken from the data).
public struct DeltaModulation: SignalCodec {
    public static let name = "delta"
    public static let description = CodecDescription(
        try DeltaModulation(), title: "Delta modulation",
        purpose: "A spike when one sample differs from the last by a threshold.",
        source: "B. Petro, N. Kasabov & R. M. Kiss, IEEE TNNLS 31 (2020), doi:10.1109/TNNLS.2019.2906158",
        parameters: [
            CodecParameter(
                "threshold", \DeltaModulation.threshold, unit: "the signal's, per sample", bounds: .above(0),
                help: "The change that makes a spike; above the noise between samples.",
                search: ParameterSearch(
                    .logarithmic,
                    "1/2000 of the channel's range to its largest step, or to 1/1000 of the range if that is more"
                ) { (channel, values) throws(CodecError) in
                    let width = Double(values.width)
                    let largestStep = Double(try RateStepForward.largestSteps(of: channel)[0])
                    return width / 2000...max(largestStep, width / 1000)
                }),
            CodecParameter(
                "padding", \DeltaModulation.padding,
                help: "What stands before the first sample."),
            CodecParameter(
                "polarity", \DeltaModulation.polarity, help: "Unipolar leaves down spikes out of the output."),
        ])

    /// The threshold θ, in the signal's unit, above 0.
    public private(set) var threshold: PerChannel<Float>
    /// What the first sample is compared with: the value 0, or itself.
    public private(set) var padding: Padding
    /// Whether spikes go up and down, or only up.
    public private(set) var polarity: Polarity

    /// A delta modulation code.
    ///
    /// - Parameters:
    ///   - threshold: θ, in the signal's unit, above 0: a number for all channels, or an array with one number per channel.
    ///   - padding: What the first sample is compared with: `.zero` for the value 0, `.edge` for itself.
    ///   - polarity: Whether spikes go up and down, or only up.
    /// - Throws: `CodecError.parameter` unless every threshold is finite and above 0.
    public init(
        threshold: some PerChannelConvertible = 0.1, padding: Padding = .zero, polarity: Polarity = .bipolar
    ) throws(CodecError) {
        self.threshold = PerChannel(converting: threshold)
        self.padding = padding
        self.polarity = polarity
        try check()
    }

    public var startsFromValue: Bool { true }
}

extension DeltaModulation: LaneCodec {
    func encoder(forChannel channel: Int, range: ValueRange?) -> DeltaModulationEncoder {
        DeltaModulationEncoder(threshold: threshold[channel], down: polarity.down, startsFromZero: padding == .zero)
    }

    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> DeltaModulationLanes {
        DeltaModulationLanes(
            threshold: threshold.lanes(from: firstChannel), down: polarity.down,
            previous: padding == .edge ? first : .zero)
    }

    func decoder(forChannel channel: Int, range: ValueRange?, initialValue: Float) -> (any ChannelDecoder<Int8>)? {
        StepDecoder(step: threshold[channel], initialValue: initialValue)
    }
}
