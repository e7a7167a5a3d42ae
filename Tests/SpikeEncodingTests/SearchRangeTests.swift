import SpikeEncoding
import Testing

/// The ranges that a search looks through, by hand.
@Suite struct SearchRangeTests {
    private func ranges(_ codec: any SignalCodec.Type, _ samples: [Float]) throws -> [ClosedRange<Double>] {
        let channel = Signal(channels: [samples])
        let values = try channel.ranges()[0]
        return try codec.parameters.compactMap(\.search).map { try $0.range(for: channel, values: values) }
    }

    @Test func rangesFollowTheRecording() throws {
        let samples: [Float] = [-1, 2, 0, 1, 3, 3, 2, 1, 1, 0]
        #expect(try ranges(StepForward.self, samples) == [4.0 / 2000...4])
        #expect(try ranges(LevelCrossing.self, samples) == [4.0 / 2000...4, 0...1])
        #expect(try ranges(DeltaModulation.self, samples) == [4.0 / 2000...3])
        #expect(try ranges(LeakyIntegrateAndFire.self, samples) == [0.005...2, 0.01...1])
        #expect(try ranges(PulseWidthModulation.self, samples) == [1...750])
        #expect(try ranges(BensSpiker.self, samples) == [2...9, 0.002...0.45, 0...1.5])
    }

    /// Steps below a thousandth of the range leave room to search.
    @Test func slowRecordingsHaveARange() throws {
        let samples = (0...4096).map { Float($0) / 1024 }
        #expect(try ranges(DeltaModulation.self, samples) == [4.0 / 2000...4.0 / 1000])
    }

    @Test(arguments: [(1, 3), (3, 3), (4, 3), (5, 4), (64, 63), (65, 64), (66, 64), (1000, 64)])
    func filtersFitIntoTheRecording(count: Int, order: Double) throws {
        let samples = (0..<count).map { Float($0 % 2) }
        #expect(try ranges(BensSpiker.self, samples)[0] == 2...order)
    }
}
