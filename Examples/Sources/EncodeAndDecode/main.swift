// Encodes an array of samples as spikes, and decodes the spikes to samples.
import Foundation
import SpikeEncoding

// Two seconds of a 5 Hz wave on a slow drift, with 200 samples per second.
let rate = 200.0
let samples = (0..<400).map { index in
    let time = Double(index) / rate
    return Float(sin(2 * .pi * 5 * time) + 0.3 * sin(2 * .pi * 0.4 * time))
}

// A recording holds one array per channel. Sampling rate, names and unit are optional; the result keeps them.
let recording = Signal(channels: [samples], samplingRate: rate, channelNames: ["sensor"], unit: "V")

// A codec is a value. Its initializer checks the parameters and throws an error that says which one is wrong.
let codec = try StepForward(threshold: 0.2)

// The result holds all that decoding needs: the spikes, the codec, the first sample and the sampling rate.
let encoded = try codec.encode(recording)
let decoded = try encoded.decode()

// Spikes are units × steps of +1, −1 and 0. Here there is one unit for the channel and one step per sample.
let signs = encoded.spikes.unit(0)
// The events one by one, with their times in seconds.
for event in encoded.events.prefix(3) { print("at \(event.time ?? 0) s: \(event.sign > 0 ? "up" : "down")") }

let marks = signs.prefix(60).map { $0 > 0 ? "+" : $0 < 0 ? "-" : "." }.joined()
print("the first 60 steps: \(marks)")
print("\(encoded.spikes.spikeCount) spikes in \(signs.count) steps")

// The difference between the decoded and the original samples: the root of the mean squared error.
let errors = zip(samples, decoded.values).map { Double($0 - $1) }
let rmse = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
print("root mean squared error: \(rmse.formatted(.number.precision(.fractionLength(4)))) V")

// Every codec has the same methods. `spike tune` finds better parameters than these.
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
