import Foundation
import SpikeEncoding

/// A codec with the parameters that the benchmark of the other libraries uses.
struct CodecCase {
    /// The name of the codec in the benchmark of the other libraries, so that tables can be joined.
    let name: String
    let codec: any SignalCodec
    /// Whether the signal is first scaled to 0…1.
    var isScaled = false
    /// The largest number of samples, which is smaller for codecs that encode each sample over many steps.
    var maximumSamples = Int.max

    static func all() throws -> [CodecCase] {
        let bsa41 = try BensSpiker(order: 40, cutoff: 0.05)
        return [
            CodecCase(name: "sf", codec: try StepForward(threshold: 0.1)),
            CodecCase(name: "delta", codec: try DeltaModulation(threshold: 0.01)),
            CodecCase(name: "lif", codec: try LeakyIntegrateAndFire(threshold: 0.5, membraneConstant: 0.2)),
            CodecCase(name: "pwm", codec: try PulseWidthModulation(frequency: 20)),
            CodecCase(name: "bsa11", codec: try BensSpiker(), isScaled: true),
            CodecCase(name: "bsa41", codec: bsa41, isScaled: true),
            CodecCase(name: "rate-step-forward", codec: try RateStepForward(threshold: 0.1)),
            CodecCase(name: "rate16", codec: try RateCode(steps: 16), isScaled: true, maximumSamples: 1000),
            CodecCase(
                name: "receptive-fields10x16", codec: try ReceptiveFields(steps: 16, conversion: .deterministic),
                isScaled: true, maximumSamples: 1000),
        ]
    }

    func signal(channels: Int, samples: Int) throws -> Signal {
        let samples = min(samples, maximumSamples)
        let mix = Signal(
            channels: (0..<channels).map { channel in
                (0..<samples).map { sample in
                    let time = 10 * Double(sample) / Double(samples - 1)
                    let phase = Double(channel) / 10
                    return Float(sin(time + phase) + 0.3 * sin(7 * time + phase))
                }
            })
        return isScaled ? try mix.normalized() : mix
    }
}
