import Foundation
import SpikeEncoding
import Testing

@Suite struct CodecPropertyTests {
    /// Channels are encoded 16 at a time and some thousand samples at a time; alone, each has the same spikes.
    @Test func longRecordingsOfManyChannelsAreEncodedAsEachChannelAlone() throws {
        var generator = SeededGenerator(seed: printedSeed())
        let signal = randomSignal(channels: 17, samples: 9001, using: &generator)
        for codec in try allCodecs(for: signal, using: &generator) {
            guard !(codec is any ObservationCodec), (codec as? PulseWidthModulation)?.dialect != .reference
            else { continue }
            let spikes = try codec.encode(signal).spikes
            for channel in [0, 7, 15, 16] {
                let alone = try codec.restricted(toChannel: channel).encode(
                    Signal(channels: [Array(signal.channel(channel))]))
                #expect(alone.spikes.signs[...] == spikes.unit(channel), "\(codec), channel \(channel)")
            }
        }
    }

    @Test func batchesLanesAndThreadsEqualOneByOne() throws {
        var generator = SeededGenerator(seed: printedSeed())
        for _ in 0..<20 {
            let signal = randomSignal(
                channels: .random(in: 1...50, using: &generator), samples: .random(in: 1...300, using: &generator),
                using: &generator)
            let untouched = signal
            for codec in try allCodecs(for: signal, using: &generator) {
                let whole = try codec.encode(signal, threads: 1)
                #expect(try codec.encode(signal, threads: 3) == whole)
                #expect(try whole.decode(threads: 1) == whole.decode(threads: 3))
                #expect(signal == untouched)
                // Seventeen channels run in lanes of sixteen, one alone in its own encoder.
                guard !(codec is any ObservationCodec), (codec as? PulseWidthModulation)?.dialect != .reference
                else { continue }
                for channel in 0..<signal.channelCount {
                    let alone = try codec.restricted(toChannel: channel).encode(
                        Signal(channels: [Array(signal.channel(channel))]))
                    #expect(alone.spikes.signs[...] == whole.spikes.unit(channel), "\(codec), channel \(channel)")
                    #expect(alone.channels == [whole.channels[channel]])
                }
            }
        }
    }

    @Test func batchOfRecordingsEqualsOneByOne() throws {
        var generator = SeededGenerator(seed: printedSeed())
        let values = (0..<5 * 3 * 40).map { _ in Float.random(in: -1...1, using: &generator) }
        let batch = SignalBatch(values: values, recordingCount: 5, channelCount: 3)
        for codec in [try StepForward(threshold: 0.1), try BensSpiker(), try ReceptiveFields(minimum: -1)]
            as [any SignalCodec]
        {
            let expected = try batch.signals.map { try codec.encode($0, threads: 1) }
            for threads in [1, 2, 7] {
                #expect(try codec.encode(batch, threads: threads) == expected)
                #expect(try codec.encode(batch.signals, threads: threads) == expected)
            }
        }
        var broken = batch.signals
        broken[3] = Signal(channels: [[0, .nan]])
        broken[4] = Signal(channels: [[.infinity]])
        for threads in [1, 2, 7] {
            let error = #expect(throws: CodecError.self) { try StepForward().encode(broken, threads: threads) }
            #expect(error?.description.contains("channel 0, sample 1 is nan") == true)
        }
    }

    @Test func resultsSurviveCoding() throws {
        var generator = SeededGenerator(seed: printedSeed())
        let signal = randomSignal(channels: 3, samples: 90, using: &generator)
        for codec in try allCodecs(for: signal, using: &generator) {
            let encoded = try codec.encode(signal)
            let copy = try JSONDecoder().decode(EncodedSignal.self, from: JSONEncoder().encode(encoded))
            #expect(copy == encoded, "\(codec)")
            #expect(try copy.decode() == encoded.decode(), "\(codec)")
        }
    }

    @Test func unipolarLeavesDownSpikesOut() throws {
        var generator = SeededGenerator(seed: printedSeed())
        let signal = randomSignal(channels: 20, samples: 200, using: &generator)
        let pairs: [(any SignalCodec, any SignalCodec)] = [
            (try StepForward(threshold: 0.3), try StepForward(threshold: 0.3, polarity: .unipolar)),
            (try DeltaModulation(threshold: 0.3), try DeltaModulation(threshold: 0.3, polarity: .unipolar)),
            (try LeakyIntegrateAndFire(), try LeakyIntegrateAndFire(polarity: .unipolar)),
        ]
        for (bipolar, unipolar) in pairs {
            let both = try bipolar.encode(signal).spikes.signs
            #expect(both.contains(-1))
            #expect(try unipolar.encode(signal).spikes.signs == both.map { max($0, 0) })
        }
    }

    @Test func constantRecordingsDecodeToTheConstant() throws {
        for value in [0, 3, -7.25, 1e-20, 1e20] as [Float] {
            let signal = Signal(channels: [Array(repeating: value, count: 50)])
            for codec in try codecsThatDecode() {
                let decoded = try codec.encode(signal).decode()
                #expect(decoded.values == signal.values, "\(codec), \(value)")
            }
        }
    }

    @Test func singleSamplesWork() throws {
        let signal = Signal(channels: [[2.5]])
        for codec in try codecsThatDecode() {
            let encoded = try codec.encode(signal)
            #expect(encoded.spikes.stepCount == 1)
            #expect(try encoded.decode().values == [2.5], "\(codec)")
        }
    }

    /// A recording scaled by a power of two, with thresholds alike, gives the same spikes: no codec has a scale of its own.
    @Test func scaleDoesNotMatter() throws {
        let samples: [Float] = (0..<300).map { sin(Float($0) * 0.07) + 0.3 * sin(Float($0) * 0.31) }
        for exponent in [-66, 66] as [Float] {
            let factor = exp2(exponent)
            let scaled = Signal(channels: [samples.map { $0 * factor }])
            for (codec, scaledCodec) in [
                (try StepForward(threshold: 0.1), try StepForward(threshold: PerChannel(0.1 * factor))),
                (try DeltaModulation(threshold: 0.05), try DeltaModulation(threshold: PerChannel(0.05 * factor))),
                (try LeakyIntegrateAndFire(), try LeakyIntegrateAndFire()),
                (try PulseWidthModulation(frequency: 30), try PulseWidthModulation(frequency: 30)),
                (try BensSpiker(), try BensSpiker()), (try RateStepForward(), try RateStepForward()),
            ] as [(any SignalCodec, any SignalCodec)] {
                let (plain, large) = (try codec.encode(Signal(channels: [samples])), try scaledCodec.encode(scaled))
                #expect(plain.spikes.signs == large.spikes.signs, "\(codec), factor \(factor)")
                #expect(try large.decode().values.allSatisfy(\.isFinite))
            }
        }
    }

    @Test func errorFallsAsTheStepForwardThresholdFalls() throws {
        var generator = SeededGenerator(seed: printedSeed())
        // Each step stays below the least threshold, 0.02, so that the base can follow.
        var walk: Float = 0
        let samples = (0..<4000).map { t -> Float in
            walk += .random(in: -0.009...0.009, using: &generator)
            return walk + 3 * sin(Float(t) * 0.003)
        }
        let signal = Signal(channels: [samples])
        var previous = Float.infinity
        for threshold in [0.64, 0.32, 0.16, 0.08, 0.04, 0.02] as [Float] {
            let decoded = try StepForward(threshold: PerChannel(threshold)).encode(signal).decode()
            let error = zip(decoded.values, samples).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
            #expect(error < previous)
            // The base follows within a threshold, plus the rounding of 4,000 sums.
            #expect(zip(decoded.values, samples).allSatisfy { abs($0 - $1) <= threshold + 1e-4 })
            previous = error
        }
    }

    private func codecsThatDecode() throws -> [any SignalCodec] {
        try [
            StepForward(), LeakyIntegrateAndFire(), PulseWidthModulation(frequency: 100), BensSpiker(),
            DeltaModulation(padding: .edge), RateStepForward(), LeakyIntegrateAndFire(dialect: .reference),
            BensSpiker(dialect: .reference),
        ]
    }
}
