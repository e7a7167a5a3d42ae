import SpikeEncoding

/// A codec as an app would bring it: a spike up when the signal rises above a level, and one down when it falls below.
///
/// Decoding takes the level plus half a gap while the signal is above, and minus half a gap while it is below.
struct Comparator: SampleCodec {
    static let name = "comparator"
    static let description = CodecDescription(
        try Comparator(), title: "Comparator", purpose: "A spike when the signal crosses a level.",
        source: "an example",
        parameters: [
            CodecParameter(
                "level", \Comparator.level, unit: "the signal's", bounds: .finite, help: "The level to cross.",
                search: ParameterSearch(.linear, "the channel's range") { _, values in
                    Double(values.minimum)...Double(values.maximum)
                }),
            CodecParameter(
                "gap", \Comparator.gap, unit: "the signal's", bounds: .atLeast(0),
                help: "The distance between the two decoded values.", inOlderFiles: { _ in 0 }),
        ])

    private(set) var level: PerChannel<Float>
    private(set) var gap: Float

    init(level: PerChannel<Float> = 0, gap: Float = 1) throws(CodecError) {
        self.level = level
        self.gap = gap
        try check()
    }

    var startsFromValue: Bool { true }

    func encoder(forChannel channel: Int, range: ValueRange?) -> Encoder { Encoder(level: level[channel]) }

    func decode(_ spikes: [Int8], channel: Int, range: ValueRange?, initialValue: Float) -> [Float] {
        var value = initialValue
        return spikes.map { spike in
            if spike != 0 { value = level[channel] + Float(spike) * gap / 2 }
            return value
        }
    }

    struct Encoder: SampleEncoder {
        let level: Float
        private var isAbove: Bool?

        init(level: Float) { self.level = level }

        mutating func spike(for sample: Float) -> Int8 {
            let wasAbove = isAbove ?? (sample > level)
            isAbove = sample > level
            return sample > level ? (wasAbove ? 0 : 1) : (wasAbove ? -1 : 0)
        }
    }
}
