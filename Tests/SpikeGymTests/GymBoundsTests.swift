import Foundation
import SpikeEncoding
import Testing

@testable import SpikeGym

/// Values at and beyond the bounds of what is taken, defaults, and numbers known from the definitions.
@Suite struct GymBoundsTests {
    @Test func cartsHaveTheSpacesThatAreStated() {
        let environment = CartPole(count: 1)
        let degrees: Double = 24
        let angle = Float(degrees * .pi / 180)
        #expect(environment.observationSpace.shape == [4])
        #expect(environment.observationSpace.low == [-4.8, -.infinity, -angle, -.infinity])
        #expect(environment.observationSpace.high == [4.8, .infinity, angle, .infinity])
        #expect(environment.actionSpace == .discrete(count: 2))
        #expect(environment.states == CartPole(count: 1, seed: 0).states)
        #expect(CartPole.State().observation == [0, 0, 0, 0])
    }

    /// Each copy's numbers are those of its own seed, four per episode.
    @Test func episodesBeginWithTheNumbersOfTheirSeed() {
        let environment = CartPole(count: 3, seed: 7)
        for round in 0..<3 as Range<UInt64> {
            for (copy, state) in environment.states.enumerated() {
                let numbers = (0..<4 as Range<UInt64>).map {
                    -0.05 + 0.1 * Philox(seed: 7 + UInt64(copy)).uniform(at: 4 * round + $0)
                }
                #expect([state.position, state.velocity, state.angle, state.angularVelocity] == numbers)
            }
            _ = environment.reset(seed: nil)
        }
    }

    @Test func episodesEndBeyondTheirLimits() {
        let angle = 12 * Double.pi / 180
        #expect(!CartPole.State(position: 2.4).isOver && CartPole.State(position: 2.4.nextUp).isOver)
        #expect(
            !CartPole.State(position: -2.4).isOver && CartPole.State(position: -2.4.nextUp).isOver)
        #expect(abs(CartPole.angleLimit - angle) < 1e-15)
        let limit = CartPole.angleLimit
        #expect(!CartPole.State(angle: limit).isOver && CartPole.State(angle: limit.nextUp).isOver)
        #expect(!CartPole.State(angle: -limit).isOver && CartPole.State(angle: -limit.nextUp).isOver)
    }

    @Test func savedCountsHaveBounds() throws {
        let environment = CartPole(count: 2)
        let saved = environment.savedState
        func isTaken(steps: String, drawn: String) -> Bool {
            let text = saved.replacing("\"stepsTaken\":[0,0]", with: "\"stepsTaken\":[0,\(steps)]")
                .replacing("\"drawn\":[4,4]", with: "\"drawn\":[4,\(drawn)]")
            return (try? environment.restore(text)) != nil
        }
        #expect(isTaken(steps: "0", drawn: "0") && isTaken(steps: "499", drawn: "\((1 << 60) - 1)"))
        #expect(!isTaken(steps: "500", drawn: "4") && !isTaken(steps: "0", drawn: "\(1 << 60)"))
        #expect(!isTaken(steps: "-1", drawn: "4"))
        // The step after the 499th is the last.
        _ = isTaken(steps: "499", drawn: "4")
        #expect(environment.step(.discrete([0, 1])).truncated == [false, true])
        #expect(environment.step(.discrete([0, 1])).truncated == [false, false])
    }

    @Test func boundsOfSpacesAreChecked() async {
        let space = BoxSpace(shape: [2, 1], low: [-3e38, -Float(3e38).nextDown], high: [3e38, Float(3e38).nextDown])
        #expect(space.low == [-.infinity, -Float(3e38).nextDown] && space.high == [.infinity, Float(3e38).nextDown])
        #expect(BoxSpace(shape: [], low: [1], high: [1]).count == 1)
        await #expect(processExitsWith: .failure) { _ = BoxSpace(shape: [0], low: [], high: []) }
        await #expect(processExitsWith: .failure) { _ = BoxSpace(shape: [1], low: [0, 0], high: [1]) }
        await #expect(processExitsWith: .failure) { _ = BoxSpace(shape: [1], low: [0], high: [1, 1]) }
        await #expect(processExitsWith: .failure) { _ = BoxSpace(shape: [1], low: [1], high: [0]) }
        #expect(ActionSpace.discrete(count: 5).width == 1 && ActionSpace.multiDiscrete(counts: [2, 3]).width == 2)
        #expect(ActionSpace.box(space).width == 2)
    }

    @Test func actionsAreChecked() async {
        Actions.discrete([0, 1]).check(.discrete(count: 2), batch: 2)
        Actions.discrete([0, 2, 1, 0]).check(.multiDiscrete(counts: [2, 3]), batch: 2)
        Actions.box([9, 9]).check(.box(BoxSpace(shape: [1], low: [0], high: [1])), batch: 2)
        await #expect(processExitsWith: .failure) { Actions.discrete([0]).check(.discrete(count: 2), batch: 2) }
        await #expect(processExitsWith: .failure) { Actions.discrete([2]).check(.discrete(count: 2), batch: 1) }
        await #expect(processExitsWith: .failure) { Actions.discrete([-1]).check(.discrete(count: 2), batch: 1) }
        await #expect(processExitsWith: .failure) {
            Actions.discrete([0]).check(.multiDiscrete(counts: [2, 3]), batch: 1)
        }
        await #expect(processExitsWith: .failure) {
            Actions.discrete([2, 2]).check(.multiDiscrete(counts: [2, 3]), batch: 1)
        }
        await #expect(processExitsWith: .failure) {
            Actions.discrete([1, 3]).check(.multiDiscrete(counts: [2, 3]), batch: 1)
        }
        await #expect(processExitsWith: .failure) {
            Actions.box([1]).check(.box(BoxSpace(shape: [2], low: [0, 0], high: [1, 1])), batch: 1)
        }
    }

    @Test func numbersOfCopiesAndTimeLimitsAreChecked() async {
        let options = GymnasiumOptions()
        #expect(options.timeLimit == 60 && options.startTimeLimit == 120 && options.endPolicy == .fail)
        let least = GymnasiumOptions(timeLimit: .leastNonzeroMagnitude, startTimeLimit: .leastNonzeroMagnitude)
        #expect(least.timeLimit > 0)
        await #expect(processExitsWith: .failure) { _ = GymnasiumOptions(timeLimit: 0) }
        await #expect(processExitsWith: .failure) { _ = GymnasiumOptions(startTimeLimit: 0) }
        await #expect(processExitsWith: .failure) { _ = CartPole(count: 0) }
        await #expect(processExitsWith: .failure) { _ = CartPole(count: 2).reset(to: [CartPole.State()]) }
        await #expect(processExitsWith: .failure) { _ = EpisodeStatistics(featureCount: 0) }
        await #expect(processExitsWith: .failure) {
            var statistics = EpisodeStatistics(featureCount: 2)
            statistics.add([1] as [Float], after: [Float]?.none)
        }
        // Without Python, what is not refused is an error.
        await #expect(processExitsWith: .failure) {
            _ = try? GymnasiumEnvironment("a", count: 0, options: GymnasiumOptions(python: "/nowhere"))
        }
        await #expect(processExitsWith: .failure) {
            _ = try? GymnasiumEnvironment("a", count: (1 << 20) + 1, options: GymnasiumOptions(python: "/nowhere"))
        }
        for count in [1, 1 << 20] {
            #expect(throws: EnvironmentError.self) {
                try GymnasiumEnvironment("a", count: count, options: GymnasiumOptions(python: "/nowhere"))
            }
        }
    }

    @Test func spikesAreChecked() async {
        let spikes = ObservationSpikes(values: [1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1], steps: 2, batch: 3, units: 2)
        #expect(spikes.spikeCount == 6 && spikes[1, 0, 1] == 1 && spikes[0, 1, 0] == 1 && spikes[1, 2, 0] == 0)
        #expect(spikes.train(ofRow: 0).signs == [1, 0, 0, 1] && spikes.train(ofRow: 2).signs == [0, 0, 0, 1])
        let joined = ObservationSpikes.joined([spikes, spikes])
        #expect(joined.steps == 4 && joined.batch == 3 && joined.units == 2 && joined.spikeCount == 12)
        await #expect(processExitsWith: .failure) {
            _ = ObservationSpikes(values: [1], steps: 1, batch: 1, units: 2)
        }
        await #expect(processExitsWith: .failure) {
            _ = ObservationSpikes(values: [1], steps: 1, batch: 1, units: 1).train(ofRow: 1)
        }
        await #expect(processExitsWith: .failure) {
            _ = ObservationSpikes(values: [1], steps: 1, batch: 1, units: 1).train(ofRow: -1)
        }
        // No spike is looked at where there is no step.
        await #expect(processExitsWith: .failure) {
            _ = ObservationSpikes(values: [], steps: 0, batch: 1, units: 1).train(ofRow: 1)
        }
        await #expect(processExitsWith: .failure) {
            _ = ObservationSpikes(values: [], steps: 0, batch: 1, units: 1).train(ofRow: -1)
        }
        await #expect(processExitsWith: .failure) { _ = ObservationSpikes.joined([]) }
        await #expect(processExitsWith: .failure) {
            let one = ObservationSpikes(values: [1], steps: 1, batch: 1, units: 1)
            _ = ObservationSpikes.joined([one, ObservationSpikes(values: [1, 1], steps: 1, batch: 2, units: 1)])
        }
        await #expect(processExitsWith: .failure) {
            let one = ObservationSpikes(values: [1], steps: 1, batch: 1, units: 1)
            _ = ObservationSpikes.joined([one, ObservationSpikes(values: [1, 1], steps: 1, batch: 1, units: 2)])
        }
    }

    @Test func encodersHaveTheDefaultsThatTheyStateAndRefuseThresholds() throws {
        let scaler = try ObservationScaler(minimum: [0, 0], maximum: [1, 2])
        let encoder = try ObservationEncoder(scaler: scaler)
        #expect(encoder.steps == 16 && encoder.coders == .rate && encoder.unitCode == .single)
        #expect(!encoder.hasInvertedInputs && encoder.maximumRate == 1 && encoder.unitCount == 2)
        func units(_ coders: ObservationCoders, _ code: UnitCode, _ isInverted: Bool) throws -> Int {
            try ObservationEncoder(scaler: scaler, coders: coders, unitCode: code, hasInvertedInputs: isInverted)
                .unitCount
        }
        #expect(try units(.step(thresholds: [1]), .splitPolarity, false) == 4)
        #expect(try units(.stepAndRate(thresholds: [1, 2]), .receptiveFields(bins: 5, sigma: 0.1), true) == 40)
        for thresholds in [[0], [-1], [.infinity], [.nan], [1, 0], [], [1, 1, 1]] as [[Double]] {
            #expect(throws: CodecError.self) { try units(.step(thresholds: thresholds), .single, false) }
        }
        let wrong = CodecError.parameter(
            codec: "observation encoder", name: "step threshold", value: "-1.0", requirement: "finite and > 0")
        #expect(throws: wrong) { try units(.step(thresholds: [-1, 0]), .single, false) }
    }

    @Test func statesHaveBounds() async throws {
        let state = ObservationEncoderState(batch: 2, featureCount: 3)
        #expect(state.encodedCount == 0 && state.clippedCounts == [0, 0, 0] && state.clippedCount == 0)
        let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
        func isTaken(_ old: String, _ new: String) -> Bool {
            precondition(text.contains(old))
            let data = Data(text.replacing(old, with: new).utf8)
            return (try? JSONDecoder().decode(ObservationEncoderState.self, from: data)) != nil
        }
        let (encoded, clipped) = ("\"encodedCount\":0", "\"clippedCounts\":[0,0,0]")
        #expect(isTaken(encoded, encoded) && isTaken(encoded, "\"encodedCount\":\(1 << 31)"))
        #expect(!isTaken(encoded, "\"encodedCount\":\((1 << 31) + 1)") && !isTaken(encoded, "\"encodedCount\":-1"))
        #expect(isTaken(clipped, "\"clippedCounts\":[0,0,\(1 << 60)]"))
        #expect(!isTaken(clipped, "\"clippedCounts\":[0,0,\((1 << 60) + 1)]"))
        #expect(!isTaken(clipped, "\"clippedCounts\":[-1,0,0]") && !isTaken(clipped, "\"clippedCounts\":[0,0]"))
        #expect(!isTaken("\"batch\":2", "\"batch\":0") && !isTaken("\"batch\":2", "\"batch\":3"))
        #expect(!isTaken("\"featureCount\":3", "\"featureCount\":0"))
        #expect(!isTaken("\"hasBase\":[false,false]", "\"hasBase\":[false]"))
        #expect(!isTaken("\"bases\":[0,0,0,0,0,0]", "\"bases\":[0,0,0,0,0]"))
        await #expect(processExitsWith: .failure) { _ = ObservationEncoderState(batch: 0, featureCount: 1) }
        await #expect(processExitsWith: .failure) { _ = ObservationEncoderState(batch: 1, featureCount: 0) }
        await #expect(processExitsWith: .failure) {
            var state = ObservationEncoderState(batch: 1, featureCount: 2)
            state.continueEpisodes(of: ObservationEncoderState(batch: 2, featureCount: 2))
        }
        await #expect(processExitsWith: .failure) {
            var state = ObservationEncoderState(batch: 1, featureCount: 2)
            state.continueEpisodes(of: ObservationEncoderState(batch: 1, featureCount: 1))
        }
    }

    @Test func scalersRefuseWhatHasNoRange() throws {
        let ranges: [(Double, Double)] = [(0, 0), (1, 0), (-.infinity, 0), (0, .infinity), (-1e308, 1e308), (.nan, 1)]
        for (low, high) in ranges {
            #expect(throws: CodecError.self) { try ObservationScaler(minimum: [0, low], maximum: [1, high]) }
        }
        for step in [0, -1, .infinity, .nan] as [Double] {
            #expect(throws: CodecError.self) {
                try ObservationScaler(minimum: [0], maximum: [1], largestSteps: [step])
            }
        }
        for (low, high) in [(-.infinity, 1), (0, .infinity)] as [(Float, Float)] {
            let space = BoxSpace(shape: [2], low: [0, low], high: [1, high])
            #expect(throws: CodecError.self) { try ObservationScaler(space) }
        }
    }

    /// In milliseconds, as `poll` takes them: whole, never negative, and within 32 bits.
    @Test func deadlinesCountMilliseconds() {
        #expect(Deadline(seconds: .infinity).milliseconds == -1)
        #expect(Deadline(seconds: 0).milliseconds == 0 && Deadline(seconds: -5).milliseconds == 0)
        #expect(Deadline(seconds: 1e12).milliseconds == 1_000_000_000)
        let left = Deadline(seconds: 1000).milliseconds
        #expect(left > 900_000 && left <= 1_000_000, "\(left)")
    }

    /// Nothing is waited for once the time is up.
    @Test func processesThatSayNothingAreLeft() throws {
        let process = try ChildProcess("cat", [], variables: [:])
        defer { process.end() }
        try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { buffer in
            for seconds in [0, 0.02] {
                #expect(throws: ChildProcess.Failure.timedOut) {
                    try process.read(into: buffer, until: Deadline(seconds: seconds))
                }
            }
            try process.write([7], until: Deadline(seconds: 0))
            try process.read(into: buffer, until: Deadline(seconds: 60))
            #expect(buffer[0] == 7)
        }
    }

    @Test func timesInMessagesAreAsTheyWereGiven() {
        let times = [(60, "60"), (0.5, "0.5"), (999_999_999, "999999999"), (1e9, "1000000000.0"), (1e19, "1e+19")]
        for (seconds, text) in times {
            let message = EnvironmentError.timedOut(environment: "E", seconds: seconds).description
            #expect(message.hasPrefix("E: did not answer within \(text) s and was ended;"), "\(message)")
        }
    }

    /// All copies step together, until 200,000 steps were taken.
    @Test func randomEpisodesEndAfterTheStatedSteps() throws {
        for (count, steps) in [(199_999, 2), (200_000, 1)] {
            let episodes = try EpisodeStatistics(ofRandomEpisodes: .max, in: CartPole(count: count), seed: 1)
            // No pole falls in two steps.
            #expect(episodes.observationCount == (1 + steps) * count)
        }
    }

    /// Requests and replies, byte by byte.
    @Test func messagesAreLittleEndian() throws {
        var request = Request(.make)
        request.append("é")
        request.append(UInt16(0x0102))
        request.append([1 as Float])
        #expect(request.framed == [13, 0, 0, 0, 1, 2, 0, 0, 0, 0xC3, 0xA9, 2, 1, 0, 0, 0x80, 0x3F])
        var long = Request(.step)
        for _ in 0..<300 { long.append(UInt8(7)) }
        #expect(long.framed.prefix(6) == [45, 1, 0, 0, 3, 7] && long.framed.count == 305)
        #expect(Request(.reset).framed == [1, 0, 0, 0, 2])

        var reply = Reply([5, 2, 0, 0, 0, 0xC3, 0xA9, 0, 0, 0x80, 0x3F, 0, 2, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 9, 1, 0, 0])
        #expect(try reply.byte() == 5 && reply.text() == "é" && reply.floats(1) == [1])
        #expect(try reply.booleans(2) == [false, true] && reply.doubles(1) == [1] && reply.count() == 265)
        try reply.end()
        #expect(throws: Reply.Malformed.self) { try reply.byte() }
        var short = Reply([1, 2, 3])
        #expect(throws: Reply.Malformed.self) { try short.count() }
        #expect(throws: Reply.Malformed.self) { try short.booleans(-1) }
        #expect(throws: Reply.Malformed.self) { try short.end() }
        #expect(try short.booleans(3) == [true, true, true])
        try short.end()
    }
}
