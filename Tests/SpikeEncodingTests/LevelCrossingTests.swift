import SpikeEncoding
import Testing

@Suite struct LevelCrossingTests {
    private func spikes(_ samples: [Float], _ codec: LevelCrossing) throws -> [Int8] {
        try codec.encode(Signal(channels: [samples])).spikes.signs
    }

    /// Levels are at ±0.5, ±1.5, …; without hysteresis the same level is crossed to and fro.
    @Test func crossesLevelsBetweenTheDecodedValues() throws {
        let samples: [Float] = [0, 0.4, 0.6, 0.4, 0.6, 1.6, 5, 5, 5, 5, -0.6]
        let plain = try LevelCrossing(threshold: 1, hysteresis: 0)
        #expect(try spikes(samples, plain) == [0, 0, 1, -1, 1, 1, 1, 1, 1, 0, -1])
        #expect(
            try plain.encode(Signal(channels: [samples])).decode().values == [0, 0, 1, 0, 1, 2, 3, 4, 5, 5, 4])
        // With h = 0.5 a spike comes 0.25 beyond the level.
        let steady = try LevelCrossing(threshold: 1, hysteresis: 0.5)
        #expect(try spikes(samples, steady) == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1])
        let unipolar = try LevelCrossing(threshold: 1, hysteresis: 0, polarity: .unipolar)
        #expect(try spikes(samples, unipolar) == [0, 0, 1, 0, 1, 1, 1, 1, 1, 0, 0])
        #expect(try spikes([0, 0.5, -0.5], plain) == [0, 0, 0], "a level that is only reached is not crossed")
    }

    /// Noise within the hysteresis does not chatter around a level.
    @Test func hysteresisPassesOverNoise() throws {
        var generator = SeededGenerator(seed: printedSeed())
        let samples = [0] + (0..<1000).map { _ in 0.5 + Float.random(in: -0.1...0.1, using: &generator) }
        let chattering = try spikes(samples, LevelCrossing(threshold: 1, hysteresis: 0))
        #expect(chattering.count { $0 != 0 } > 300)
        #expect(try spikes(samples, LevelCrossing(threshold: 1, hysteresis: 0.21)).allSatisfy { $0 == 0 })
    }

    /// A signal that moves by less than a threshold per sample is decoded to within half a threshold, and the hysteresis.
    @Test func errorStaysWithinHalfAThreshold() throws {
        var generator = SeededGenerator(seed: printedSeed())
        var walk: Float = 0
        let samples = (0..<5000).map { _ -> Float in
            walk += .random(in: -0.09...0.09, using: &generator)
            return walk
        }
        for hysteresis in [0, 0.3, 1] as [Float] {
            let codec = try LevelCrossing(threshold: 0.1, hysteresis: PerChannel(hysteresis))
            let decoded = try codec.encode(Signal(channels: [samples])).decode().values
            let worst = zip(decoded, samples).map { abs($0 - $1) }.max()!
            // Plus the rounding of 5,000 sums.
            #expect(worst <= (1 + hysteresis) * 0.05 + 1e-3, "hysteresis \(hysteresis)")
            #expect(worst > (1 + hysteresis) * 0.04, "hysteresis \(hysteresis)")
        }
    }

    /// With a hysteresis of 1 a spike comes when the signal has moved by a threshold, as in step-forward.
    @Test func aFullHysteresisIsSendOnDelta() throws {
        var generator = SeededGenerator(seed: printedSeed())
        for _ in 0..<20 {
            let signal = randomSignal(
                channels: .random(in: 1...20, using: &generator), samples: 300, using: &generator)
            let threshold = PerChannel(each: try signal.ranges().map { max($0.width, 1e-3) * 0.1 })
            let encoded = try LevelCrossing(threshold: threshold, hysteresis: 1).encode(signal)
            let expected = try StepForward(threshold: threshold).encode(signal)
            #expect(encoded.spikes == expected.spikes && encoded.channels == expected.channels)
            #expect(try encoded.decode() == expected.decode())
        }
    }

    @Test func parametersAreChecked() {
        #expect(
            throws: CodecError.parameter(
                codec: "level-crossing", name: "hysteresis", value: "1.1", requirement: ">= 0 and <= 1")
        ) { try LevelCrossing(hysteresis: 1.1) }
        #expect(
            throws: CodecError.parameter(
                codec: "level-crossing", name: "threshold", value: "0.0", requirement: "finite and > 0")
        ) { try LevelCrossing(threshold: 0) }
    }
}
