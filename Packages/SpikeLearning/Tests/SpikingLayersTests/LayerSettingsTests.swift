import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingLayers

/// Defaults of neurons, encoders and surrogates, and the bounds of their settings.
@Suite(.leavesNothing) struct LayerSettingsTests {
    @Test func defaults() throws {
        #expect(SurrogateGradient.sigmoid() == .sigmoid(slope: 4))
        #expect(SurrogateGradient.arctangent() == .arctangent(slope: 2))
        #expect(SurrogateGradient.triangle() == .triangle(slope: 1))
        #expect(SurrogateGradient.fastSigmoid() == .fastSigmoid(slope: 25))
        #expect(SurrogateGradient.rectangle() == .rectangle(width: 1))
        let dynamics = LIFDynamics()
        #expect(dynamics.decay == .factor(0.5) && dynamics.threshold == 1 && dynamics.reset == .subtractThreshold)
        #expect(dynamics.detachesReset && dynamics.surrogate == .sigmoid(slope: 4))
        #expect(NeuronSite(channels: 3, steps: 2).threshold == 1)
        let encoding = TemporalEncoding(.rate)
        #expect(encoding.surrogate == .sigmoid(slope: 4) && !encoding.detachesSpikeInUpdate)
        let encoder = try TemporalEncoder(encoding, channels: 2)
        #expect(encoder.steps == 4 && encoder.logThreshold.range == -80...80)
        #expect(encoder.logThreshold is Parameter && encoder.decayLogit is Parameter)
        #expect(encoder.decayLogit.range == ModuleTensor.usualRange)
        for layer in [LIFNeuron(), encoder, try LearnableLIFNeuron(steps: 1, channels: 1)] as [any SpikingLayer] {
            #expect(layer.isTraining)
        }
        let maker = dynamics.neuronMaker()
        #expect(try maker(NeuronSite(channels: 1, steps: 1, threshold: 3)) is LIFNeuron)
    }

    @Test func dynamicsOnTheirBoundsAreTaken() {
        #expect(LIFDynamics(decay: .factor(0)).decay.membraneShare == 0)
        #expect(LIFDynamics(decay: .factor(1)).decay.inputShare == 1)
        let forgetful = LIFDynamics(decay: .timeConstant(1), threshold: .leastNonzeroMagnitude)
        #expect(forgetful.decay.membraneShare == 0 && forgetful.decay.inputShare == 1)
        #expect(LIFDynamics(threshold: 2).with(threshold: 3) == LIFDynamics(threshold: 3))
    }

    @Test func dynamicsBeyondThemAreRefused() async {
        await #expect(processExitsWith: .failure) { _ = LIFDynamics(decay: .factor(-0.01)) }
        await #expect(processExitsWith: .failure) { _ = LIFDynamics(decay: .factor(1.01)) }
        await #expect(processExitsWith: .failure) { _ = LIFDynamics(decay: .timeConstant(0.99)) }
        await #expect(processExitsWith: .failure) { _ = LIFDynamics(decay: .timeConstant(.infinity)) }
        await #expect(processExitsWith: .failure) { _ = LIFDynamics(threshold: 0) }
        await #expect(processExitsWith: .failure) { _ = LIFDynamics(threshold: .infinity) }
    }

    @Test func encodersCheckTheirSettings() async throws {
        await #expect(processExitsWith: .failure) { _ = try TemporalEncoder(TemporalEncoding(.rate), channels: 0) }
        await #expect(processExitsWith: .failure) {
            _ = try TemporalEncoder(TemporalEncoding(.rate), channels: 1, steps: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = try TemporalEncoder(TemporalEncoding(.rate), channels: 1, threshold: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = try TemporalEncoder(TemporalEncoding(.rate), channels: 1, threshold: .infinity)
        }
        await #expect(processExitsWith: .failure) {
            _ = try TemporalEncoder(TemporalEncoding(.rate), channels: 1, decay: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = try TemporalEncoder(TemporalEncoding(.rate), channels: 1, decay: 1)
        }
        let least = try TemporalEncoder(TemporalEncoding(.rate), channels: 1, steps: 1, threshold: 0.01, decay: 0.99)
        #expect(try abs(least.thresholds().item() - 0.01) < 1e-8)
    }

    @Test func learnedNeuronsCheckTheirSettings() async {
        await #expect(processExitsWith: .failure) { _ = try LearnableLIFNeuron(steps: 0, channels: 1) }
        await #expect(processExitsWith: .failure) { _ = try LearnableLIFNeuron(steps: 1, channels: 0) }
        await #expect(processExitsWith: .failure) {
            _ = try LearnableLIFNeuron(steps: 1, channels: 1, startingAt: LIFDynamics(decay: .factor(0)))
        }
        await #expect(processExitsWith: .failure) {
            _ = try LearnableLIFNeuron(steps: 1, channels: 1, startingAt: LIFDynamics(decay: .factor(1)))
        }
    }

    @Test func convolutionsCheckTheirSettings() async throws {
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try SynapticConvolution(inputs: 1, outputs: 1, stride: 0, random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try SynapticConvolution(inputs: 1, outputs: 0, weight: .constant(0), random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try SynapticConvolution(
                inputs: 1, outputs: 1, kernel: 0, bias: nil, weight: .constant(0), random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try SynapticConvolution(inputs: 1, outputs: 1, kernelDimensions: 3, random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try SynapticConvolution(inputs: 1, outputs: 1, kernel: 3, kernelDimensions: 1, random: &random)
        }
        var random = RandomSource(seed: 1)
        let plain = try SynapticConvolution(inputs: 2, outputs: 3, random: &random)
        #expect(plain.weight.shape == [3, 2, 1, 1] && plain.stride == 1 && plain.bias != nil && plain.isTraining)
        #expect(try plain(.zeros([1, 2, 5, 4])).shape == [1, 3, 5, 4])
        let x = try Tensor.ones([1, 2, 5, 4])
        let weight = try Tensor.ones([3, 2, 3, 3])
        #expect(try x.convolutionOfSpikes(weight).equals(x.convolution(weight)))
    }

    @Test func foldsCheckTheirLengths() async throws {
        await #expect(processExitsWith: .failure) { _ = TimeFold(steps: -1, batch: 1) }
        await #expect(processExitsWith: .failure) { _ = TimeFold(steps: 1, batch: -1) }
        await #expect(processExitsWith: .failure) { _ = try Tensor.ones([1]).repeatedOverTime(0) }
        #expect(try TimeFold(steps: 0, batch: 0).unfold(.zeros([0, 3])).shape == [0, 0, 3])
        #expect(try Tensor.ones([2]).repeatedOverTime(1).shape == [1, 2])
    }

    @Test func countsOfCodesCheckTheirSettings() async throws {
        await #expect(processExitsWith: .failure) { _ = CodesInUse(steps: 0, channels: 1) }
        await #expect(processExitsWith: .failure) { _ = CodesInUse(steps: 63, channels: 1) }
        await #expect(processExitsWith: .failure) { _ = CodesInUse(steps: 1, channels: 0) }
        var one = CodesInUse(steps: 1, channels: 1)
        try one.add(.ones([1, 1, 1]))
        #expect(one.counts(of: 0) == [1: 1] && one.channels[0].mostFrequent == "1")
    }

    /// Of codes that are equally frequent, the smallest is shown.
    @Test func tiesOfCodes() throws {
        var codes = CodesInUse(steps: 2, channels: 1)
        try codes.add(Tensor([1, 0, 1, 0, 1, 0] as [Float], shape: [2, 3, 1]))
        #expect(codes.counts(of: 0) == [0b10: 2, 0b01: 1])
        try codes.add(Tensor([0, 1] as [Float], shape: [2, 1, 1]))
        #expect(codes.counts(of: 0) == [0b10: 2, 0b01: 2] && codes.channels[0].mostFrequent == "01")
    }

    @Test func aListOfSpikesIsShuffled() throws {
        let spikes = try Tensor([1, 0, 0, 1, 1] as [Float])
        for shuffling in TemporalShuffling.allCases {
            let shuffled = try spikes.shuffledOverTime(shuffling, from: RandomStream(seed: 3))
            #expect(try shuffled.shape == [5] && shuffled.sum().item() == 3)
        }
    }
}
