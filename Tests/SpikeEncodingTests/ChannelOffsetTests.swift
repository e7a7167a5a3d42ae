import Foundation
import SpikeEncoding
import Testing

@Suite struct ChannelOffsetTests {
    @Test func wholeNumbersFarFromZeroAreExact() {
        let numbers = (0..<2000).map { 0x1p30 + (20 * sin(Double($0) / 9)).rounded(.towardZero) }
        let signal = Signal(exactValues: numbers, channelCount: 1)
        // The range is 40: the middle, to the next multiple of 32.
        #expect(signal.channelOffsets == [0x1p30])
        #expect(signal.values.map { Double($0) } == numbers.map { $0 - 0x1p30 })
        #expect(signal.exactValues == nil)
        #expect((0..<2000).map { signal.value(ofChannel: 0, sample: $0) } == numbers)
    }

    /// Rounding near 1 takes up to 2⁻²⁴, which is 2⁻¹⁸ of a range of 2⁻⁶.
    @Test func anOffsetIsForMoreThanTheLimit() {
        let within = Signal(exactValues: [1, 1 + 0x1p-25, 1 + 0x1p-5], channelCount: 1)
        #expect(within.channelOffsets.isEmpty && within.values == [1, 1, 1 + 0x1p-5])
        #expect(within.exactValues == [1, 1 + 0x1p-25, 1 + 0x1p-5])
        let values: [Double] = [1, 1 + 0x1p-25, 1 + 0x1p-7 - 0x1p-23]
        let beyond = Signal(exactValues: values, channelCount: 1)
        #expect(beyond.channelOffsets.count == 1)
        #expect(beyond.exactValues == nil)
        #expect((0..<3).map { beyond.value(ofChannel: 0, sample: $0) } == values)
    }

    @Test func whatFloat32HoldsKeepsItsValues() {
        var generator = SeededGenerator(seed: printedSeed())
        let plain = randomSignal(channels: 7, samples: 300, using: &generator)
        let signal = Signal(exactValues: plain.values.map { Double($0) }, channelCount: 7)
        #expect(signal == plain && signal.exactValues == nil)
        // Far from zero, values may be exact, and a threshold added to them is not.
        let far = Signal(exactValues: [0x1p30, 0x1p30 + 128], channelCount: 1)
        #expect(far.channelOffsets == [0x1p30 + 128] && far.values == [-128, 0] && far.exactValues == nil)
    }

    /// Float32 rounds 1 + 2⁻²⁵ to 1, so the range must come from the numbers themselves.
    @Test func rangesInDoublePrecisionAreThoseOfTheNumbers() throws {
        let rounded = Signal(exactValues: [1 + 0x1p-25, 2, 1.5, 4, 3 + 0x1p-25, 3], channelCount: 2)
        #expect(rounded.exactValues != nil)
        #expect(try rounded.exactRanges() == [1 + 0x1p-25...2, 3...4])
        let far = Signal(exactValues: [1, 3, 2, 0x1p40, 0x1p40 + 1, 0x1p40 - 2], channelCount: 2)
        #expect(far.exactValues == nil)
        #expect(try far.exactRanges() == [1...3, 0x1p40 - 2...0x1p40 + 1])
        #expect(throws: CodecError.self) { try Signal(channels: []).exactRanges() }
    }

    @Test func eachChannelHasItsOwn() {
        let signal = Signal(exactValues: [1, 2, 3, 101_325.001, 101_325.002, 101_325.004], channelCount: 2)
        #expect(signal.offset(ofChannel: 0) == 0 && signal[0, 2] == 3)
        #expect(abs(signal.offset(ofChannel: 1) - 101_325.0025) < 0.003)
        #expect(signal.value(ofChannel: 1, sample: 2) == 101_325.004)
        let one = signal.samples(1..<3)
        #expect(one.channelOffsets == signal.channelOffsets && one.value(ofChannel: 1, sample: 1) == 101_325.004)
    }

    /// A channel alone keeps what the recording says of it: values, offset, name, rate, unit and start.
    @Test func aChannelAloneKeepsItsOwn() {
        let numbers = [1, 2 + 0x1p-30, 4, 0x1p40, 0x1p40 + 1, 0x1p40 + 3, -1, -2, -3]
        let signal = Signal(
            exactValues: numbers, channelCount: 3, samplingRate: 50, startTime: 2, channelNames: ["a", "b", "c"],
            unit: "Pa")
        #expect(signal.exactValues != nil)
        for (channel, name) in ["a", "b", "c"].enumerated() {
            let (alone, samples) = (signal.singleChannel(channel), 3 * channel..<3 * channel + 3)
            #expect(alone.channelCount == 1 && alone.sampleCount == 3 && alone.channelNames == [name])
            #expect(alone.samplingRate == 50 && alone.startTime == 2 && alone.unit == "Pa")
            #expect(alone.values == Array(signal.values[samples]))
            #expect(alone.offset(ofChannel: 0) == signal.offset(ofChannel: channel))
            #expect((0..<3).map { alone.value(ofChannel: 0, sample: $0) } == Array(numbers[samples]))
        }
        let nameless = Signal(channels: [[1, 2], [3, 4]]).singleChannel(1)
        #expect(nameless == Signal(channels: [[3, 4]]))
    }

    @Test func aConstantIsItsOwnOffset() {
        let signal = Signal(exactValues: [1e9 + 1, 1e9 + 1], channelCount: 1)
        #expect(signal.channelOffsets == [1e9 + 1] && signal.values == [0, 0])
        #expect(Signal(exactValues: [2.5, 2.5], channelCount: 1).channelOffsets.isEmpty)
    }

    @Test func whatIsNotFiniteIsLeftAside() throws {
        let signal = Signal(exactValues: [0x1p40, .nan, 0x1p40 + 1, .infinity], channelCount: 1)
        #expect(signal[0, 1].isNaN && signal[0, 3] == .infinity && signal.value(ofChannel: 0, sample: 2) == 0x1p40 + 1)
        let none = Signal(exactValues: [.nan, .infinity, -.infinity, .nan], channelCount: 2)
        #expect(none.channelOffsets.isEmpty && none.exactValues == nil)
        let error = #expect(throws: CodecError.self) { try StepForward().encode(signal) }
        guard case .notFinite(0, 1, let value) = error else {
            Issue.record("\(error.map { "\($0)" } ?? "none")")
            return
        }
        #expect(value.isNaN)
    }

    /// The offset is that of the numbers 2⁴⁰ and 2⁴⁰ + 1, whose middle lies between two whole numbers.
    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNotFiniteDoesNotMoveTheOffset(_ flaw: Double) {
        for position in 0...2 {
            var numbers = [0x1p40, 0x1p40 + 1]
            numbers.insert(flaw, at: position)
            let signal = Signal(exactValues: numbers, channelCount: 1)
            #expect(signal.channelOffsets == [0x1p40 + 1], "\(position)")
            let expected = numbers.map { Float($0 - 0x1p40 - 1) }
            #expect(zip(signal.values, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }, "\(signal.values)")
        }
    }

    @Test func finiteNumbersAreNotCalledInfinite() throws {
        // Float32 ends at 3.4e38; a channel that lies beyond as a whole only needs an offset.
        let far = Signal(exactValues: [1e39, 1e39 + 1e30, 1e39 + 3e30], channelCount: 1)
        #expect(try StepForward(threshold: 1e30).encode(far).spikes.spikeCount > 0)
        let wide = Signal(exactValues: [0, 1, 1e300], channelCount: 1)
        for codec in [try StepForward(), try BensSpiker(), try LeakyIntegrateAndFire()] as [any SignalCodec] {
            #expect(throws: CodecError.beyondFloat32(channel: 0, sample: 2, value: 1e300)) { try codec.encode(wide) }
        }
        #expect(throws: CodecError.beyondFloat32(channel: 0, sample: 2, value: 1e300)) { try wide.ranges() }
        let message = "\(CodecError.beyondFloat32(channel: 0, sample: 2, value: 1e300))"
        #expect(message.contains("1e+300, beyond what Float32 holds") && !message.contains("inf"))
        // Sixteen channels are encoded at once.
        let many = Signal(exactValues: Array(repeating: [0, 1, -1e300], count: 16).flatMap { $0 }, channelCount: 16)
        #expect(throws: CodecError.beyondFloat32(channel: 0, sample: 2, value: -1e300)) {
            try StepForward().encode(many)
        }
    }

    /// Numbers of few binary digits, far from zero and near it, differ by nothing but the offset.
    @Test func spikesAreThoseOfTheDifferences() throws {
        var generator = SeededGenerator(seed: printedSeed())
        let values = (0..<3 * 250).map { _ in Float(Int.random(in: -800...800, using: &generator)) / 8 }
        let near = Signal(values: values, channelCount: 3)
        let lifts = [0x1p40, -0x1p35, 0]
        let far = Signal(exactValues: values.indices.map { Double(values[$0]) + lifts[$0 / 250] }, channelCount: 3)
        #expect(far.channelOffsets.count == 3 && far.channelOffsets[2] == 0)
        let thresholds = PerChannel<Float>(each: [1.5, 4, 12])
        let codecs: [any SignalCodec] = [
            try StepForward(threshold: thresholds), try DeltaModulation(threshold: thresholds, padding: .edge),
            try RateStepForward(threshold: 2), try PulseWidthModulation(frequency: 100),
            try PulseWidthModulation(frequency: 50, polarity: .unipolar), try LeakyIntegrateAndFire(),
            try BensSpiker(),
        ]
        for codec in codecs {
            let (plain, shifted) = (try codec.encode(near), try codec.encode(far))
            #expect(plain.spikes == shifted.spikes, "\(codec.codec.name)")
            let (a, b) = (try plain.decode(), try shifted.decode())
            for channel in 0..<3 {
                for sample in 0..<250 {
                    let expected = a.value(ofChannel: channel, sample: sample) + lifts[channel]
                    let found = b.value(ofChannel: channel, sample: sample)
                    #expect(abs(found - expected) < 1e-3, "\(codec.codec.name) \(channel) \(sample)")
                }
            }
        }
    }

    /// Without previous sample, delta modulation compares with the recording's own 0, whatever its offset.
    @Test(arguments: [1, 16]) func deltaModulationStartsFromTheRecordingsZero(channels: Int) throws {
        let rows = (0..<channels).flatMap { _ in [0x1p40, 0x1p40 + 1, 0x1p40 + 3] }
        let codec = try DeltaModulation(threshold: 2, padding: .zero)
        for sign in [1.0, -1] {
            let signal = Signal(exactValues: rows.map { $0 * sign }, channelCount: channels)
            let spikes = try codec.encode(signal).spikes
            #expect((0..<channels).allSatisfy { Array(spikes.unit($0)) == [Int8(sign), 0, Int8(sign)] })
            var stream = try codec.stream(channelCount: channels)
            #expect(try stream.push(signal) == spikes)
        }
    }

    /// Without previous sample, rate step-forward compares the second one with the recording's own 0 and decodes from it.
    @Test func rateStepForwardStartsFromTheRecordingsZero() throws {
        let signal = Signal(exactValues: [0x1p40, 0x1p40 + 0x1p20, 0x1p40 + 0x1p21], channelCount: 1)
        #expect(signal.channelOffsets.count == 1 && signal.channelOffsets[0] > 0x1p39)
        let codec = try RateStepForward(threshold: 0x1p20, padding: .zero)
        let encoded = try codec.encode(signal)
        // 2⁴⁰/2²⁰ + 1, which Float32 holds.
        #expect(encoded.spikes.amplitudes == [0, 0x1p20 + 1, 1])
        let decoded = try encoded.decode()
        #expect((0..<3).map { decoded.value(ofChannel: 0, sample: $0) } == [0, 0x1p40 + 0x1p20, 0x1p40 + 0x1p21])
        var stream = try codec.stream(channelCount: 1)
        #expect(try stream.push(signal) == encoded.spikes)
    }

    /// The reference dialect of step-forward decodes from 0, whatever the channels' offsets; 2⁻⁴ is lost near 2⁴⁰.
    @Test func stepForwardsReferenceDialectDecodesFromZero() throws {
        let rise = [0, 0.0625, 0.1875, 0.125]
        let signal = Signal(exactValues: rise.map { 0x1p40 + $0 } + rise.map { -1e39 + 1e25 * $0 }, channelCount: 2)
        #expect(signal.channelOffsets.count == 2 && !signal.channelOffsets.contains(0))
        let codec = try StepForward(threshold: [0.03125, 1e23], dialect: .reference)
        let encoded = try codec.encode(signal)
        #expect(Array(encoded.spikes.unit(0)) == [0, 1, 1, 1])
        let decoded = try encoded.decode()
        #expect((0..<4).map { decoded.value(ofChannel: 0, sample: $0) } == [0, 0.03125, 0.0625, 0.09375])
        #expect((0..<2).map { decoded.value(ofChannel: 1, sample: $0) } == [0, Double(Float(1e23))])
        // What lies beyond Float32 is its largest number.
        #expect(encoded.channels[0].offset == 0x1p40 + 0.125 && encoded.channels[0].initialValue == -0x1p40)
        #expect(encoded.channels[1].initialValue == .greatestFiniteMagnitude)
        var stream = try codec.stream(channelCount: 2)
        _ = try stream.push(signal)
        #expect(stream.encodedChannels == encoded.channels)
        // An initial value is less the offset, as ever.
        let chosen = try encoded.decode(initialValues: [0.5, 0])
        #expect((0..<2).map { chosen.value(ofChannel: 0, sample: $0) - signal.offset(ofChannel: 0) } == [0.5, 0.53125])
        // Not −0.
        let plain = try codec.encode(Signal(channels: [[3, 3], [4, 4]]))
        #expect(plain.channels.map(\.initialValue) == [0, 0] && plain.channels[0].initialValue.sign == .plus)
    }

    /// The reference dialect starts channel k where channel 0 is at sample k.
    @Test func startsOfOtherChannelsAreMovedToTheirOffset() throws {
        let signal = Signal(exactValues: [0x1p40, 0x1p40 + 3, 0x1p30 + 1, 0x1p30 + 5.0625], channelCount: 2)
        let encoded = try PulseWidthModulation(dialect: .reference).encode(signal)
        let found = encoded.channels[1].offset + Double(encoded.channels[1].initialValue)
        #expect(abs(found - (0x1p40 + 3)) <= 0x1p17)
        var stream = try PulseWidthModulation(dialect: .reference).stream(channelCount: 2, ranges: signal.ranges())
        _ = try stream.push(signal)
        #expect(stream.encodedChannels == encoded.channels)
    }

    @Test func codableKeepsOffsetsAndStart() throws {
        let signal = Signal(
            exactValues: [0x1p40, 0x1p40 + 1, 0x1p40 + 3], channelCount: 1, samplingRate: 2, startTime: 100.25,
            channelNames: ["a"], unit: "Pa")
        let encoded = try StepForward().encode(signal)
        #expect(encoded.startTime == 100.25 && encoded.channels[0].offset == signal.channelOffsets[0])
        let data = try JSONEncoder().encode(encoded)
        #expect(try JSONDecoder().decode(EncodedSignal.self, from: data) == encoded)
        let decoded = try encoded.decode()
        #expect(decoded.startTime == 100.25 && decoded.unit == "Pa" && decoded.channelOffsets == signal.channelOffsets)
        // What was written before there were offsets.
        let old = #"{"initialValue": 3, "name": "b"}"#
        let channel = try JSONDecoder().decode(EncodedChannel.self, from: Data(old.utf8))
        #expect(channel == EncodedChannel(name: "b", initialValue: 3))
        #expect(try !String(decoding: JSONEncoder().encode(channel), as: UTF8.self).contains("offset"))
    }

    @Test func observationsAreTheRecordingsDoubles() throws {
        let numbers = [0.1, 0.2, 101_325.001, 101_325.002]
        let signal = Signal(exactValues: numbers, channelCount: 2, samplingRate: 5, startTime: 3)
        let observations = Observations(signal)
        #expect(observations.values == [0.1, 101_325.001, 0.2, 101_325.002] && observations.startTime == 3)
        // A range of 10 at 101,325: 16 steps are 0.625 apart, and decoding finds the middle of one.
        let code = try RateCode(steps: 16, minimum: [0, 101_325], maximum: [1, 101_325.01])
        let decoded = try code.encode(signal).decode()
        for sample in 0..<2 {
            #expect(abs(decoded.value(ofChannel: 1, sample: sample) - numbers[2 + sample]) <= 0.01 / 16)
        }
        // Beyond Float32, spikes are spikes, and decoding says what it cannot hold.
        let large = Observations(values: [5e300], featureCount: 1)
        let encoded = try RateCode(steps: 4, minimum: 0, maximum: 1e301).encode(large)
        #expect(encoded.spikes.spikeCount > 0 && encoded.channels[0].initialValue.isFinite)
        #expect(throws: CodecError.self) { try encoded.decode() }
    }
}
