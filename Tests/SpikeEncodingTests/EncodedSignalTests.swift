import SpikeEncoding
import Testing

@Suite struct EncodedSignalTests {
    @Test func unitsBelongToChannels() throws {
        let signal = Signal(channels: [[0, 1], [1, 0], [0, 0]], samplingRate: 10)
        let encoded = try ReceptiveFields(bins: 4, steps: 5).encode(signal)
        #expect(encoded.unitsPerChannel == 4 && encoded.spikes.unitCount == 12)
        #expect(encoded.stepsPerSample == 5 && encoded.sampleCount == 2 && encoded.stepRate == 50)
        #expect(
            [0, 3, 4, 11].map(encoded.name(ofUnit:)) == [
                "channel 0 [0]", "channel 0 [3]", "channel 1 [0]", "channel 2 [3]",
            ])
    }

    @Test func aChannelsOnlyUnitHasItsName() throws {
        let signal = Signal(channels: [[0, 1], [1, 0]], channelNames: ["a", "b"])
        let encoded = try StepForward().encode(signal)
        #expect([0, 1].map(encoded.name(ofUnit:)) == ["a", "b"])
        #expect(encoded.stepsPerSample == 1 && encoded.sampleCount == 2 && encoded.stepRate == nil)
        #expect(try StepForward().encode(Signal(channels: [[0, 1]])).name(ofUnit: 0) == "channel 0")
    }
}
