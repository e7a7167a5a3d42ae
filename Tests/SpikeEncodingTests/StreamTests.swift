import SpikeEncoding
import Testing

@Suite struct StreamTests {
    @Test func chunksEqualOneCall() throws {
        var generator = SeededGenerator(seed: printedSeed())
        for _ in 0..<60 {
            let plain = randomSignal(
                channels: .random(in: 1...18, using: &generator), samples: .random(in: 1...400, using: &generator),
                using: &generator)
            let signal = Bool.random(using: &generator) ? plain : lifted(plain, using: &generator)
            for codec in try allCodecs(for: signal, using: &generator) {
                let whole = try codec.encode(signal)
                var stream = try codec.stream(channelCount: signal.channelCount, ranges: signal.ranges())
                var parts: [SpikeTrain] = []
                var position = 0
                while position < signal.sampleCount {
                    let length = min(.random(in: 0...70, using: &generator), signal.sampleCount - position)
                    parts.append(try stream.push(signal.samples(position..<position + length)))
                    position += length
                }
                parts.append(stream.finish())
                #expect(SpikeTrain.joined(parts) == whole.spikes, "\(codec)")
                #expect(stream.encodedChannels == whole.channels, "\(codec)")
                #expect(stream.clippedCount == whole.clippedCount, "\(codec)")
            }
        }
    }

    @Test func badChunkLeavesTheStreamAsItWas() throws {
        let signal = Signal(channels: [[0, 1, 2, 1, 0, -1], [5, 5, 5, 9, 9, 9]])
        let codec = try StepForward(threshold: 0.5)
        var stream = try codec.stream(channelCount: 2)
        var parts = [try stream.push(signal.samples(0..<3))]
        #expect(throws: CodecError.notFinite(channel: 1, sample: 4, value: .infinity)) {
            try stream.push(Signal(channels: [[1, 0], [9, .infinity]]))
        }
        #expect(throws: CodecError.channelCount(expected: 2, found: 1)) { try stream.push(Signal(channels: [[1]])) }
        parts.append(try stream.push(signal.samples(3..<6)))
        parts.append(stream.finish())
        #expect(try SpikeTrain.joined(parts) == codec.encode(signal).spikes)
    }

    /// A chunk's values count, not how they are split into offset and difference.
    @Test func chunksMayDifferInOffset() throws {
        let base = 0x1p40
        let codec = try StepForward(threshold: 0.5)
        var stream = try codec.stream(channelCount: 1)
        let first = Signal(exactValues: [base + 1, base + 2, base + 4], channelCount: 1)
        let second = Signal(exactValues: [base + 1000, base + 1001, base + 1000.5], channelCount: 1)
        #expect(first.channelOffsets != second.channelOffsets)
        var parts = [try stream.push(first), try stream.push(second)]
        parts.append(stream.finish())
        let plain = try codec.encode(Signal(channels: [[1, 2, 4, 1000, 1001, 1000.5]]))
        #expect(SpikeTrain.joined(parts) == plain.spikes)
        let start = try #require(stream.encodedChannels?.first)
        #expect(start.offset + Double(start.initialValue) == base + 1)
    }

    @Test func aFlawBeyondFloat32IsNamed() throws {
        var stream = try StepForward().stream(channelCount: 1)
        _ = try stream.push(Signal(channels: [[1, 2, 3]]))
        #expect(throws: CodecError.beyondFloat32(channel: 0, sample: 4, value: 1e300)) {
            try stream.push(Signal(exactValues: [0, 1e300], channelCount: 1))
        }
    }

    @Test func codecsThatScaleNeedRanges() throws {
        let codecs = Codec.all.map { $0.description.usual }.filter(\.needsRange)
        #expect(codecs.count >= 3)
        for codec in codecs {
            #expect(throws: CodecError.streamNeeds(codec: codec.codec.name, what: "the range of every channel")) {
                try codec.stream(channelCount: 1)
            }
        }
        #expect(throws: CodecError.streamNeeds(codec: "rate-step-forward", what: "thresholds")) {
            try RateStepForward().stream(channelCount: 1)
        }
        let range = ValueRange(minimum: 0, maximum: 1)
        #expect(throws: CodecError.parameterCount(codec: "lif", parameter: "range", count: 3, channels: 2)) {
            try LeakyIntegrateAndFire().stream(channelCount: 2, ranges: [range, range, range])
        }
    }

    /// Ten million samples pass through every codec, which holds no more of them at the end than after the first chunk.
    @Test func longRecordingsTakeConstantMemory() throws {
        let chunk = Signal(channels: [(0..<50_000).map { Float($0 % 1000) / 999 }])
        let unit = ValueRange(minimum: 0, maximum: 1)
        let numbers = ["threshold": 0.1, "frequency": 20, "steps": 1, "bins": 2]
        for type in Codec.all {
            let own = numbers.filter { key, _ in type.parameters.contains { $0.key == key } }
            let codec = try type.description.usual.setting(numbers: own.mapValues { [$0] })
            var stream = try codec.stream(channelCount: 1, ranges: [unit])
            var (steps, spikes) = (0, 0)
            func count(_ train: SpikeTrain) {
                steps += train.stepCount
                spikes += train.spikeCount
            }
            count(try stream.push(chunk))
            let held = elementsHeld(by: stream)
            for _ in 1..<200 { count(try stream.push(chunk)) }
            #expect(elementsHeld(by: stream) == held, "\(codec)")
            // The carrier of pulse-width modulation is the longest table, 1,000 values at most.
            #expect(held < 1100, "\(codec)")
            count(stream.finish())
            #expect(steps == 10_000_000, "\(codec)")
            #expect(spikes > 0, "\(codec)")
        }
    }

    /// The elements of all arrays inside a value.
    private func elementsHeld(by value: Any) -> Int {
        let mirror = Mirror(reflecting: value)
        let own = mirror.displayStyle == .collection ? mirror.children.count : 0
        return mirror.children.reduce(own) { $0 + elementsHeld(by: $1.value) }
    }
}
