import Foundation
import SpikeEncoding

/// The mean squared distance of each channel's samples from the channel's mean, averaged over channels.
func variance(_ signal: Signal) -> Double {
    var sum = 0.0
    for channel in 0..<signal.channelCount {
        let offset = signal.offset(ofChannel: channel)
        let samples = (0..<signal.sampleCount).map { signal.value(ofChannel: channel, sample: $0) - offset }
        let mean = samples.reduce(0, +) / Double(samples.count)
        sum += samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    return sum / Double(max(1, signal.values.count))
}

/// 10 log₁₀(variance/error) in decibels; nil where either is 0.
func signalToNoise(variance: Double, meanSquaredError: Double) -> Double? {
    variance > 0 && meanSquaredError > 0 ? 10 * log10(variance / meanSquaredError) : nil
}

/// Bits that a memoryless code needs for a train: each unit's entropy of down, none and up, a step, over all steps;
/// graded spikes add the 32 bits of their size.
func informationBits(_ train: SpikeTrain) -> Double {
    var bits = 0.0
    for unit in 0..<train.unitCount {
        var counts = [0, 0, 0]
        for sign in train.unit(unit) { counts[Int(sign) + 1] += 1 }
        let total = Double(train.stepCount)
        for count in counts where count > 0 { bits -= Double(count) * log2(Double(count) / total) }
    }
    return bits + (train.amplitudes == nil ? 0 : 32 * Double(train.spikeCount))
}

extension Codec {
    /// The codec and its parameters as the program's options, word by word.
    var commandLineArguments: [String] {
        func list<Value>(_ name: String, _ values: PerChannel<Value>) -> [String] {
            option(name, values.values.map { "\($0)" }.joined(separator: ","))
        }
        func polarity(_ value: Polarity) -> [String] { value == .bipolar ? [] : option("polarity", value.rawValue) }
        func dialect(_ value: Dialect) -> [String] { value == .standard ? [] : option("dialect", value.rawValue) }
        func rates(_ codec: some ObservationCodec, _ maximumRate: Double) -> [String] {
            let conversion =
                switch codec.conversion {
                case .deterministic: option("conversion", "deterministic")
                case .poisson(let seed): option("conversion", "poisson") + option("seed", seed)
                }
            return option("steps", codec.steps) + conversion + option("maximum-rate", maximumRate)
                + list("minimum", codec.minimum) + list("maximum", codec.maximum) + dialect(codec.dialect)
        }
        let options =
            switch self {
            case .stepForward(let codec):
                list("threshold", codec.threshold) + polarity(codec.polarity) + dialect(codec.dialect)
            case .bensSpiker(let codec):
                list("order", codec.order) + list("cutoff", codec.cutoff) + list("threshold", codec.threshold)
                    + dialect(codec.dialect)
            case .pulseWidthModulation(let codec):
                list("frequency", codec.frequency) + polarity(codec.polarity) + dialect(codec.dialect)
            case .leakyIntegrateAndFire(let codec):
                list("threshold", codec.threshold) + list("membrane", codec.membraneConstant) + polarity(codec.polarity)
                    + dialect(codec.dialect)
            case .deltaModulation(let codec):
                list("threshold", codec.threshold) + option("padding", codec.padding.rawValue)
                    + polarity(codec.polarity)
            case .rateStepForward(let codec):
                (codec.threshold.map { list("threshold", $0) } ?? []) + option("padding", codec.padding.rawValue)
            case .receptiveFields(let codec):
                option("bins", codec.bins) + option("sigma", codec.sigma) + rates(codec, codec.maximumRate)
            case .rate(let codec):
                rates(codec, codec.maximumRate)
            }
        return ["--codec", name] + options
    }
}
