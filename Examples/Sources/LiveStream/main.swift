// Samples that arrive in chunks, as from a sensor, encoded as they come and in constant memory.
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

// This codec scales every channel to 0…1. A whole recording tells its range; a stream must be told before it starts.
let codec = try BensSpiker(order: 20, cutoff: 0.05, threshold: 0.8)
let ranges = [ValueRange(minimum: -1, maximum: 1), ValueRange(minimum: -0.6, maximum: 0.6)]
var stream = try codec.stream(channelCount: 2, ranges: ranges)

var sensor = Sensor()
// A real program would hand the spikes on and forget them; here they and the samples are kept for the check below.
var chunks: [Signal] = []
var parts: [SpikeTrain] = []
for _ in 0..<40 {
    let chunk = sensor.nextChunk()
    let spikes = try stream.push(chunk)
    chunks.append(chunk)
    parts.append(spikes)
}
// Ben's algorithm looks `order` samples ahead, so the spikes lag behind by as many; `finish` gives the last of them.
let steps = parts.reduce(0) { $0 + $1.stepCount }
let samples = chunks.reduce(0) { $0 + $1.sampleCount }
print("\(samples) samples pushed in \(chunks.count) chunks, \(steps) steps decided, \(samples - steps) to come")
parts.append(stream.finish())
let streamed = SpikeTrain.joined(parts)

// The same samples at once give the same spikes, bit for bit.
let recording = Signal(
    channels: (0..<2).map { channel in chunks.flatMap { $0.channel(channel) } }, samplingRate: 1000)
let batch = try codec.encode(recording, ranges: ranges, threads: 1)
print("\(streamed.spikeCount) spikes; equal to those of one call: \(streamed == batch.spikes)")

// With what the stream knows of its channels, its spikes are an encoded recording, which decodes like any other.
let encoded = EncodedSignal(
    codec: stream.codec, spikes: streamed, channels: stream.encodedChannels ?? [], samplingRate: 1000)
print("decoded: \(try encoded.decode().sampleCount) samples a channel")
