import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Saved streams are read as a whole.
@Suite struct EventStreamFileTests {
    private func stream(
        _ codec: any SignalCodec, _ signal: Signal, _ format: EventStreamFormat, marks: Bool = false
    ) throws -> [UInt8] {
        var stream = try codec.stream(
            channelCount: signal.channelCount,
            ranges: Array(repeating: ValueRange(minimum: -1, maximum: 1), count: signal.channelCount))
        (stream.samplingRate, stream.startTime) = (signal.samplingRate, signal.startTime)
        stream.channelNames = signal.channelNames
        var encoding = SampleEncoding(stream, channelCount: signal.channelCount, format: format, marks: marks)
        var bytes: [UInt8] = []
        for sample in 0..<signal.sampleCount {
            try encoding.encode((0..<signal.channelCount).map { Double(signal[$0, sample]) }, to: &bytes)
        }
        try encoding.finish(to: &bytes)
        return bytes
    }

    private static let signal: Signal = {
        let waves: [[Float]] = [5, 6].map { period in (0..<90).map { sin(Float($0) / period) } }
        return Signal(channels: waves, samplingRate: 250, channelNames: ["a", "b"], startTime: 3)
    }()

    private static func codecs() throws -> [any SignalCodec] {
        let rate = try RateCode(steps: 3, minimum: -1, maximum: 1)
        return [
            try StepForward(threshold: 0.1), try RateStepForward(threshold: 0.1), try LeakyIntegrateAndFire(),
            try PulseWidthModulation(frequency: 20), rate,
        ]
    }

    @Test(arguments: EventStreamFormat.allCases, [false, true])
    func equalsEncodingAtOnce(_ format: EventStreamFormat, _ marks: Bool) throws {
        let folder = try TemporaryFolder()
        for codec in try Self.codecs() {
            for signal in [Self.signal, Signal(channels: [[0, 0.4, 0, -0.4]])] {
                let path = try folder.file("s", stream(codec, signal, format, marks: marks))
                #expect(EventStreamFile.recognises(path))
                let whole = try codec.encode(
                    signal,
                    ranges: Array(repeating: ValueRange(minimum: -1, maximum: 1), count: signal.channelCount))
                #expect(try EventStreamFile.read(path) == whole, "\(codec)")
            }
        }
    }

    @Test(arguments: EventStreamFormat.allCases) func cutShort(_ format: EventStreamFormat) throws {
        let folder = try TemporaryFolder()
        let bytes = try stream(StepForward(threshold: 0.1), Self.signal, format)
        for length in stride(from: 0, to: bytes.count, by: 7) {
            let path = try folder.file("s", Array(bytes.prefix(length)))
            let text = try #require(message { _ = try EventStreamFile.read(path) })
            #expect(text.hasPrefix(path) && !text.contains("\n"), "\(text)")
        }
        let path = try folder.file("s", Array(bytes.dropLast(20)))
        #expect(message { _ = try EventStreamFile.read(path) }?.contains("was cut short") == true)
    }

    @Test func otherFilesAreNotRecognised() throws {
        let folder = try TemporaryFolder()
        for text in [
            "", "# {}\n", "{\"a\":1}\n", "step,channel,polarity\n1,0,1\n", "# {\n\"format\":\"spikekit\"", "SPIKES2\n",
        ] {
            #expect(!EventStreamFile.recognises(try folder.file("s", text)), "\(text)")
        }
        #expect(!EventStreamFile.recognises(folder.file("nowhere")) && !EventStreamFile.recognises(folder.path))
    }

    /// A damaged number of steps takes no memory.
    @Test func impossibleNumbersOfSteps() throws {
        let folder = try TemporaryFolder()
        let bytes = try stream(StepForward(threshold: 0.1), Self.signal, .jsonl)
        let text = String(decoding: bytes, as: UTF8.self)
        let path = try folder.file("s", text.replacing("{\"steps\":90}", with: "{\"steps\":9000000000}"))
        #expect(message { _ = try EventStreamFile.read(path) }?.contains("take far more memory than the file") == true)
        let early = try folder.file("s", text.replacing("{\"steps\":90}", with: "{\"steps\":9}"))
        #expect(message { _ = try EventStreamFile.read(early) }?.contains("lies before an event") == true)
    }

    @Test func amplitudesBeyondFloat32EndTheStream() throws {
        let stream = try RateStepForward(threshold: 1e-35).stream(channelCount: 1)
        var encoding = SampleEncoding(stream, channelCount: 1, format: .csv)
        var bytes: [UInt8] = []
        #expect(throws: CodecError.amplitudeBeyondFloat32(channel: 0, sample: 3)) {
            try encoding.encode([1, 2, 1, 1e5, 7], to: &bytes)
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.dropFirst(2).map { $0.prefix(5) } == ["1,0,1", "2,0,-"])
    }
}
