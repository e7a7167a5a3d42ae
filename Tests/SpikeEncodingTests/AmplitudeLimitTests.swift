import SpikeEncoding
import Testing

/// Graded spikes of amplitudes that Float32 does not hold.
@Suite struct AmplitudeLimitTests {
    private static let largest = Float.greatestFiniteMagnitude

    /// Samples whose spike at index 2 is too large: by the threshold, and by the difference itself.
    @Test(arguments: [([1, 2, 1e5, 3], 1e-35), ([0, -largest, largest, 3], 1)] as [([Float], Float)])
    func areErrors(_ samples: [Float], _ threshold: Float) throws {
        let codec = try RateStepForward(threshold: threshold)
        let error = CodecError.amplitudeBeyondFloat32(channel: 1, sample: 2)
        let signal = Signal(channels: [[0, 0, 0, 0], samples])
        #expect(throws: error) { try codec.encode(signal) }
        #expect(
            error.description
                == "channel 1, sample 2 has a spike of an amplitude beyond what Float32 holds (±3.4e+38); "
                + "take a larger threshold, or scale the recording down first")
        #expect(error.flaw?.channel == 1 && error.flaw?.sample == 2)
    }

    /// The stream is as it was before, and goes on with other samples.
    @Test func streamsGoOn() throws {
        let codec = try RateStepForward(threshold: 1e-35)
        var stream = try codec.stream(channelCount: 2)
        var parts = [try stream.push(Signal(channels: [[0, 1], [2, 2]]))]
        #expect(throws: CodecError.amplitudeBeyondFloat32(channel: 1, sample: 3)) {
            try stream.push(Signal(channels: [[1, 1, 1], [2, 1e5, 2]]))
        }
        parts.append(try stream.push(Signal(channels: [[1, 0, 1], [2, 1, 2]])))
        let whole = Signal(channels: [[0, 1, 1, 0, 1], [2, 2, 2, 1, 2]])
        #expect(try stream.finish(joining: parts).spikes == codec.encode(whole).spikes)
        var fresh = try codec.stream(channelCount: 1)
        #expect(throws: CodecError.amplitudeBeyondFloat32(channel: 0, sample: 1)) { try fresh.push([0, 1e5]) }
        #expect(try fresh.push([7, 7]).amplitudes == [0, 0])
        #expect(fresh.encodedChannels?.first?.initialValue == 7)
    }

    @Test func theLargestAmplitudeIsHeld() throws {
        let encoded = try RateStepForward(threshold: 1).encode(Signal(channels: [[0, Self.largest, 0]]))
        #expect(encoded.spikes.amplitudes == [0, Self.largest, -Self.largest])
    }
}
