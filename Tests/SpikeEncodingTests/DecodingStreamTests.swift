import SpikeEncoding
import Testing

@Suite struct DecodingStreamTests {
    @Test func chunksEqualOneCall() throws {
        var generator = SeededGenerator(seed: printedSeed())
        for _ in 0..<60 {
            var plain = randomSignal(
                channels: .random(in: 1...18, using: &generator), samples: .random(in: 1...400, using: &generator),
                using: &generator)
            if Bool.random(using: &generator) {
                plain.channelNames = (0..<plain.channelCount).map { "lead \($0)" }
                plain.unit = "mV"
            }
            let signal = Bool.random(using: &generator) ? plain : lifted(plain, using: &generator)
            for codec in try allCodecs(for: signal, using: &generator) {
                let encoded = try codec.encode(signal)
                let whole = try encoded.decode()
                var stream = try encoded.codec.base.decodingStream(
                    channels: encoded.channels, samplingRate: encoded.samplingRate, unit: encoded.unit,
                    startTime: encoded.startTime)
                var values: [[Float]] = Array(repeating: [], count: signal.channelCount)
                func add(_ part: Signal) {
                    for channel in 0..<part.channelCount { values[channel] += part.channel(channel) }
                    #expect(part.channelNames == whole.channelNames && part.unit == whole.unit, "\(codec)")
                    #expect(part.sampleCount == 0 || part.channelOffsets == whole.channelOffsets, "\(codec)")
                }
                var position = 0
                while position < encoded.spikes.stepCount {
                    let length = min(.random(in: 0...70, using: &generator), encoded.spikes.stepCount - position)
                    add(try stream.push(steps(encoded.spikes, position..<position + length)))
                    position += length
                }
                add(stream.finish())
                #expect(values.flatMap { $0.map(\.bitPattern) } == whole.values.map(\.bitPattern), "\(codec)")
                #expect(stream.sampleCount == signal.sampleCount)
            }
        }
    }

    private func steps(_ train: SpikeTrain, _ range: Range<Int>) -> SpikeTrain {
        let rows = (0..<train.unitCount).map {
            $0 * train.stepCount + range.lowerBound..<$0 * train.stepCount + range.upperBound
        }
        if let amplitudes = train.amplitudes {
            return SpikeTrain(amplitudes: rows.flatMap { amplitudes[$0] }, unitCount: train.unitCount)
        }
        return SpikeTrain(signs: rows.flatMap { train.signs[$0] }, unitCount: train.unitCount)
    }

    @Test func partsHaveTheirTimes() throws {
        let encoded = try StepForward(threshold: 0.5).encode(
            Signal(channels: [[0, 1, 2, 3]], samplingRate: 10, startTime: 5))
        var stream = try encoded.codec.base.decodingStream(
            channels: encoded.channels, samplingRate: 10, unit: nil, startTime: 5)
        #expect(try stream.push(steps(encoded.spikes, 0..<3)).startTime == 5)
        let last = try stream.push(steps(encoded.spikes, 3..<4))
        #expect(last.startTime == 5.3 && last.values == [1.5])
        #expect(stream.finish().sampleCount == 0)
        #expect(throws: CodecError.streamFinished) { try stream.push(steps(encoded.spikes, 0..<1)) }
    }

    /// Names are those of all channels, or none.
    @Test(arguments: [(["x", "y"], ["x", "y"]), (["x", nil], []), ([nil, nil], [])] as [([String?], [String])])
    func partsHaveTheirNamesAndUnit(names: [String?], expected: [String]) throws {
        let channels = names.map { EncodedChannel(name: $0, initialValue: 1) }
        var stream = try StepForward(threshold: 0.5).decodingStream(
            channels: channels, samplingRate: nil, unit: "g", startTime: 0)
        for part in [try stream.push(SpikeTrain(signs: [0, 1, 0, -1], unitCount: 2)), stream.finish()] {
            #expect(part.channelNames == expected && part.unit == "g" && part.samplingRate == nil)
        }
    }

    /// Values of pulse-width modulation lie on a line to the next spike.
    @Test func pulseWidthWaitsForTheNextSpike() throws {
        let codec = try PulseWidthModulation(frequency: 249.75)
        let range = ValueRange(minimum: 0, maximum: 1)
        var stream = try codec.decodingStream(channels: [EncodedChannel(initialValue: 0, range: range)])
        #expect(try stream.push(SpikeTrain(signs: [0, 0, 0], unitCount: 1)).values == [0])
        let line = try stream.push(SpikeTrain(signs: [0, 1, 0], unitCount: 1)).values
        #expect(line.count == 4)
        #expect(zip([0, line[0], line[1], line[2]], line).allSatisfy { abs(($1 - $0) - line[0]) < 1e-6 })
        #expect(stream.finish().values == [line[3]])
    }

    /// Each value is returned or held, and a channel also holds those for which the others have none yet.
    @Test func valuesThatAreNotReturnedAreHeld() throws {
        let channel = EncodedChannel(initialValue: 0, range: ValueRange(minimum: 0, maximum: 1))
        let codec = try PulseWidthModulation(frequency: 249.75)
        var stream = try codec.decodingStream(channels: [channel, channel])
        #expect(stream.heldCount == 0)
        let parts: [(first: [Int8], second: [Int8])] = [([0, 0, 0], [0, 0, 0]), ([0, 1, 0], [0, 0, 0]), ([0], [1])]
        var count = 0
        for part in parts {
            count += part.first.count
            let returned = try stream.push(SpikeTrain(signs: part.first + part.second, unitCount: 2))
            #expect(stream.sampleCount + stream.heldCount == count, "\(returned.sampleCount) returned")
        }
        _ = stream.finish()
        #expect(stream.sampleCount == count)
        #expect(try codec.decodingStream(channels: []).heldCount == 0)
    }

    @Test func longStreamsTakeConstantMemory() throws {
        let encoded = try StepForward(threshold: 0.1).encode(Signal(channels: [(0..<50_000).map { Float($0 % 97) }]))
        var stream = try encoded.codec.base.decodingStream(channels: encoded.channels)
        for round in 1...100 {
            #expect(try stream.push(encoded.spikes).sampleCount == 50_000)
            #expect(stream.sampleCount == round * 50_000)
        }
    }
}
