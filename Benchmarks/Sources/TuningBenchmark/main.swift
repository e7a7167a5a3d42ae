import Foundation
import SpikeEncoding
import SpikeTuning

// usage: tuning-benchmark [--json-lines]
//
// The parameter search on the peers' reference signal: 500 samples of sin(t) + 0.3 sin(7t), t from 0 to 10, one thread,
// the codecs' default parameters as the start. A Markdown table by default; JSON lines for `table.py` on request.

struct Measurement: Encodable {
    let name: String
    let library = "SpikeKit"
    let version = "0.1"
    let work: Int
    let unit = "trials"
    let seconds_min: Double
    let seconds_median: Double
    let rate: Double
    let threads = 1
    let calls: Int
    let allocator = "default"
    let seed: UInt64
    let mse: Double
    let parameters: [String: Double]
}

let signal = Signal(
    channels: [
        (0..<500).map { sample in
            let time = 10 * Double(sample) / 499
            return Float(sin(time) + 0.3 * sin(7 * time))
        }
    ])
let printsLines = CommandLine.arguments.contains("--json-lines")
if !printsLines {
    print(
        "| codec | dialect | seed | trials | ms | best MSE | parameters |\n| --- | --- | --- | --- | --- | --- | --- |")
}
for dialect in Dialect.allCases {
    let codecs: [(String, Codec)] = try [
        ("sf", StepForward(dialect: dialect).codec), ("lif", LeakyIntegrateAndFire(dialect: dialect).codec),
        ("pwm", PulseWidthModulation(dialect: dialect).codec), ("bsa", BensSpiker(dialect: dialect).codec),
    ]
    for (name, codec) in codecs {
        for seed in 0..<3 as Range<UInt64> {
            let tuner = Tuner(seed: seed, threads: 1)
            var seconds: [Double] = []
            var result: TuningResult!
            for _ in 0..<5 {
                let start = ContinuousClock.now
                result = try tuner.tune(codec, for: signal)
                seconds.append((ContinuousClock.now - start) / .seconds(1))
            }
            let (trials, best) = (result.channels[0].trials.count, result.channels[0].best)
            let parameters = Dictionary(uniqueKeysWithValues: best.parameters.map { ($0.name, $0.value) })
            let median = seconds.sorted()[2]
            if printsLines {
                guard dialect == .standard else { continue }
                let line = Measurement(
                    name: "optimize/\(name)/500", work: trials, seconds_min: seconds.min()!, seconds_median: median,
                    rate: Double(trials) / seconds.min()!, calls: seconds.count, seed: seed,
                    mse: best.meanSquaredError, parameters: parameters)
                print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
            } else {
                let values = best.parameters.map { "\($0.name) \(String(format: "%.4g", $0.value))" }
                print(
                    "| \(name) | \(dialect) | \(seed) | \(trials) | \(String(format: "%.1f", median * 1000)) | "
                        + "\(String(format: "%.3g", best.meanSquaredError)) | \(values.joined(separator: ", ")) |")
            }
        }
    }
}
