import Foundation
import SpikeEncoding
import SpikeTuning
import Synchronization
import Testing

@Suite struct TunerTests {
    /// sin(t) + 0.3 sin(7t), 500 samples over 10 s.
    static func sineMix(amplitude: Float = 1, samplingRate: Double? = 50) -> Signal {
        Signal(
            channels: [
                (0..<500).map { sample in
                    let time = 10 * Double(sample) / 499
                    return amplitude * Float(sin(time) + 0.3 * sin(7 * time))
                }
            ], samplingRate: samplingRate)
    }

    static func codecs(_ dialect: Dialect = .standard) throws -> [Codec] {
        try Codec.all.map { $0.description }.filter(\.isTunable).map { description in
            let texts = description.referenceDialect == nil ? [:] : ["dialect": dialect.rawValue]
            return Codec(try description.usual.setting(texts: texts))
        }
    }

    /// The best of 100 trials that `spike-encoding` 1.8.2 finds on this signal, over three seeds of its sampler.
    @Test(arguments: Dialect.allCases)
    func beatsTheReferenceSearch(_ dialect: Dialect) throws {
        let best = ["step-forward": 0.00093, "lif": 0.0389, "pwm": 0.0132, "bsa": 0.0968]
        for codec in try Self.codecs(dialect) {
            guard let limit = best[codec.name] else { continue }
            for seed in 0..<3 as Range<UInt64> {
                let result = try Tuner(seed: seed).tune(codec, for: Self.sineMix())
                #expect(result.channels[0].best.meanSquaredError <= limit, "\(codec.name), seed \(seed)")
                let decoded = try result.codec.encode(Self.sineMix()).decode()
                #expect(meanSquaredError(decoded, Self.sineMix()) == result.channels[0].best.meanSquaredError)
            }
        }
    }

    @Test func rangesFollowTheRecordingsScale() throws {
        for codec in try Self.codecs() {
            let small = try Tuner(evaluations: 400).tune(codec, for: Self.sineMix(amplitude: 1e-6))
            let large = try Tuner(evaluations: 400).tune(codec, for: Self.sineMix(amplitude: 1e6))
            let ratio = large.channels[0].best.meanSquaredError / small.channels[0].best.meanSquaredError
            // Errors scale with the square of the amplitude; roundings send the searches slightly different ways.
            #expect(abs(log10(ratio) - 24) < 0.2, "\(codec.name)")
        }
    }

    @Test func equalSeedsGiveEqualResultsOnAnyThreads() throws {
        let rows = (1...5).map { Array(Self.sineMix(amplitude: Float($0)).values) }
        let signal = Signal(channels: rows, samplingRate: 50)
        for codec in try Self.codecs() {
            let one = try Tuner(evaluations: 120, seed: 7, threads: 1).tune(codec, for: signal)
            #expect(try Tuner(evaluations: 120, seed: 7, threads: 3).tune(codec, for: signal) == one, "\(codec.name)")
        }
        let codec = try LeakyIntegrateAndFire().codec
        let tuners = [Tuner(evaluations: 120, seed: 1), Tuner(evaluations: 120, seed: 2)]
        #expect(try tuners[0].tune(codec, for: signal) != tuners[1].tune(codec, for: signal))
    }

    @Test func keepsWithinASpikeBudget() throws {
        let signal = Self.sineMix()
        let free = try Tuner().tune(StepForward().codec, for: signal).channels[0].best
        let freeRate = Double(free.spikeCount) / 10
        for share in [0.5, 0.2] {
            let limit = freeRate * share
            let tuner = Tuner(objective: .meanSquaredErrorWithin(spikesPerSecond: limit))
            let best = try tuner.tune(StepForward().codec, for: signal).channels[0].best
            #expect(Double(best.spikeCount) / 10 <= limit)
            #expect(best.meanSquaredError > free.meanSquaredError)
        }
        #expect(throws: TuningError.needsSamplingRate) {
            try Tuner(objective: .meanSquaredErrorWithin(spikesPerSecond: 5))
                .tune(StepForward().codec, for: Self.sineMix(samplingRate: nil))
        }
        #expect(throws: TuningError.spikeBudget(0)) {
            try Tuner(objective: .meanSquaredErrorWithin(spikesPerSecond: 0)).tune(StepForward().codec, for: signal)
        }
        let error = #expect(throws: TuningError.self) {
            try Tuner(objective: .meanSquaredErrorWithin(spikesPerSecond: 0.01), evaluations: 50)
                .tune(PulseWidthModulation().codec, for: signal)
        }
        guard case .budgetNotReached(channel: 0, limit: 0.01, _) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func customObjectivesDecide() throws {
        let tuner = Tuner(objective: .custom { _, encoded, _ in abs(Double(encoded.spikes.spikeCount) - 42) })
        let best = try tuner.tune(StepForward().codec, for: Self.sineMix()).channels[0].best
        #expect(best.objective == abs(Double(best.spikeCount) - 42))
        #expect(best.objective <= 1)

        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            try Tuner(objective: .custom { _, _, _ in throw Refusal() }).tune(BensSpiker().codec, for: Self.sineMix())
        }
        #expect(throws: TuningError.objectiveNeverFinite(channel: 0)) {
            try Tuner(objective: .custom { _, _, _ in .nan }, evaluations: 30)
                .tune(StepForward().codec, for: Self.sineMix())
        }
    }

    /// Trials whose objective is infinite or NaN never win.
    @Test(arguments: [-Double.infinity, .infinity, .nan])
    func onlyFiniteObjectivesWin(_ worthless: Double) throws {
        let tuner = Tuner(
            objective: .custom { _, encoded, _ in
                encoded.spikes.spikeCount.isMultiple(of: 2) ? worthless : Double(encoded.spikes.spikeCount)
            }, evaluations: 100)
        let best = try tuner.tune(StepForward().codec, for: Self.sineMix()).channels[0].best
        #expect(!best.spikeCount.isMultiple(of: 2) && best.objective == Double(best.spikeCount))
    }

    /// Polishing takes ever smaller steps, so that a smooth minimum is found to many digits.
    @Test func polishingFindsTheMinimumExactly() throws {
        let tuner = Tuner(
            objective: .custom { _, encoded, _ in
                let threshold = Double((encoded.codec.base as! StepForward).threshold[0])
                return log(threshold / 0.137) * log(threshold / 0.137)
            }, evaluations: 300)
        let best = try tuner.tune(StepForward().codec, for: Self.sineMix()).channels[0].best
        // Float32 rounds thresholds by 2⁻²⁴.
        #expect(best.objective < 1e-12)
    }

    @Test func defaultsAreThoseThatAreStated() {
        let tuner = Tuner()
        #expect(tuner.evaluations == 1000 && tuner.timeLimit == nil && tuner.seed == 0)
    }

    @Test func theGivenParametersAreTheFirstTrial() throws {
        let given = try LeakyIntegrateAndFire(threshold: 0.46, membraneConstant: 0.45).codec
        let result = try Tuner(evaluations: 1).tune(given, for: Self.sineMix())
        #expect(result.channels[0].trials.count == 1)
        #expect(result.codec == given)
        let further = try Tuner(evaluations: 60).tune(given, for: Self.sineMix())
        #expect(further.channels[0].trials.count <= 60)
        #expect(further.channels[0].best.objective <= result.channels[0].best.objective)
    }

    @Test func tunesEachChannelAndKeepsOptions() throws {
        let rows = [Self.sineMix().values, Self.sineMix(amplitude: 100).values, [Float](repeating: 3, count: 500)]
        let start = try StepForward(threshold: 0.5, polarity: .unipolar, dialect: .reference)
        let result = try Tuner().tune(start.codec, for: Signal(channels: rows))
        let tuned = try #require(result.codec.base as? StepForward)
        #expect(tuned.polarity == .unipolar && tuned.dialect == .reference)
        #expect(tuned.threshold.values.count == 3)
        #expect(tuned.threshold[1] > 20 * tuned.threshold[0])
        #expect(tuned.threshold[2] == 0.5, "a constant channel has nothing to tune")
    }

    @Test func reportsEveryTrialAndStopsInTime() throws {
        let calls = Mutex<[Int]>([])
        let result = try Tuner(evaluations: 40).tune(BensSpiker().codec, for: Self.sineMix()) { progress in
            calls.withLock { $0.append(progress.trial) }
            #expect(progress.evaluations == 40)
        }
        #expect(calls.withLock { $0 } == Array(1...result.channels[0].trials.count))

        let limited = try Tuner(evaluations: 1_000_000_000, timeLimit: 0.05).tune(
            BensSpiker().codec, for: Self.sineMix())
        #expect(limited.channels[0].trials.count < 1_000_000)
    }

    @Test func codecsWithoutParametersAndBadRecordingsAreRejected() throws {
        #expect(throws: TuningError.notTunable(codec: "rate")) {
            try Tuner().tune(RateCode().codec, for: Self.sineMix())
        }
        #expect(throws: TuningError.codec(.empty(channels: 1, samples: 0))) {
            try Tuner().tune(StepForward().codec, for: Signal(channels: [[]]))
        }
        #expect(
            throws: TuningError.codec(
                .parameterCount(codec: "step-forward", parameter: "threshold", count: 2, channels: 1))
        ) { try Tuner().tune(StepForward(threshold: [1, 2]).codec, for: Self.sineMix()) }
    }
}
