import FileTestSupport
import Foundation
import SpikeEncoding

/// Recordings and encodings to write and read.
enum Examples {
    /// Three channels of slow waves with noise.
    static func signal(
        channels: Int = 3, samples: Int = 400, samplingRate: Double? = 360, names: [String] = [], unit: String? = nil,
        seed: UInt64 = 1
    ) -> Signal {
        var generator = SplitMix64(seed: seed)
        let values = (0..<channels * samples).map { index in
            Float(sin(Double(index) * 0.05)) + Float.random(in: -0.2...0.2, using: &generator)
        }
        return Signal(
            values: values, channelCount: channels, samplingRate: samplingRate, channelNames: names, unit: unit)
    }

    /// One of each codec, and of each kind of result.
    static let codecs: [(name: String, codec: any SignalCodec)] = {
        do {
            return [
                ("stepForward", try StepForward(threshold: [0.3, 0.1, 0.7])),
                ("stepForward unipolar", try StepForward(threshold: 0.1, polarity: .unipolar, dialect: .reference)),
                ("bensSpiker", try BensSpiker()),
                ("pulseWidthModulation", try PulseWidthModulation(frequency: 7)),
                ("leakyIntegrateAndFire", try LeakyIntegrateAndFire()),
                ("deltaModulation", try DeltaModulation(threshold: 0.15)),
                ("rateStepForward", try RateStepForward()),
                (
                    "receptiveFields",
                    try ReceptiveFields(
                        bins: 5, steps: 8, conversion: .poisson(seed: .max), minimum: [-1, -0.5, 0], maximum: 1.1)
                ),
                ("rate", try RateCode(steps: 4, minimum: -1.3, maximum: 1.3)),
                ("silent", try StepForward(threshold: 1e9)),
            ] + Codec.all.map { (name: "\($0.name) as usual", codec: $0.description.usual) }
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    static func encoded(
        _ codec: any SignalCodec, samplingRate: Double? = 360, samples: Int = 60
    ) throws -> EncodedSignal {
        try codec.encode(
            signal(samples: samples, samplingRate: samplingRate, names: ["a", "b\u{0}\"ü", ""], unit: "mV"))
    }
}
