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
