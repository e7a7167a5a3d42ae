import BenchmarkSupport
import Foundation
import SpikeEncoding
import SpikeTuning

// usage: tuning-benchmark [--quick]
//
// Measures the parameter search on the reference signal of the other libraries: 500 samples of sin(t) + 0.3 sin(7t),
// with t from 0 to 10, on one thread, starting from the default parameters of the codecs. Prints lines of JSON.

let signal = Signal(
    channels: [
        (0..<500).map { sample in
            let time = 10 * Double(sample) / 499
            return Float(sin(time) + 0.3 * sin(7 * time))
        }
    ])
let codecs: [(String, Codec)] = try [
    ("sf", StepForward().codec), ("lif", LeakyIntegrateAndFire().codec), ("pwm", PulseWidthModulation().codec),
    ("bsa", BensSpiker().codec),
]
for (name, codec) in codecs {
    for seed in 0..<3 as Range<UInt64> {
        let tuner = Tuner(seed: seed, threads: 1)
        var result: TuningResult!
        let timing = try Timing { result = try tuner.tune(codec, for: signal) }
        let best = result.channels[0].best
        var line = Measurement(
            "optimize/\(name)/500", timing, work: result.channels[0].trials.count, unit: "trials")
        line.seed = seed
        line.mse = best.meanSquaredError
        line.parameters = Dictionary(uniqueKeysWithValues: best.parameters.map { ($0.name, $0.value) })
        try line.report()
    }
}
