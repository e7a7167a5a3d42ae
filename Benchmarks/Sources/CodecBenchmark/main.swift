import BenchmarkSupport
import Foundation
import SpikeEncoding

// usage: codec-benchmark [--json-lines] [CHANNELSxSAMPLES…] [NAME…]
//
// Times every codec's encoding and decoding, in one process with memcpy, whose share is of bytes read and written: a
// sample has 4, a spike 1, or 4 if it is graded. A Markdown table by default; JSON lines for `table.py` on request.

let arguments = CommandLine.arguments.dropFirst()
let printsLines = arguments.contains("--json-lines")
let shapeArguments = arguments.filter { $0.wholeMatch(of: /[0-9]+x[0-9]+/) != nil }
let shapes =
    shapeArguments.isEmpty
    ? [(1, 10_000), (64, 1_000), (64, 10_000)]
    : shapeArguments.map { text in
        let numbers = text.split(separator: "x").compactMap { Int($0) }
        return (numbers[0], numbers[1])
    }
let names = arguments.filter { !$0.hasPrefix("--") && !shapeArguments.contains($0) }

struct Measurement: Encodable {
    let name: String
    let library = "SpikeKit"
    let version = "0.1"
    let work: Int
    let unit = "samples"
    let seconds_min: Double
    let seconds_median: Double
    let rate: Double
    let threads: Int
    let calls: Int
    let allocator = "default"
    let spikes: Int
}

@MainActor func report(
    _ name: String, _ signal: Signal, _ timing: Timing, threads: Int, bytes: Int, spikes: Int
) throws {
    let count = signal.values.count
    if printsLines {
        let line = Measurement(
            name: "codec/\(name)/\(signal.channelCount)x\(signal.sampleCount)", work: count, seconds_min: timing.least,
            seconds_median: timing.median, rate: Double(count) / timing.least, threads: threads,
            calls: timing.seconds.count, spikes: spikes)
        print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
    } else {
        let share = Double(bytes) / timing.least / bandwidths[threads]!
        let least = String(format: "%.2f", timing.least / Double(count) * 1e9)
        let median = String(format: "%.2f", timing.median / Double(count) * 1e9)
        let rate = String(format: "%.3f", Double(spikes) / Double(count))
        print(
            "| \(name) | \(signal.channelCount) × \(signal.sampleCount) | \(threads) | \(least) | \(median) | "
                + String(format: "%.0f %%", share * 100) + " | \(rate) |")
    }
}

let bandwidths = printsLines ? [:] : [1: memoryCopyBandwidth(threads: 1), 2: memoryCopyBandwidth(threads: 2)]
if !printsLines {
    for (threads, bandwidth) in bandwidths.sorted(by: { $0.key < $1.key }) {
        print("memcpy, \(threads) thread\(threads == 1 ? "" : "s"): \(String(format: "%.1f", bandwidth / 1e9)) GB/s\n")
    }
    print("| codec | channels × samples | threads | ns a sample, least | median | share of memcpy | spikes a sample |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
}
for test in try CodecCase.all() where names.isEmpty || names.contains(test.name) {
    for (channels, samples) in shapes {
        let signal = try test.signal(channels: channels, samples: samples)
        if signal.sampleCount != samples && shapeArguments.isEmpty && channels > 1 && samples > 1_000 { continue }
        for threads in [1, 2] {
            let encoded = try test.codec.encode(signal, threads: threads)
            let bytesPerSpike = encoded.spikes.amplitudes == nil ? 1 : 4
            let bytes = signal.values.count * 4 + encoded.spikes.signs.count * bytesPerSpike
            let encode = try Timing { _ = try test.codec.encode(signal, threads: threads) }
            try report(
                "\(test.name)/encode", signal, encode, threads: threads, bytes: bytes, spikes: encoded.spikes.spikeCount
            )
            let decode = try Timing { _ = try encoded.decode(threads: threads) }
            try report(
                "\(test.name)/decode", signal, decode, threads: threads, bytes: bytes, spikes: encoded.spikes.spikeCount
            )
        }
    }
}
