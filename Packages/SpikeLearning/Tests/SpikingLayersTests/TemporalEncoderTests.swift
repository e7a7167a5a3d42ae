import SpikingLayers
import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite(.leavesNothing) struct TemporalEncoderTests {
    @Test func beginsAtOneAndHalves() throws {
        let thresholds = try TemporalEncoder(TemporalEncoding(.phase), channels: 2).thresholds()
        #expect(thresholds.shape == [4, 2])
        #expect(try thresholds.elements(as: Float.self) == [1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125])
        let other = try TemporalEncoder(TemporalEncoding(.rate), channels: 1, steps: 2, threshold: 3, decay: 0.8)
        let values = try other.thresholds().elements(as: Float.self)
        #expect(abs(values[0] - 3) < 1e-6 && abs(values[1] - 2.4) < 1e-6)
    }

    private func codes(_ code: TemporalCode, _ values: [Float]) throws -> [String] {
        let encoder = try TemporalEncoder(TemporalEncoding(code), channels: 1)
        let spikes = try encoder(Tensor(values, shape: [1, 1, values.count])).flattened().elements(as: Float.self)
        return values.indices.map { index in
            (0..<4).map { spikes[$0 * values.count + index] == 1 ? "1" : "0" }.joined()
        }
    }

    @Test func phaseIsBinaryExpansion() throws {
        let values = (0..<16).map { Float($0) / 8 }
        let expected = (0..<16).map { number in (0..<4).map { number >> (3 - $0) & 1 == 1 ? "1" : "0" }.joined() }
        #expect(try codes(.phase, values) == expected)
    }

    @Test func theOtherCodes() throws {
        let values: [Float] = [-1, 0.1, 0.125, 0.3, 0.5, 1.9]
        #expect(try codes(.timeToFirstSpike, values) == ["0000", "0000", "0001", "0010", "0100", "1000"])
        #expect(try codes(.rate, values) == ["0000", "0000", "0001", "0011", "0111", "1111"])
    }

    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func eachIsLearnedOnItsOwn(learnsThreshold: Bool, learnsDecay: Bool) throws {
        let encoder = try TemporalEncoder(
            TemporalEncoding(.phase), channels: 3, learnsThreshold: learnsThreshold, learnsDecay: learnsDecay)
        let learned = encoder.namedParameters()
        let names = (learnsThreshold ? ["log_threshold"] : []) + (learnsDecay ? ["decay_logit"] : [])
        #expect(learned.map(\.name) == names)
        #expect(learned.allSatisfy { !$0.parameter.isDecayed })
        #expect(try encoder.state().keys.sorted() == ["decay_logit", "log_threshold"])

        let x = try Tensor.uniform([2, 3, 4, 4], from: RandomStream(seed: 1)).requireGradient()
        try encoder(x).sum().backward()
        for (name, parameter) in learned {
            #expect(try parameter.tensor.gradient!.absolute().minimum().item() > 0, "\(name)")
        }
        #expect((encoder.logThreshold.tensor.gradient != nil) == learnsThreshold)
        #expect((encoder.decayLogit.tensor.gradient != nil) == learnsDecay)
        #expect(try x.gradient!.absolute().maximum().item() > 0)

        let learning = try TemporalEncoder(TemporalEncoding(.phase), channels: 3, threshold: 2, decay: 0.25)
        try encoder.load(state: learning.state())
        #expect(try encoder.thresholds().detached().equals(learning.thresholds().detached()))
    }

    @Test func isALayerLikeOthers() throws {
        var random = RandomSource(seed: 1)
        let network = Sequential([
            try Conv2d(inputs: 3, outputs: 6, kernel: 3, padding: 1, random: &random),
            try TemporalEncoder(TemporalEncoding(.timeToFirstSpike), channels: 6), LIFNeuron(),
        ])
        let spikes = try network(Tensor.normal([2, 3, 5, 5], from: RandomStream(seed: 2)))
        #expect(spikes.shape == [4, 2, 6, 5, 5])
        try spikes.sum().backward()
        for (name, parameter) in network.namedParameters() {
            #expect(try parameter.tensor.gradient!.absolute().maximum().item() > 0, "\(name)")
        }
    }

    @Test func inBFloat16AllOfItIs() throws {
        let encoder = try TemporalEncoder(TemporalEncoding(.phase), channels: 2)
        try encoder.to(.bfloat16)
        let spikes = try encoder(Tensor.ones([1, 2, 3]).to(.bfloat16))
        try spikes.sum().backward()
        #expect(spikes.dtype == .bfloat16)
        #expect(encoder.logThreshold.tensor.gradient?.dtype == .bfloat16)
    }

    @Test func theWrongNumberOfChannels() throws {
        let encoder = try TemporalEncoder(TemporalEncoding(.rate), channels: 2)
        let error = #expect(throws: TensorError.self) { try encoder(.zeros([1, 3, 4, 4])) }
        #expect(error!.description.contains("[1, 3, 4, 4]") && !error!.description.contains("\n"))
    }

    @Test func directEncodingRepeats() throws {
        let x = try Tensor([1, 2] as [Float], shape: [1, 2]).requireGradient()
        let repeated = try x.repeatedOverTime(3)
        #expect(repeated.shape == [3, 1, 2])
        #expect(try repeated.detached().elements(as: Float.self) == [1, 2, 1, 2, 1, 2])
        #expect(repeated.sharesMemory(with: x))
        try lifSpikes(repeated).sum().backward()
        #expect(x.gradient!.shape == [1, 2])
        #expect(try x.gradient!.minimum().item() > 0)
    }
}
