import Foundation
import SpikeEncoding

/// A synthetic electrocardiogram: each beat is a sum of Gaussian waves P, Q, R, S and T, with heart-rate variability,
/// breathing in the baseline, and noise.
///
/// Source: the wave shapes and their place in a beat follow McSharry et al., IEEE TBME 50 (2003),
/// doi:10.1109/TBME.2003.808805, which drives them by an oscillator; here beats are laid out one after the other.
struct Electrocardiogram {
    private let random: Philox

    init(seed: UInt64) { random = Philox(seed: seed) }

    private struct Wave {
        /// The time of the wave's peak relative to the R peak, in seconds at 60 beats per minute.
        let time: Double
        /// The width of the wave, in seconds.
        let width: Double
        /// The height of the wave in each lead, in millivolts.
        let heights: [Double]
    }

    private static let waves = [
        Wave(time: -0.20, width: 0.025, heights: [0.15, 0.06]),
        Wave(time: -0.035, width: 0.010, heights: [-0.12, -0.05]),
        Wave(time: 0, width: 0.011, heights: [1.20, 0.55]), Wave(time: 0.035, width: 0.012, heights: [-0.28, -0.45]),
        Wave(time: 0.26, width: 0.050, heights: [0.32, 0.14]),
    ]

    /// A recording of two leads, in millivolts.
    func signal(seconds: Double, samplingRate: Double) -> Signal {
        let beats = beatTimes(until: seconds + 1)
        let count = Int(seconds * samplingRate)
        let leads = (0..<2).map { lead in
            (0..<count).map { sample in
                let time = Double(sample) / samplingRate
                let breathing = 0.05 * sin(2 * .pi * 0.25 * time + Double(lead))
                return Float(voltage(at: time, lead: lead, beats) + breathing + noise(lead * count + sample))
            }
        }
        return Signal(channels: leads, samplingRate: samplingRate, channelNames: ["lead I", "lead II"], unit: "mV")
    }

    /// The times of the R peaks, and the lengths of their beats: 72 beats per minute on average, faster while breathing
    /// in, with a random variation of a few per cent.
    private func beatTimes(until end: Double) -> [(time: Double, length: Double)] {
        var beats: [(time: Double, length: Double)] = []
        var time = -0.5
        while time < end {
            let variation = 0.04 * sin(2 * .pi * 0.25 * time) + 0.04 * (random.uniform(at: UInt64(beats.count)) - 0.5)
            let length = 60 / 72 * (1 + variation)
            beats.append((time, length))
            time += length
        }
        return beats
    }

    private func voltage(at time: Double, lead: Int, _ beats: [(time: Double, length: Double)]) -> Double {
        var sum = 0.0
        for beat in beats where abs(time - beat.time) < 1 {
            for wave in Self.waves {
                let distance = (time - beat.time - wave.time * beat.length.squareRoot()) / wave.width
                sum += wave.heights[lead] * exp(-distance * distance / 2)
            }
        }
        return sum
    }

    /// Normally distributed noise with a standard deviation of 0.01 mV, by the Box–Muller transform.
    private func noise(_ index: Int) -> Double {
        let (u, v) = random.uniforms(pair: 1 << 32 + UInt64(index))
        return 0.01 * (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v)
    }
}
