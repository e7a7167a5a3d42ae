import SpikeEncoding
import Testing

@testable import spike

@Suite struct ComparisonTests {
    /// 65,536 samples, or 1,048,576 steps, over all channels; at least 256 of a channel, from the middle.
    @Test(arguments: [
        (1, 100_000, 1, 65_536), (2, 100_000, 1, 32_768), (1, 1000, 1, 1000), (2, 100_000, 160, 3276),
        (1000, 2000, 160, 256), (1, 10, 160, 10),
    ]) func codecsAreTimedOnAPart(_ channels: Int, _ samples: Int, _ steps: Int, _ expected: Int) {
        let rows = Array(repeating: (0..<samples).map { Float($0) }, count: channels)
        let part = timedPart(of: Signal(channels: rows), stepsPerSample: steps)
        #expect(part.channelCount == channels && part.sampleCount == expected)
        #expect(part[channels - 1, 0] == Float((samples - expected) / 2))
    }

    @Test func callsAreRepeatedAfterOneToWarmUp() {
        var calls = 0
        let least = leastNanoseconds { calls += 1 }
        #expect(calls >= 6 && least >= 0)
    }
}
