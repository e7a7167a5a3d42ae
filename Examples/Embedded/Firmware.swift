import SpikeKernels

/// Encodes the samples of a sensor as they arrive and prints the spikes, as a device would.
@_cdecl("runFirmware")
func runFirmware() {
    var stepForward = StepForwardEncoder(threshold: 0.5)
    encode("step-forward", with: &stepForward)

    // The known range of the sensor.
    let scale = UnitScale(minimum: -4, maximum: 4)
    var neuron = LeakyIntegrateAndFireEncoder(
        scale: SignedUnitScale(scale), threshold: 0.5, membraneConstant: 0.9)
    encode("lif", with: &neuron)

    var spiker = BensSpikerEncoder(order: 10, cutoff: 0.2, scale: scale, threshold: 0.5, blockLength: 16)
    encode("bsa", with: &spiker)

    // Every eighth sample is encoded as a firing rate over eight steps.
    let (even, random) = (DeterministicRate(steps: 8), PoissonRate(steps: 8, seed: 1))
    encodeRates("deterministic") { rate, _, spikes in even.encode(rate: rate, into: spikes) }
    encodeRates("poisson") { rate, index, spikes in random.encode(rate: rate, index: index, into: spikes) }

    func encodeRates(_ name: StaticString, _ encode: (Double, Int, UnsafeMutablePointer<Int8>) -> Void) {
        withUnsafeTemporaryAllocation(of: Int8.self, capacity: 8) { spikes in
            write(name)
            write(": ")
            for index in 0..<sampleCount / 8 {
                encode(Double(scale(sample(8 * index))), index, spikes.baseAddress!)
                write(UnsafeBufferPointer(spikes))
            }
            write("\n")
        }
    }
}

let sampleCount = 96

/// A sample of a triangle wave between −3 and 3, with noise.
func sample(_ index: Int) -> Float {
    let phase = index % 48
    let triangle = Float(phase < 24 ? phase - 12 : 36 - phase) / 4
    return triangle + Float(Philox(seed: 7).uniform(at: UInt64(index))) - 0.5
}

/// Encodes the samples in chunks of eight, as a converter with a small buffer delivers them.
func encode<Encoder: ChannelEncoder>(_ name: StaticString, with encoder: inout Encoder) where Encoder.Spike == Int8 {
    write(name)
    write(": ")
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 8) { samples in
        withUnsafeTemporaryAllocation(of: Int8.self, capacity: 16) { spikes in
            encoder.start(zero: 0)
            for start in stride(from: 0, to: sampleCount, by: 8) {
                for index in 0..<8 { samples[index] = sample(start + index) }
                let count = encoder.encode(UnsafeBufferPointer(samples), into: spikes.baseAddress!)
                write(UnsafeBufferPointer(rebasing: spikes[..<count]))
            }
            let left = encoder.lag
            encoder.finish(into: spikes.baseAddress!)
            write(UnsafeBufferPointer(rebasing: spikes[..<left]))
        }
    }
    write("\n")
}

func write(_ spikes: UnsafeBufferPointer<Int8>) {
    for spike in spikes { writeByte(spike > 0 ? UInt8(ascii: "+") : spike < 0 ? UInt8(ascii: "-") : UInt8(ascii: ".")) }
}

func write(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { writeByte(text.utf8Start[index]) }
}
