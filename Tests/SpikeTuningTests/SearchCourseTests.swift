import Foundation
import SpikeEncoding
import Synchronization
import Testing

@testable import SpikeTuning

/// The course of a search, trial by trial.
@Suite struct SearchCourseTests {
    private let signal = TunerTests.sineMix()

    private func trials(_ tuner: Tuner, _ codec: Codec, _ signal: Signal? = nil) throws -> [Trial] {
        try tuner.tune(codec, for: signal ?? self.signal).channels[0].trials
    }

    /// Three quarters of the trials after the first are the global search. The local search starts from the best.
    @Test func threeQuartersOfTheTrialsAreGlobal() throws {
        for evaluations in [21, 41] {
            let trials = try trials(Tuner(evaluations: evaluations, seed: 3), LeakyIntegrateAndFire().codec)
            #expect(trials.count == evaluations)
            let global = 1 + (evaluations - 1) * 3 / 4
            let best = try #require(trials[..<global].min { $0.objective < $1.objective })
            #expect(trials[global] == best, "\(evaluations)")
            #expect(trials[global - 1] != best && trials[global + 1] != best, "\(evaluations)")
        }
    }

    /// Searches of one parameter have no random numbers, and searches of several have some.
    @Test func seedsMatterForSeveralParameters() throws {
        func course(_ codec: Codec, _ seed: UInt64) throws -> [Trial] {
            try trials(Tuner(evaluations: 60, seed: seed), codec)
        }
        #expect(try course(StepForward().codec, 1) == course(StepForward().codec, 2))
        #expect(try course(LeakyIntegrateAndFire().codec, 1) != course(LeakyIntegrateAndFire().codec, 2))
    }

    /// A channel's random numbers are those of the seed plus the channel's number times 2⁶⁴ divided by the golden ratio.
    @Test func eachChannelHasARandomSequenceOfItsOwn() throws {
        let both = Signal(channels: [Array(signal.values), Array(signal.values)], samplingRate: 50)
        let codec = try LeakyIntegrateAndFire().codec
        let channels = try Tuner(evaluations: 60, seed: 5).tune(codec, for: both).channels
        #expect(try trials(Tuner(evaluations: 60, seed: 5), codec) == channels[0].trials)
        #expect(try trials(Tuner(evaluations: 60, seed: 5 + 0x9E37_79B9_7F4A_7C15), codec) == channels[1].trials)
        #expect(channels[0] != channels[1])
    }

    /// If nothing is ever better, the local searches start from the middle, with steps that shrink to a quarter, while
    /// they are above a ten-millionth of the range.
    @Test func localSearchesGetNarrower() throws {
        let codec = try LeakyIntegrateAndFire().codec
        let flat = Tuner(objective: .custom { _, _, _ in 1 }, evaluations: 2001, seed: 1)
        let trials = try trials(flat, codec)
        let positions = trials.dropFirst(1501).map { ($0.parameters[1].value - 0.01) / 0.99 }
        #expect(positions.first == 0.5 && positions.count < 500)
        let steps = Set(positions.map { abs($0 - 0.5) }.filter { $0 > 1e-9 }).sorted(by: >)
        for round in 0..<10 {
            let step = 0.05 / pow(4, Double(round))
            #expect(steps.contains { abs($0 - step) < 1e-6 * step }, "no step of \(step) in \(steps)")
        }
        #expect(steps.allSatisfy { $0 < 0.0501 })
        // The start of each round is the middle.
        #expect(positions.count { $0 == 0.5 } >= 10)
    }

    @Test func equalObjectivesKeepTheFirst() throws {
        let flat = Tuner(objective: .custom { _, _, _ in 1 }, evaluations: 50)
        let given = try StepForward(threshold: 0.123)
        let result = try flat.tune(given.codec, for: signal)
        #expect(result.channels[0].bestIndex == 0 && result.codec == given.codec)
        #expect(result.channels[0].trials.allSatisfy { $0.objective == 1 })
    }

    /// A number of spikes per second that equals the limit is within it.
    @Test func aLimitMayBeReached() throws {
        let codec = try StepForward(threshold: 0.2).codec
        let spikes = try codec.encode(signal).spikes.spikeCount
        let rate = Double(spikes) / 500 * 50
        let best = try Tuner(objective: .meanSquaredErrorWithin(spikesPerSecond: rate), evaluations: 1)
            .tune(codec, for: signal).channels[0].best
        #expect(best.spikeCount == spikes && best.objective == best.meanSquaredError)
        let error = TuningError.budgetNotReached(channel: 0, limit: rate.nextDown, fewest: rate)
        #expect(throws: error) {
            try Tuner(objective: .meanSquaredErrorWithin(spikesPerSecond: rate.nextDown), evaluations: 1)
                .tune(codec, for: signal)
        }
    }

    /// The error says the smallest number of spikes per second that any trial had.
    @Test func theFewestSpikesAreThoseOfAllTrials() throws {
        let given = try StepForward(threshold: 0.01).codec
        let middle = try given.searchSpace(channel: signal, range: signal.ranges()[0])[0].value(0.5)
        let rates = try [given, StepForward(threshold: Float(middle)).codec].map { codec in
            Double(try codec.encode(signal).spikes.spikeCount) / 500 * 50
        }
        #expect(rates[0] > rates[1] && rates[1] > 0.01)
        let error = TuningError.budgetNotReached(channel: 0, limit: 0.01, fewest: rates[1])
        #expect(throws: error) {
            try Tuner(objective: .meanSquaredErrorWithin(spikesPerSecond: 0.01), evaluations: 2).tune(
                given, for: signal)
        }
    }

    /// What has too many spikes ranks behind everything else, and the further, the more spikes it has.
    @Test(arguments: [1e-4, 1, 1e4] as [Float])
    func theSearchGoesWhereFewerSpikesAre(amplitude: Float) throws {
        let signal = TunerTests.sineMix(amplitude: amplitude)
        let search = Tuner(objective: .meanSquaredErrorWithin(spikesPerSecond: 0.3), evaluations: 200)
        #expect(try search.tune(LeakyIntegrateAndFire().codec, for: signal).channels[0].best.spikeCount <= 3)
        #expect(Objective.rank(ofExcess: 4, width: 0.5) == 1000 && Objective.rank(ofExcess: 2, width: 3) == 18_000)
    }

    @Test func limitsThatMakeNoSenseAreRefused() throws {
        for limit in [0, -1, .infinity, -.infinity] as [Double] {
            #expect(throws: TuningError.spikeBudget(limit)) {
                try Tuner(objective: .meanSquaredErrorWithin(spikesPerSecond: limit))
                    .tune(StepForward().codec, for: signal)
            }
        }
        let text = TuningError.budgetNotReached(channel: 2, limit: 1.5, fewest: 12.345678).description
        #expect(text.hasPrefix("channel 2: ") && text.contains("within 1.5 spikes") && text.contains("were 12.346;"))
    }

    @Test func tunersThatMakeNoSenseAreRefused() async {
        await #expect(processExitsWith: .failure) { _ = Tuner(evaluations: 0) }
        await #expect(processExitsWith: .failure) { _ = Tuner(timeLimit: 0) }
        await #expect(processExitsWith: .failure) { _ = Tuner(threads: 0) }
        let least = Tuner(evaluations: 1, timeLimit: .leastNonzeroMagnitude, threads: 1)
        #expect(least.evaluations == 1 && least.threads == 1)
    }

    /// Every trial is reported with the channel's best so far, and the parameters given for a channel are its first.
    @Test func progressIsThatOfTheChannel() throws {
        let rows = [Array(signal.values), Array(signal.values).reversed()]
        let reports = Mutex<[Int: [TuningProgress]]>([:])
        let given = try StepForward(threshold: [0.25, 0.75])
        let result = try Tuner(evaluations: 30, threads: 2)
            .tune(given.codec, for: Signal(channels: rows, samplingRate: 50)) { progress in
                reports.withLock { $0[progress.channel, default: []].append(progress) }
            }
        for (channel, threshold) in [0.25, 0.75].enumerated() {
            let trials = result.channels[channel].trials
            #expect(trials[0].parameters == [Trial.Parameter(name: "threshold", value: threshold)])
            let own = reports.withLock { $0[channel] ?? [] }
            #expect(own.map(\.trial) == Array(1...trials.count))
            let bests = trials.indices.map { last in trials[...last].map(\.objective).min()! }
            #expect(own.map(\.best) == bests && own.allSatisfy { $0.evaluations == 30 })
            #expect(result.channels[channel].best.objective == bests.last)
        }
    }

    /// Whatever is not finite is `null` in files, and infinite when it is read.
    @Test func filesKeepTrials() throws {
        func trial(_ objective: Double, _ error: Double) -> Trial {
            Trial(
                parameters: [Trial.Parameter(name: "a", value: 0.1)], objective: objective, meanSquaredError: error,
                spikeCount: 7)
        }
        let channel = ChannelTuning(trials: [trial(.infinity, 2), trial(1, .nan), trial(3, 4)], bestIndex: 1)
        let data = try JSONEncoder().encode(channel)
        let read = try JSONDecoder().decode(ChannelTuning.self, from: data)
        #expect(read.trials == [trial(.infinity, 2), trial(1, .infinity), trial(3, 4)] && read.bestIndex == 1)
        #expect(read.best == read.trials[1])
        for index in [-1, 3] {
            let text = String(decoding: data, as: UTF8.self).replacing(
                "\"bestIndex\":1", with: "\"bestIndex\":\(index)")
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(ChannelTuning.self, from: Data(text.utf8)) }
        }
    }

    @Test func theMeanOfOneSampleIsItsOwnError() {
        let (a, b) = (Signal(channels: [[1]]), Signal(channels: [[4]]))
        #expect(meanSquaredError(a, b) == 9 && meanSquaredErrors(a, b) == [9])
    }

    @Test func searchesEndInTime() throws {
        let start = ContinuousClock.now
        let tuner = Tuner(evaluations: 1_000_000_000, timeLimit: 0.05)
        let counts = try (0..<2).map { _ in try trials(tuner, StepForward().codec).count }
        #expect(counts.allSatisfy { $0 > 1 })
        #expect(ContinuousClock.now - start < .seconds(30))
    }
}
