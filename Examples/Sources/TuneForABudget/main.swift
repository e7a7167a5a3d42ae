// Finds parameters for a recording by three objectives: the lowest error, the lowest error within a limit on spikes,
// and a function of one's own.
import Foundation
import SpikeEncoding
import SpikeTuning

// Ten seconds similar to a pulse wave, with 100 samples per second: a sharp rise and a slow fall, 1.2 times per second.
let samples = (0..<1000).map { index in
    let phase = (Double(index) / 100 * 1.2).truncatingRemainder(dividingBy: 1)
    return Float(80 + 40 * exp(-pow((phase - 0.2) / 0.08, 2)) + 12 * exp(-pow((phase - 0.55) / 0.12, 2)))
}
let recording = Signal(channels: [samples], samplingRate: 100, channelNames: ["pressure"], unit: "mmHg")

func report(_ title: String, _ result: TuningResult) {
    let best = result.channels[0].best
    let parameters = best.parameters.map { "\($0.name) \(Float($0.value))" }.joined(separator: ", ")
    print("\(title): \(parameters)")
    let error = best.meanSquaredError.squareRoot()
    print("  error \(Float(error)) mmHg with \(Double(best.spikeCount) / 10) spikes per second")
}

// A codec is tuned with its options. Its own parameters are the first trial, so the result is never worse.
let codec = try StepForward(threshold: 1).codec

// The lowest error with any number of spikes.
report("no limit", try Tuner().tune(codec, for: recording))

// The lowest error within 8 spikes per second.
let frugal = Tuner(objective: .meanSquaredErrorWithin(spikesPerSecond: 8), evaluations: 300)
report("at most 8 spikes per second", try frugal.tune(codec, for: recording))

// A function of one's own: the largest error of any sample, plus a price for every spike.
let measure = Objective.custom { original, encoded, decoded in
    let worst = zip(original.values, decoded.values).map { abs($0 - $1) }.max() ?? 0
    return Double(worst) + 0.1 * Double(encoded.spikes.spikeCount)
}
let result = try Tuner(objective: measure, evaluations: 300).tune(codec, for: recording)
report("smallest peak error, at a price for spikes", result)

// The tuned codec encodes like any other, and the result lists every trial.
let encoded = try result.codec.encode(recording)
print("encoded: \(encoded.spikes.spikeCount) spikes; \(result.channels[0].trials.count) trials were made")
