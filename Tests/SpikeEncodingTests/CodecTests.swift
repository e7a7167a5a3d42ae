import SpikeEncoding
import Testing

/// A codec of any type does what the codec of its own type does.
@Suite struct CodecTests {
    @Test func everyFunctionIsForwarded() throws {
        var generator = SeededGenerator(seed: printedSeed())
        let signal = randomSignal(channels: 3, samples: 50, using: &generator)
        let ranges = try signal.ranges()
        let batch = SignalBatch(values: signal.values, recordingCount: 3, channelCount: 1)
        for typed in try allCodecs(for: signal, using: &generator) {
            let codec = typed.codec
            let encoded = try typed.encode(signal, ranges: ranges, threads: 1)
            #expect(try codec.encode(signal, ranges: ranges) == encoded, "\(typed)")
            #expect(try codec.encode(signal) == typed.encode(signal), "\(typed)")
            #expect(try codec.encode([signal, signal]) == typed.encode([signal, signal]), "\(typed)")
            #expect(try codec.decode(encoded) == encoded.decode(), "\(typed)")
            var stream = try codec.stream(channelCount: 3, ranges: ranges)
            #expect(try stream.finish(joining: [stream.push(signal)]) == encoded, "\(typed)")
        }
        let single = try StepForward(threshold: 0.1)
        #expect(try single.codec.encode(batch) == single.encode(batch))
        let encoded = try single.encode(signal)
        #expect(
            try single.codec.decode(encoded, initialValues: [1, 2, 3]) == encoded.decode(initialValues: [1, 2, 3]))
        #expect(throws: CodecError.empty(channels: 0, samples: 0)) { try single.codec.stream(channelCount: 0) }
    }
}
