import Foundation
import SpikeEncoding

/// The variance of each channel's samples, in the recording's unit squared.
func variances(_ signal: Signal) -> [Double] {
    (0..<signal.channelCount).map { channel in
        let offset = signal.offset(ofChannel: channel)
        let samples = (0..<signal.sampleCount).map { signal.value(ofChannel: channel, sample: $0) - offset }
        let count = Double(max(1, samples.count))
        let mean = samples.reduce(0, +) / count
        return samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    }
}

/// The variance of each channel's samples, averaged over the channels.
func variance(_ signal: Signal) -> Double { mean(variances(signal)) }

/// The mean of some numbers; 0 for none.
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

/// The signal-to-noise ratio 10 log₁₀(variance/error) in decibels; `nil` if either value is 0.
func signalToNoise(variance: Double, meanSquaredError: Double) -> Double? {
    variance > 0 && meanSquaredError > 0 ? 10 * log10(variance / meanSquaredError) : nil
}

/// The number of bits that a memoryless code needs for a train: for each unit, the entropy per step of a negative
/// spike, none or a positive spike, times the number of steps. Each graded spike adds the 32 bits of its size.
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
    /// The arguments that choose the codec and its parameters. Parameters with words to choose from are included only
    /// if they differ from the default.
    var commandLineArguments: [String] {
        let description = type(of: base).description
        let usual = description.usual
        return ["--codec", name]
            + description.parameters.flatMap { parameter -> [String] in
                let text = base.text(of: parameter)
                if case .words = parameter.kind, text == usual.text(of: parameter) { return [] }
                return option(parameter.flag, text)
            }
    }
}
