import SpikingLayers
import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite(.leavesNothing) struct LIFNeuronTests {
    @Test func isALayerLikeOthers() throws {
        var random = RandomSource(seed: 1)
        let dynamics = LIFDynamics(decay: .timeConstant(2), reset: .toZero)
        let network = Sequential([try Linear(inputs: 3, outputs: 8, random: &random), LIFNeuron(dynamics)])
        let x = try Tensor.normal([4, 2, 3], standardDeviation: 4, from: RandomStream(seed: 2))
        let spikes = try network(x)
        #expect(spikes.shape == [4, 2, 8])
        #expect(try spikes.mean().item() > 0)
        try spikes.sum().backward()
        let parameters = network.namedParameters()
        #expect(parameters.map(\.name).sorted() == ["0.bias", "0.weight"])
        for (name, parameter) in parameters {
            #expect(try parameter.wrappedValue.gradient!.absolute().maximum().item() > 0, "\(name)")
        }
    }
}
