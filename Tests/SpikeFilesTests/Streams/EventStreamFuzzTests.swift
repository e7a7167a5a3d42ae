import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Damaged streams of events: `EventDecoding` and `EventStreamFile` throw `FileError` or decode them, in time and memory
/// that no number in the stream decides.
///
/// `SPIKEKIT_FUZZ` is the number of streams for each test.
@Suite struct EventStreamFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let count = environment["SPIKEKIT_FUZZ"].flatMap { Int($0) } ?? 2000
    private static let seed = environment["SPIKEKIT_FUZZ_SEED"].flatMap { UInt64($0) } ?? 211

    /// More bytes of samples than any stream of the tests has, after which decoding is not followed further.
    private static let longestOutput = 1 << 20

    private struct Enough: Error {}

    /// Streams of all codecs, with and without a sampling rate.
    private static func streams(_ format: EventStreamFormat) throws -> [[UInt8]] {
        let numbers = ["threshold": 0.1, "frequency": 20, "steps": 3, "bins": 4, "minimum": -1, "maximum": 1]
        return try Codec.all.enumerated().map { index, type in
            let own = numbers.filter { key, _ in type.parameters.contains { $0.key == key } }
            let codec = try type.description.usual.setting(numbers: own.mapValues { [$0] })
            var stream = try codec.stream(
                channelCount: 2, ranges: Array(repeating: ValueRange(minimum: -1, maximum: 1), count: 2))
            if index % 2 == 0 { stream.samplingRate = 250 }
            var encoding = SampleEncoding(stream, channelCount: 2, format: format, marks: index % 3 == 0)
            var bytes: [UInt8] = []
            for sample in stride(from: 0, to: 60, by: 20) {
                try encoding.encode(
                    (sample..<sample + 20).flatMap { [sin(Double($0) / 5), cos(Double($0) / 7)] }, to: &bytes)
            }
            try encoding.finish(to: &bytes)
            return bytes
        }
    }

    private static func read(_ path: String, _ generator: inout SplitMix64) throws {
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        var decoding = EventDecoding("x", format: SampleFormat.allCases.randomElement(using: &generator)!)
        var (position, output) = (0, 0)
        func take(_ samples: [UInt8]) throws {
            output += samples.count
            if output > longestOutput { throw Enough() }
        }
        do {
            while position < bytes.count {
                let end = min(bytes.count, position + .random(in: 1...400, using: &generator))
                try bytes[position..<end].withUnsafeBytes { try decoding.push($0, write: take) }
                position = end
            }
            try decoding.finish(write: take)
        } catch is Enough {}
        _ = try EventStreamFile.read(path)
    }

    @Test(arguments: EventStreamFormat.allCases) func bytes(_ format: EventStreamFormat) throws {
        var generator = SplitMix64(seed: Self.seed)
        try Fuzz(seed: Self.seed, count: Self.count).run(try Self.streams(format), name: "stream") { path in
            try Self.read(path, &generator)
        }
    }

    /// Other numbers in the header, the events and the marks.
    @Test(arguments: [EventStreamFormat.csv, .jsonl]) func numbers(_ format: EventStreamFormat) throws {
        let folder = try TemporaryFolder()
        let streams = try Self.streams(format)
        let values = [
            "-1", "0", "1", "3", "0.5", "1e-300", "1e18", "1e300", "-1e300", "65536", "16777217", "4294967295",
            "9007199254740993", "9223372036854775807", "9223372036854775808", "1e999", "nan", "null", "[]", "\"\"",
        ].map { Array($0.utf8) }
        let digits = Set("0123456789.e-+".utf8)
        var generator = SplitMix64(seed: Self.seed)
        for round in 0..<Self.count {
            var bytes = streams[round % streams.count]
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                let starts = bytes.indices.filter {
                    (48...57).contains(bytes[$0]) && ($0 == 0 || !digits.contains(bytes[$0 - 1]))
                }
                // Every other number is one of the header, as most of the bytes are events.
                let header = bytes.firstIndex(of: 10) ?? bytes.count
                let places = Bool.random(using: &generator) ? starts.filter { $0 < header } : starts
                guard let start = places.randomElement(using: &generator) else { continue }
                let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
                bytes.replaceSubrange(start..<end, with: values.randomElement(using: &generator)!)
            }
            let path = try folder.file("stream", bytes)
            let text = message { try Self.read(path, &generator) }
            #expect(text?.contains("\n") != true, "round \(round)")
        }
    }
}
