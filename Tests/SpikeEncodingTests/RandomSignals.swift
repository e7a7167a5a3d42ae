import SpikeEncoding

/// SplitMix64: a small generator whose seed tests print.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A new seed each run, printed so that a failing run can be repeated with `SPIKEKIT_TEST_SEED`.
func printedSeed(_ test: String = #function) -> UInt64 {
    let seed = environmentSeed ?? UInt64.random(in: 0...999_999)
    print("\(test): seed \(seed)")
    return seed
}

/// A recording of random walks, noise, steps and constants, on scales from 1e-3 to 1e3.
func randomSignal(
    channels: Int, samples: Int, using generator: inout SeededGenerator
) -> Signal {
    Signal(
        channels: (0..<channels).map { _ in
            let scale = Float.random(in: 1e-3...1e3, using: &generator)
            let kind = Int.random(in: 0..<4, using: &generator)
            var level = Float.random(in: -1...1, using: &generator)
            return (0..<samples).map { _ in
                switch kind {
                case 0: level += Float.random(in: -0.2...0.2, using: &generator)
                case 1: level = Float.random(in: -1...1, using: &generator)
                case 2:
                    if Float.random(in: 0...1, using: &generator) < 0.05 {
                        level = .random(in: -1...1, using: &generator)
                    }
                default: break
                }
                return level * scale
            }
        })
}

/// The same recording, each channel far from zero, so that Float32 needs an offset for most.
func lifted(_ signal: Signal, using generator: inout SeededGenerator) -> Signal {
    let lifts = (0..<signal.channelCount).map { _ in Double.random(in: -1e9...1e9, using: &generator) }
    return Signal(
        exactValues: signal.values.indices.map { lifts[$0 / signal.sampleCount] + Double(signal.values[$0]) },
        channelCount: signal.channelCount)
}

/// One of every codec that streams, with parameters for `channels` channels on the scale of `signal`.
func allCodecs(for signal: Signal, using generator: inout SeededGenerator) throws -> [any SignalCodec] {
    let channels = signal.channelCount
    let widths = try signal.ranges().map { max($0.width, 1e-3) }
    func values(_ range: ClosedRange<Float>) -> PerChannel<Float> {
        PerChannel(each: (0..<channels).map { _ in .random(in: range, using: &generator) })
    }
    func thresholds(_ range: ClosedRange<Float>) -> PerChannel<Float> {
        PerChannel(each: widths.map { $0 * .random(in: range, using: &generator) })
    }
    let polarity = Polarity.allCases.randomElement(using: &generator)!
    let padding = Padding.allCases.randomElement(using: &generator)!
    let ranges = try signal.ranges()
    let least = ranges.indices.map { Double(ranges[$0].minimum) + signal.offset(ofChannel: $0) }
    let minimum = PerChannel(each: least.map { $0 - 1 })
    let maximum = PerChannel(each: ranges.indices.map { least[$0] + 0.9 * Double(ranges[$0].width) + 1e-3 })
    var codecs: [any SignalCodec] = [
        try DeltaModulation(threshold: thresholds(0.01...0.3), padding: padding, polarity: polarity),
        try RateStepForward(threshold: thresholds(0.1...1), padding: padding),
        try RateCode(steps: 7, conversion: .poisson(seed: 3), minimum: minimum, maximum: maximum),
        try RateCode(steps: 5, maximumRate: 0.5, minimum: minimum, maximum: maximum),
        try ReceptiveFields(bins: 4, steps: 6, conversion: .poisson(seed: 9), minimum: minimum, maximum: maximum),
        try ReceptiveFields(bins: 12, steps: 3, conversion: .deterministic, minimum: minimum, maximum: maximum),
    ]
    for dialect in Dialect.allCases {
        codecs += [
            try StepForward(threshold: thresholds(0.01...0.3), polarity: polarity, dialect: dialect),
            try LeakyIntegrateAndFire(
                threshold: values(0.05...1), membraneConstant: values(0.1...1), polarity: polarity, dialect: dialect),
            try PulseWidthModulation(frequency: values(1...300), polarity: polarity, dialect: dialect),
            try BensSpiker(
                order: PerChannel(each: (0..<channels).map { _ in .random(in: 1...40, using: &generator) }),
                cutoff: values(0.02...0.4), threshold: values(0.1...1), dialect: dialect),
        ]
    }
    return codecs
}
