import SpikeEncoding
import Testing

/// A stream's encoding as a whole, chunks of plain numbers, and the end of a stream.
@Suite struct StreamRecordingTests {
    private let recording = Signal(
        channels: [[0, 0.4, 1, 0.9, 0.2], [3, 3.5, 2, 1, 1]], samplingRate: 50, channelNames: ["x", "y"], unit: "g",
        startTime: 12)

    /// Whatever the codec and the chunks, the end is what encoding everything at once gives.
    @Test func theEndEqualsOneCall() throws {
        var generator = SeededGenerator(seed: printedSeed())
        for _ in 0..<20 {
            var signal = randomSignal(
                channels: .random(in: 1...5, using: &generator), samples: .random(in: 1...200, using: &generator),
                using: &generator)
            signal.samplingRate = 250
            signal.startTime = -3
            signal.unit = "V"
            signal.channelNames = (0..<signal.channelCount).map { "lead \($0)" }
            let ranges = try signal.ranges()
            for codec in try allCodecs(for: signal, using: &generator) {
                var stream = try codec.stream(channelCount: signal.channelCount, ranges: ranges)
                let half = Int.random(in: 0...signal.sampleCount, using: &generator)
                let parts = [
                    try stream.push(signal.samples(0..<half)),
                    try stream.push(signal.samples(half..<signal.sampleCount)),
                ]
                let encoded = try stream.finish(joining: parts)
                #expect(try encoded == codec.encode(signal, ranges: ranges), "\(codec)")
            }
        }
    }

    @Test func theFirstChunkGivesWhatTheStreamLacks() throws {
        let codec = try StepForward(threshold: 0.3)
        var stream = try codec.stream(channelCount: 2)
        #expect(stream.samplingRate == nil && stream.startTime == nil && stream.unit == nil)
        #expect(stream.channelNames == [])
        var parts = [try stream.push(recording.samples(0..<2))]
        #expect(stream.samplingRate == 50 && stream.startTime == 12 && stream.unit == "g")
        #expect(stream.channelNames == ["x", "y"])
        // What later chunks say is not looked at.
        var later = recording.samples(2..<5)
        (later.samplingRate, later.startTime, later.unit, later.channelNames) = (7, 0, "m", ["a", "b"])
        parts.append(try stream.push(later))
        #expect(try stream.finish(joining: parts) == codec.encode(recording))
    }

    @Test func whatIsSetBeforeStays() throws {
        var stream = try StepForward(threshold: 0.3).stream(channelCount: 2)
        stream.samplingRate = 10
        stream.startTime = 2
        stream.unit = "m"
        stream.channelNames = ["a", "b"]
        let encoded = try stream.finish(joining: [stream.push(recording)])
        #expect(encoded.samplingRate == 10 && encoded.startTime == 2 && encoded.unit == "m")
        #expect(encoded.channels.map(\.name) == ["a", "b"])
        #expect(Array(encoded.events).first?.time == 2.1)
    }

    @Test func plainNumbersAreInterleaved() throws {
        let codec = try StepForward(threshold: 0.3)
        var stream = try codec.stream(channelCount: 2)
        var parts = [try stream.push([0, 3, 0.4, 3.5])]
        parts.append(try stream.push([]))
        parts.append(try stream.push([1, 2, 0.9, 1, 0.2, 1]))
        let encoded = try stream.finish(joining: parts)
        #expect(try encoded == codec.encode(Signal(channels: [[0, 0.4, 1, 0.9, 0.2], [3, 3.5, 2, 1, 1]])))
        var single = try codec.stream(channelCount: 1)
        let samples: [Float] = [0, 0.4, 1]
        #expect(try single.push(samples).signs == [0, 1, 1])
    }

    @Test func incompleteSamplesAreRefused() throws {
        var stream = try StepForward(threshold: 0.3).stream(channelCount: 2)
        let error = #expect(throws: CodecError.incompleteSample(values: 3, channels: 2)) { try stream.push([1, 2, 3]) }
        #expect(error?.description.contains("3 values do not divide into samples of 2 channels") == true)
        #expect(throws: CodecError.notFinite(channel: 1, sample: 1, value: .infinity)) {
            try stream.push([0, 0, 1, .infinity])
        }
        #expect(try stream.push([1, 2, 3, 4]).stepCount == 2)
    }

    @Test func aFinishedStreamTakesNoMore() throws {
        var stream = try StepForward(threshold: 0.3).stream(channelCount: 2)
        let parts = [try stream.push(recording)]
        #expect(stream.finish().stepCount == 0)
        let error = #expect(throws: CodecError.streamFinished) { try stream.push(recording) }
        #expect(error?.description.contains("has finished") == true)
        #expect(throws: CodecError.streamFinished) { try stream.push([1, 2]) }
        #expect(stream.finish().stepCount == 0)
        #expect(try stream.finish(joining: parts).sampleCount == 5)
    }

    @Test func everyPartIsNeeded() throws {
        // The spikes of this codec lag by two samples.
        let codec = try BensSpiker(order: 2)
        let range = ValueRange(minimum: 0, maximum: 4)
        var stream = try codec.stream(channelCount: 2, ranges: [range, range])
        let first = try stream.push(recording.samples(0..<4))
        let second = try stream.push(recording.samples(4..<5))
        #expect(first.stepCount == 2 && second.stepCount == 1)
        #expect(stream.stepCount == 3)
        let error = #expect(throws: CodecError.streamParts(expected: 3, found: 2)) {
            try stream.finish(joining: [first])
        }
        #expect(error?.description.contains("2 steps, and the stream has returned 3") == true)
        // The stream goes on after the error, and what `finish` returned is a part, too.
        let last = stream.finish()
        #expect(last.stepCount == 2 && stream.stepCount == 5)
        #expect(
            try stream.finish(joining: [first, second, last]) == codec.encode(recording, ranges: [range, range]))
    }

    /// What decoding needs is final after the first sample. Where it comes from channel 0's first samples, one for each
    /// channel, it is final after those.
    @Test func channelsAreFinalAsSoonAsTheyCanBe() throws {
        let ranges = Array(repeating: ValueRange(minimum: 0, maximum: 4), count: 2)
        var stream = try StepForward().stream(channelCount: 2)
        #expect(!stream.hasFinalChannels)
        _ = try stream.push(recording.samples(0..<1))
        #expect(stream.hasFinalChannels)
        var crossed = try PulseWidthModulation(frequency: 20, dialect: .reference).stream(
            channelCount: 2, ranges: ranges)
        _ = try crossed.push(recording.samples(0..<1))
        #expect(!crossed.hasFinalChannels)
        _ = try crossed.push(recording.samples(1..<2))
        #expect(crossed.hasFinalChannels)
        let channels = crossed.encodedChannels
        _ = try crossed.push(recording.samples(2..<5))
        #expect(crossed.encodedChannels == channels)
    }

    @Test func anEmptyStreamHasNoEncoding() throws {
        var stream = try StepForward().stream(channelCount: 3)
        #expect(throws: CodecError.empty(channels: 3, samples: 0)) { try stream.finish(joining: []) }
    }

    @Test func descriptionsOfStreamsAreChecked() async {
        await #expect(processExitsWith: .failure) {
            var stream = try StepForward().stream(channelCount: 1)
            stream.samplingRate = 0
        }
        await #expect(processExitsWith: .failure) {
            var stream = try StepForward().stream(channelCount: 1)
            stream.channelNames = ["a", "b"]
        }
        await #expect(processExitsWith: .failure) {
            var stream = try StepForward().stream(channelCount: 1)
            stream.startTime = .nan
        }
    }
}
