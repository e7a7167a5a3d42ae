import BenchmarkSupport
import SpikeEncoding

// usage: codec-benchmark [--quick] [CHANNELSxSAMPLES…] [NAME…]
//
// Times the encoding and decoding of every codec, in the same process as memcpy. `bytes` is the number of bytes that
// must be read and written: 4 per sample, and 1 per spike, or 4 if it is graded. Prints lines of JSON.

let arguments = CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("--") }
let shapeArguments = arguments.filter { $0.wholeMatch(of: /[0-9]+x[0-9]+/) != nil }
let shapes =
    shapeArguments.isEmpty
    ? [(1, 10_000), (64, 10_000)]
    : shapeArguments.map { text in
        let numbers = text.split(separator: "x").compactMap { Int($0) }
        return (numbers[0], numbers[1])
    }
let names = arguments.filter { !shapeArguments.contains($0) }

for threads in [1, 2] { try reportMemoryCopy(threads: threads) }
for test in try CodecCase.all() where names.isEmpty || names.contains(test.name) {
    for (channels, samples) in shapes {
        let signal = try test.signal(channels: channels, samples: samples)
        // Threads divide the channels among them, so one channel has one thread.
        for threads in channels == 1 ? [1] : [1, 2] {
            let encoded = try test.codec.encode(signal, threads: threads)
            let bytesPerSpike = encoded.spikes.amplitudes == nil ? 1 : 4
            func report(_ task: String, _ timing: Timing) throws {
                var line = Measurement(
                    "codec/\(test.name)/\(task)/\(signal.channelCount)x\(signal.sampleCount)", timing,
                    work: signal.values.count, unit: "samples", threads: threads)
                line.bytes = signal.values.count * 4 + encoded.spikes.signs.count * bytesPerSpike
                line.spikes = encoded.spikes.spikeCount
                try line.report()
            }
            try report("encode", Timing { _ = try test.codec.encode(signal, threads: threads) })
            try report("decode", Timing { _ = try encoded.decode(threads: threads) })
        }
    }
}
