// An array of samples to spikes, and back to samples.
import Foundation
import SpikeEncoding

// Two seconds of a 5 Hz wave on a slow drift, 200 samples a second.
let rate = 200.0
let samples = (0..<400).map { index in
    let time = Double(index) / rate
    return Float(sin(2 * .pi * 5 * time) + 0.3 * sin(2 * .pi * 0.4 * time))
}

// A recording holds one array a channel. Rate, names and unit are optional; they travel with the result.
let recording = Signal(channels: [samples], samplingRate: rate, channelNames: ["sensor"], unit: "V")

// A codec is a value. Its initializer checks the parameters and throws an error that says which one is wrong.
let codec = try StepForward(threshold: 0.2)

// The result carries all that decoding needs: the spikes, the codec, the first sample, the sampling rate.
let encoded = try codec.encode(recording)
let decoded = try encoded.decode()

// Spikes are units × steps of +1, −1 and 0; here one unit for the channel and one step a sample.
let signs = encoded.spikes.unit(0)
let marks = signs.prefix(60).map { $0 > 0 ? "+" : $0 < 0 ? "-" : "." }.joined()
print("the first 60 steps: \(marks)")
print("\(encoded.spikes.spikeCount) spikes in \(signs.count) steps")

// How far the decoded samples are from the original: the root of the mean squared error.
let errors = zip(samples, decoded.values).map { Double($0 - $1) }
let rmse = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
print("root mean squared error: \(rmse.formatted(.number.precision(.fractionLength(4)))) V")

// Every codec goes through the same calls. `spike tune` finds better parameters than these.
let others: [any SignalCodec] = [
    try BensSpiker(order: 16, cutoff: 0.05), try PulseWidthModulation(frequency: 150),
    try LeakyIntegrateAndFire(threshold: 0.5, membraneConstant: 0.5),
    try DeltaModulation(threshold: 0.08, padding: .edge), try RateStepForward(),
]
for other in others {
    let encoded = try other.encode(recording)
    let decoded = try encoded.decode()
    let squares = zip(samples, decoded.values).map { Double($0 - $1) * Double($0 - $1) }
    let rmse = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    print("\(encoded.codec.name): \(encoded.spikes.spikeCount) spikes, error \(Float(rmse)) V")
}
