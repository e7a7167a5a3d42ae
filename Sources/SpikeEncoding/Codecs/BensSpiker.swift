import SpikeKernels

/// Ben's spiker algorithm: a spike whenever subtracting a filter's impulse response makes the remaining signal smaller.
///
///     x scaled to 0…1;  h = low-pass filter, taps k = 0…order
///     e1 = Σₖ |x[t+k] − h[k]|,  e2 = Σₖ |x[t+k]|;  e1 ≤ e2 − θ: spike, x[t+k] −= h[k]
///     r = s ∗ h, scaled back
///
/// Taps beyond the end of the recording are ignored. There are no down spikes.
///
/// ```swift
/// let codec = try BensSpiker(order: 2, cutoff: 0.1, threshold: 0.5)
/// print(try codec.encode(Signal(channels: [[0, 0.5, 1, 0.5, 0]])).spikes.signs)  // → [0, 1, 0, 0, 0]
/// ```
///
/// Source: Schrauwen & Van Campenhout, IJCNN 2003, doi:10.1109/IJCNN.2003.1224019.
public struct BensSpiker: SignalCodec {
    public static let name = "bsa"
    public static let description = CodecDescription(
        try BensSpiker(), title: "Ben's spiker algorithm",
        purpose: "Spikes that, filtered, add up to the signal.",
        source: "B. Schrauwen & J. Van Campenhout, IJCNN 2003, doi:10.1109/IJCNN.2003.1224019",
        referenceDialect: "Encoding starts at the second sample and leaves out the filter's first tap; decoding shifts "
            + "the filter.",
        parameters: [
            CodecParameter(
                "order", \BensSpiker.order, unit: "samples", bounds: .within(1...65536),
                help: "Order of the low-pass filter; longer is smoother, and lags more.",
                search: ParameterSearch(.integer, "2 to 64, less in short recordings") { channel, _ in
                    2...Double(min(64, max(3, channel.sampleCount - 1)))
                }),
            CodecParameter(
                "cutoff", \BensSpiker.cutoff, unit: "of the sampling rate", bounds: .between(0, 0.5),
                help: "Cutoff of the filter: the highest frequency to keep, over the sampling rate.",
                search: ParameterSearch(.logarithmic, 0.002...0.45)),
            CodecParameter(
                "threshold", \BensSpiker.threshold, unit: "of the scaled error, summed", bounds: .atLeast(0),
                help: "How much a spike must lower the summed error; higher is sparser.",
                search: ParameterSearch(.linear, 0...1.5)),
            CodecParameter("dialect", \BensSpiker.dialect, help: "Where the filter starts."),
        ])

    /// The order of the filter, 1…65,536. The filter has one tap more.
    public private(set) var order: PerChannel<Int>
    /// The cutoff c of the filter, as a fraction of the sampling rate, 0 < c < 0.5.
    public private(set) var cutoff: PerChannel<Float>
    /// The threshold θ, of the error summed over the taps, at least 0.
    public private(set) var threshold: PerChannel<Float>
    /// The `.reference` dialect starts at t = 1, leaves tap 0 out of encoding, and decodes with a shifted filter that
    /// leaves the first half of its length at the channel's minimum.
    public private(set) var dialect: Dialect

    /// A code by Ben's spiker algorithm. Each parameter is a number for all channels, or an array with one number per
    /// channel.
    ///
    /// - Parameters:
    ///   - order: The order of the filter, 1…65,536.
    ///   - cutoff: The cutoff of the filter, as a fraction of the sampling rate, above 0 and below 0.5.
    ///   - threshold: θ, of the error summed over the taps, at least 0.
    ///   - dialect: `.reference` for the results of the Python package `spike-encoding`, where they differ.
    /// - Throws: `CodecError.parameter` for a value outside its range.
    public init(
        order: some PerChannelConvertible<Int> = 10, cutoff: some PerChannelConvertible = 0.2,
        threshold: some PerChannelConvertible = 0.5,
        dialect: Dialect = .standard
    ) throws(CodecError) {
        self.order = PerChannel(converting: order)
        self.cutoff = PerChannel(converting: cutoff)
        self.threshold = PerChannel(converting: threshold)
        self.dialect = dialect
        try check()
    }

    public var needsRange: Bool { true }
}

extension BensSpiker: ChannelwiseCodec {
    func encoder(forChannel channel: Int, range: ValueRange?) -> BensSpikerEncoder {
        BensSpikerEncoder(
            order: order[channel], cutoff: cutoff[channel], scale: UnitScale(range!), threshold: threshold[channel],
            variant: dialect.variant)
    }

    func decoder(forChannel channel: Int, range: ValueRange?, initialValue: Float) -> (any ChannelDecoder<Int8>)? {
        filter(forChannel: channel, range)
    }

    func decode(
        channel: Int, _ spikes: UnsafeBufferPointer<Int8>, range: ValueRange?, initialValue: Float,
        into signal: UnsafeMutablePointer<Float>
    ) { filter(forChannel: channel, range).decode(spikes, into: signal) }

    private func filter(forChannel channel: Int, _ range: ValueRange?) -> BensSpikerDecoder {
        BensSpikerDecoder(
            order: order[channel], cutoff: cutoff[channel], scale: UnitScale(range!), variant: dialect.variant)
    }
}
