import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Samples become bytes of events, and these become samples again, in chunks of any size.
@Suite struct EventStreamTests {
    private static let seed = UInt64.random(in: 0..<1_000_000)

    /// One of every codec, in each of its dialects.
    private static func codecs() throws -> [any SignalCodec] {
        let numbers = ["threshold": 0.1, "frequency": 20, "steps": 3, "bins": 4, "minimum": -1, "maximum": 1]
        return try Codec.all.flatMap { type in
            let own = numbers.filter { key, _ in type.parameters.contains { $0.key == key } }
            let codec = try type.description.usual.setting(numbers: own.mapValues { [$0] })
            guard type.description.referenceDialect != nil else { return [codec] as [any SignalCodec] }
            let hasConversion = type.parameters.contains { $0.key == "conversion" }
            let texts = ["dialect": "reference"].merging(hasConversion ? ["conversion": "deterministic"] : [:]) { $1 }
            return [codec, try codec.setting(texts: texts)]
        }
    }

    private func signal(_ generator: inout SplitMix64) -> Signal {
        let channels = Int.random(in: 1...4, using: &generator)
        return Signal(
            channels: (0..<channels).map { _ in
                var level: Float = 0
                return (0..<Int.random(in: 150...150, using: &generator)).map { _ in
                    level = max(-1, min(1, level + .random(in: -0.2...0.2, using: &generator)))
                    return level
                }
            }, samplingRate: Bool.random(using: &generator) ? 250 : nil, startTime: 0)
    }

    private func encoded(
        _ codec: any SignalCodec, _ signal: Signal, _ format: EventStreamFormat, marks: Bool,
        _ generator: inout SplitMix64
    ) throws -> [UInt8] {
        let ranges = Array(repeating: ValueRange(minimum: -1, maximum: 1), count: signal.channelCount)
        var stream = try codec.stream(channelCount: signal.channelCount, ranges: ranges)
        stream.samplingRate = signal.samplingRate
        stream.startTime = 0
        var encoding = SampleEncoding(stream, channelCount: signal.channelCount, format: format, marks: marks)
        var (bytes, position) = ([UInt8](), 0)
        while position < signal.sampleCount {
            let end = min(signal.sampleCount, position + .random(in: 0...40, using: &generator))
            let samples = (position..<end).flatMap { sample in
                (0..<signal.channelCount).map { Double(signal[$0, sample]) }
            }
            try encoding.encode(samples, to: &bytes)
            position = end
        }
        try encoding.finish(to: &bytes)
        return bytes
    }

    private func decoded(_ bytes: [UInt8], _ generator: inout SplitMix64, longest: Int = 90) throws -> [UInt8] {
        var (decoding, output, position) = (EventDecoding("x", format: .f32), [UInt8](), 0)
        while position < bytes.count {
            let end = min(bytes.count, position + .random(in: 1...longest, using: &generator))
            try bytes[position..<end].withUnsafeBytes { try decoding.push($0) { output += $0 } }
            position = end
        }
        try decoding.finish { output += $0 }
        return output
    }

    @Test(arguments: EventStreamFormat.allCases) func equalToEncodingAtOnce(_ format: EventStreamFormat) throws {
        print("event streams: seed \(Self.seed)")
        var generator = SplitMix64(seed: Self.seed)
        let folder = try TemporaryFolder()
        for _ in 0..<4 {
            let signal = signal(&generator)
            for codec in try Self.codecs() {
                let ranges = Array(repeating: ValueRange(minimum: -1, maximum: 1), count: signal.channelCount)
                let whole = try codec.encode(signal, ranges: ranges)
                for marks in [false, true] {
                    let bytes = try encoded(codec, signal, format, marks: marks, &generator)
                    // The list of events is that of `encode`.
                    if format == .csv {
                        let path = try folder.file("a.csv", bytes)
                        #expect(try SpikeTrainFile.isListOfEvents(path))
                        let train = try SpikeTrainFile.readTrain(
                            path, stepRate: whole.stepRate, unitCount: whole.spikes.unitCount,
                            stepCount: whole.spikes.stepCount)
                        #expect(train == whole.spikes, "\(codec)")
                    }
                    let samples = try whole.decode()
                    let expected = (0..<samples.sampleCount).flatMap { sample in
                        (0..<samples.channelCount).flatMap { channel in
                            withUnsafeBytes(of: Float(samples.value(ofChannel: channel, sample: sample)).bitPattern) {
                                Array($0)
                            }
                        }
                    }
                    #expect(try decoded(bytes, &generator) == expected, "\(codec)")
                }
            }
        }
    }

    @Test func binaryRecords() throws {
        var stream = try StepForward(threshold: 0.5).stream(channelCount: 1)
        stream.samplingRate = 4
        var (encoding, bytes) = (SampleEncoding(stream, channelCount: 1, format: .binary), [UInt8]())
        try encoding.encode([0, 1, 0], to: &bytes)
        try encoding.finish(to: &bytes)
        #expect(bytes.starts(with: Array("SPIKES1\n".utf8)))
        let length = Int(bytes[8]) | Int(bytes[9]) << 8
        let json = try JSONSerialization.jsonObject(with: Data(bytes[12..<12 + length])) as? [String: Any]
        #expect(json?["samplingRate"] as? Double == 4)
        // 0.25 s, channel 0, 1; then 0 steps are decided after 3.
        #expect(bytes[(12 + length)...].count == 32)
        #expect(Array(bytes[(12 + length)...].prefix(16)) == [0, 0, 0, 0, 0, 0, 208, 63, 0, 0, 0, 0, 0, 0, 128, 63])
        #expect(Array(bytes.suffix(16)) == [0, 0, 0, 0, 0, 0, 8, 64, 255, 255, 255, 255, 0, 0, 0, 0])
        #expect(encoding.spikeCount == 1)
    }

    @Test func offsetsKeepSmallChanges() throws {
        let stream = try StepForward(threshold: 0.5).stream(channelCount: 1)
        var (encoding, bytes) = (SampleEncoding(stream, channelCount: 1, offsets: [1e9], format: .csv), [UInt8]())
        try encoding.encode([1e9, 1e9 + 0.75, 1e9 + 1.5], to: &bytes)
        try encoding.finish(to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self).hasSuffix("step,channel,polarity\n1,0,1\n2,0,1\n# {\"steps\":3}\n"))
        var (decoding, output) = (EventDecoding("x", format: .csv), [UInt8]())
        try bytes.withUnsafeBytes { try decoding.push($0) { output += $0 } }
        try decoding.finish { output += $0 }
        #expect(String(decoding: output, as: UTF8.self) == "1000000000.0\n1000000000.5\n1000000001.0\n")
    }

    private static let start =
        "# {\"channels\":[{\"initialValue\":0}],\"clippedCount\":0,\"codec\":{\"dialect\":\"standard\",\"codec\":\"step-forward\","
        + "\"polarity\":\"bipolar\",\"threshold\":[0.5]},\"format\":\"spikekit\",\"samplingRate\":4,\"stepCount\":0,"
        + "\"unitCount\":1,\"version\":1}\ntime_s,channel,polarity\n"

    @Test(arguments: [
        ("", "x: ends before the header"), ("time_s,channel,polarity\n", "x, byte 0: is no stream of events"),
        ("{}\n", "x, header of a stream: format is missing"),
    ])
    func otherStarts(_ text: String, _ message: String) {
        #expect(problem(text).hasPrefix(message), "\(problem(text))")
    }

    @Test(arguments: [
        ("", "x: was cut short"), ("0.25,0,1\n", "x: was cut short"), ("0.25,0,1", "x: was cut short"),
        ("0.3,0,1\n", "x, line 3: the time 0.3 is no step"), ("0.25,1,1\n", "x, line 3: the channel 1.0"),
        ("0.25,0,2\n", "x, line 3: the polarity 2.0"),
        ("0.5,0,1\n0.25,0,1\n", "x, line 4: the event is not behind"),
        ("0.5,0,1\n0.5,0,1\n", "x, line 4: the event is not behind"),
        ("-0.5,0,1\n", "x, line 3: the event is not behind"),
        ("1e12,0,1\n", "x, line 3: the time 1000000000000.0 is far"),
        ("0.5,0,1\n# {\"steps\":2}\n", "x, line 4: the mark of 2 steps lies before an event"),
        ("a,b,c\n", "x, line 3: \"a,b,c\" is no event"),
        ("# {\"steps\":9000000000000000}\n", "x, line 3: the mark of 9000000000000000 steps is far behind"),
    ])
    func damage(_ text: String, _ message: String) {
        #expect(problem(Self.start + text).hasPrefix(message), "\(problem(Self.start + text))")
    }

    private func problem(_ text: String) -> String {
        var decoding = EventDecoding("x", format: .csv)
        do {
            try Array(text.utf8).withUnsafeBytes { try decoding.push($0) { _ in } }
            try decoding.finish { _ in }
        } catch { return "\(error)" }
        return "none"
    }

    /// Damaged streams end with an error or samples, and take no more memory than they have bytes.
    @Test func fuzz() throws {
        let count = ProcessInfo.processInfo.environment["SPIKEKIT_FUZZ"].flatMap { Int($0) } ?? 2000
        var generator = SplitMix64(seed: Self.seed)
        let signal = Signal(
            channels: [(0..<60).map { sin(Float($0)) }, (0..<60).map { cos(Float($0)) }], samplingRate: 10)
        let originals = try EventStreamFormat.allCases.flatMap { format in
            try Self.codecs().map { try encoded($0, signal, format, marks: false, &generator) }
        }
        try Fuzz(seed: Self.seed, count: count).run(originals, name: "stream") { path in
            let bytes = try InputFile(path).bytes(1 << 20)
            var (decoding, written) = (EventDecoding("x", format: .csv), 0)
            do {
                // A late event makes as many samples as its time says, which nobody has to keep.
                struct Enough: Error {}
                func write(_ part: [UInt8]) throws {
                    written += part.count
                    if written > 1 << 22 { throw Enough() }
                }
                do {
                    try bytes.withUnsafeBytes { try decoding.push($0, write: write) }
                    try decoding.finish(write: write)
                } catch is Enough {}
            } catch is CodecError {}
            _ = try EventStreamFile.read(path)
        }
    }
}
