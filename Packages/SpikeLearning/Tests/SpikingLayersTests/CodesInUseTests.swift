import SpikingLayers
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct CodesInUseTests {
    /// T = 2, two images, two channels, two pixels.
    @Test func countsByChannel() throws {
        let first: [Float] = [1, 0, 0, 0, 1, 1, 0, 0]
        let second: [Float] = [1, 1, 0, 0, 0, 1, 0, 0]
        let spikes = try Tensor(first + second, shape: [2, 2, 2, 2])
        var codes = CodesInUse(steps: 2, channels: 2)
        try codes.add(spikes)
        // Channel 0: 11, 01, 10, 11; channel 1: 00 four times.
        #expect(codes.counts(of: 0) == [0b11: 2, 0b01: 1, 0b10: 1])
        #expect(codes.counts(of: 1) == [0: 4])
        #expect(codes.distinctCount(of: 0) == 3 && codes.distinctCount(of: 1) == 1)
        #expect(abs(codes.entropy(of: 0) - 1.5) < 1e-12)
        #expect(codes.entropy(of: 1) == 0)
        let channels = codes.channels
        #expect(channels.map(\.patterns) == [3, 1])
        #expect(channels.map(\.mostFrequent) == ["11", "00"])
        #expect(channels.map(\.mostFrequentShare) == [0.5, 1])

        try codes.add(spikes)
        #expect(codes.counts(of: 0) == [0b11: 4, 0b01: 2, 0b10: 2])
        #expect(abs(codes.entropy(of: 0) - 1.5) < 1e-12)
    }

    @Test func allCodesOfThePhaseCode() throws {
        let encoder = try TemporalEncoder(TemporalEncoding(.phase), channels: 1)
        var codes = CodesInUse(steps: 4, channels: 1)
        try codes.add(encoder(Tensor((0..<16).map { Float($0) / 8 }, shape: [16, 1])))
        #expect(codes.distinctCount(of: 0) == 16)
        #expect(abs(codes.entropy(of: 0) - 4) < 1e-12)
    }

    @Test func nothingCounted() throws {
        var codes = CodesInUse(steps: 3, channels: 1)
        try codes.add(.zeros([3, 0, 1]))
        #expect(codes.distinctCount(of: 0) == 0 && codes.entropy(of: 0) == 0 && codes.channelCount == 1)
        #expect(codes.channels.first?.mostFrequent == nil && codes.channels.first?.mostFrequentShare == 0)
    }

    @Test func manySteps() throws {
        var codes = CodesInUse(steps: 62, channels: 1)
        try codes.add(.ones([62, 2, 1]).to(.bfloat16))
        #expect(codes.counts(of: 0) == [1 << 62 - 1: 2])
    }

    @Test(arguments: [[3, 1], [2, 1, 2], [3, 1, 3]]) func wrongShapes(shape: [Int]) throws {
        var codes = CodesInUse(steps: 3, channels: 2)
        let error = #expect(throws: TensorError.self) { try codes.add(.zeros(shape)) }
        #expect(error!.description.contains("3 steps and 2 channels, got shape \(shape)"))
    }
}
