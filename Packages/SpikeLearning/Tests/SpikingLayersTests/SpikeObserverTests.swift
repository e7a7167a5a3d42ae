import SpikingLayers
import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite("Observed spikes", .leavesNothing)
struct SpikeObserverTests {
    @Test("every layer shows its spikes under its name, while observed")
    func names() throws {
        let network = Sequential(LIFNeuron(), LIFNeuron())
        let currents = try Tensor.full([2, 3], 2)
        var seen: [(String, Double)] = []
        let result = try network.observingSpikes { (name, spikes) throws(TensorError) in
            seen.append((name, try spikes.sum().item()))
        } during: {
            try network(currents)
        }
        #expect(result.shape == [2, 3])
        #expect(seen.map(\.0) == ["0", "1"])
        #expect(seen.map(\.1) == [6, 6])
        _ = try network(currents)
        #expect(seen.count == 2)
    }

    @Test("an observer that was there comes back, and errors reach the caller")
    func nesting() throws {
        let neuron = LIFNeuron()
        var calls = 0
        neuron.spikeObserver = { (_) throws(TensorError) in calls += 1 }
        let error = #expect(throws: TensorError.self) {
            try neuron.observingSpikes { (_, _) throws(TensorError) in
                throw TensorError("enough")
            } during: {
                try neuron(Tensor.zeros([1, 1]))
            }
        }
        #expect(error?.description == "enough")
        #expect(calls == 0)
        _ = try neuron(Tensor.zeros([1, 1]))
        #expect(calls == 1)
    }
}
