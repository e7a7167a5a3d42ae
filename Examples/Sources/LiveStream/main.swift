// Encodes samples that arrive in chunks, as from a sensor, in constant memory.
import Foundation
import SpikeEncoding

/// A sensor of two channels that delivers chunks of irregular size, as drivers do.
struct Sensor {
    private var position = 0

    mutating func nextChunk() -> Signal {
        let count = 1 + (position * 7919 + 211) % 500
        let times = (position..<position + count).map { Double($0) / 1000 }
        position += count
        return Signal(
            channels: [
                times.map { Float(sin(2 * .pi * 3 * $0)) },
                times.map { Float(0.5 * sin(2 * .pi * 1.1 * $0) + 0.1 * sin(2 * .pi * 20 * $0)) },
            ], samplingRate: 1000)
    }
}

// This codec scales every channel to 0…1. It measures the range of a whole recording, but a stream needs the range
// before it starts.
let codec = try BensSpiker(order: 20, cutoff: 0.05, threshold: 0.8)
let ranges = [ValueRange(minimum: -1, maximum: 1), ValueRange(minimum: -0.6, maximum: 0.6)]
var stream = try codec.stream(channelCount: 2, ranges: ranges)

var sensor = Sensor()
// A real program would pass the spikes on and discard them; here spikes and samples are kept for the check below.
var chunks: [Signal] = []
var parts: [SpikeTrain] = []
for _ in 0..<40 {
    let chunk = sensor.nextChunk()
    let spikes = try stream.push(chunk)
    chunks.append(chunk)
    parts.append(spikes)
}
// Ben's algorithm looks `order` samples ahead, so the spikes lag by as many steps. The end of the stream returns the
// last of them.
let steps = parts.reduce(0) { $0 + $1.stepCount }
let samples = chunks.reduce(0) { $0 + $1.sampleCount }
print("\(samples) samples pushed in \(chunks.count) chunks, \(steps) steps decided, \(samples - steps) to come")
// The joined parts are an encoded recording, which can be decoded and written to files like any other.
let streamed = try stream.finish(joining: parts)

// Encoding all samples at once gives the same result, bit for bit.
let recording = Signal(
    channels: (0..<2).map { channel in chunks.flatMap { $0.channel(channel) } }, samplingRate: 1000)
let batch = try codec.encode(recording, ranges: ranges)
print("\(streamed.spikes.spikeCount) spikes; equal to those of one call: \(streamed == batch)")
print("decoded: \(try streamed.decode().sampleCount) samples per channel")
