import SpikeEncoding
import Testing

/// A codec as an app would bring it: it spikes up when the signal rises, and down when it falls. It can be faulty.
private struct Rise: SampleCodec {
    static let name = "rise"
    static let description = CodecDescription(
        try Rise(), title: "Rise", purpose: "A spike when the signal rises.", source: "an example", parameters: [])

    /// Added to every spike after the first, and appended to every decoded channel; faulty unless both are 0.
    var extraSpike: Int8 = 0
    var extraValues = 0

    init(extraSpike: Int8 = 0, extraValues: Int = 0) throws(CodecError) {
        self.extraSpike = extraSpike
        self.extraValues = extraValues
    }

    var startsFromValue: Bool { true }

    func encoder(forChannel channel: Int, range: ValueRange?) -> Encoder { Encoder(extra: extraSpike) }

    func decode(_ spikes: [Int8], channel: Int, range: ValueRange?, initialValue: Float) -> [Float] {
        var value = initialValue
        return spikes.map { spike in
            value += Float(spike)
            return value
        } + Array(repeating: 0, count: extraValues)
    }

    struct Encoder: SampleEncoder {
        let extra: Int8
        private var previous: Float?

        init(extra: Int8) { self.extra = extra }

        mutating func spike(for sample: Float) -> Int8 {
            defer { previous = sample }
            guard let previous else { return 0 }
            return (sample > previous ? 1 : sample < previous ? -1 : 0) + extra
        }
    }
}

@Suite struct SampleCodecTests {
    private let signal = Signal(channels: [[5, 6, 6, 4], [2, 2, 3, 3]], samplingRate: 2)

    @Test func samplesAreEncodedOneByOne() throws {
        let encoded = try Rise().encode(signal)
        #expect(encoded.spikes == SpikeTrain(signs: [0, 1, 0, -1, 0, 0, 1, 0], unitCount: 2))
        #expect(encoded.channels.map(\.initialValue) == [5, 2])
        #expect(try encoded.decode().values == [5, 6, 6, 5, 2, 2, 3, 3])
        var stream = try Rise().stream(channelCount: 2)
        let parts = [try stream.push(signal.samples(0..<2)), try stream.push(signal.samples(2..<4))]
        #expect(try stream.finish(joining: parts) == encoded)
    }

    @Test func whatIsNoSpikeIsRefused() async {
        await #expect(processExitsWith: .failure) { _ = try Rise(extraSpike: 1).encode(Signal(channels: [[0, 1]])) }
        await #expect(processExitsWith: .failure) { _ = try Rise(extraSpike: -1).encode(Signal(channels: [[1, 0]])) }
        await #expect(processExitsWith: .success) { _ = try Rise(extraSpike: 1).encode(Signal(channels: [[1, 0]])) }
        await #expect(processExitsWith: .failure) {
            _ = try Rise(extraValues: 1).encode(Signal(channels: [[0, 1]])).decode()
        }
    }
}
