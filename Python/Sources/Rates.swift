import SpikeKernels

/// Encodes firing rates as spikes.
///
/// - Parameters:
///   - flags: Poisson or deterministic, and the dialect.
///   - seed: The seed of Poisson spikes.
///   - rates: The rates, `[channels, units, samples]`, each in 0…1.
///   - position: The number of samples that came before these, for the random numbers.
///   - steps: T, the number of steps per rate.
///   - spikes: Memory for `[channels, units, samples, T]` spikes.
@_cdecl("spikekit_rates_encode")
public func ratesEncode(
    _ flags: Int32, _ seed: UInt64, _ rates: UnsafePointer<Double>, _ channels: Int, _ units: Int, _ samples: Int,
    _ position: Int, _ steps: Int, _ spikes: UnsafeMutablePointer<Int8>
) {
    let flags = Flags(bits: flags)
    let deterministic = DeterministicRate(steps: steps, variant: flags.variant)
    let poisson = PoissonRate(steps: steps, seed: seed)
    var next = 0
    for channel in 0..<channels {
        for unit in 0..<units {
            for sample in 0..<samples {
                let (rate, memory) = (rates[next], spikes + next * steps)
                if flags.isPoisson {
                    let index = ((position + sample) * channels + channel) * units + unit
                    poisson.encode(rate: rate, index: index, into: memory)
                } else {
                    deterministic.encode(rate: rate, into: memory)
                }
                next += 1
            }
        }
    }
}
