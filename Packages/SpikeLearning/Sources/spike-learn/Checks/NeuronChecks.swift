import SpikingLayers
import TorchTensors

extension SelfCheck {
    static let neuronChecks = [
        SelfCheck(name: "spiking neurons against their kernel on the CPU") { device in
            // Far from the threshold on every device: multiples of 1/8 stay exact.
            let currents = try Tensor.integers([8, 4, 33], in: -4..<16, from: RandomStream(seed: 1)).to(.float32) / 8
            let weights = try Tensor.integers([8, 4, 33], in: -4..<5, from: RandomStream(seed: 2)).to(.float32)
            func run(_ device: Device, _ implementation: NeuronImplementation) throws -> (Tensor, Tensor) {
                let currents = try currents.to(device).detached().requireGradient()
                let spikes = try lifSpikes(currents, implementation: implementation)
                try (spikes * weights.to(device)).sum().backward()
                return (try spikes.detached(), currents.gradient!)
            }
            let (spikes, gradient) = try run(device, .tensorOperations)
            let (expectedSpikes, expectedGradient) = try run(.cpu, .kernel)
            try require(spikes, expectedSpikes.elements(as: Double.self))
            // The sums have eight products of numbers up to 4, each rounded.
            try require(gradient, expectedGradient.elements(as: Double.self), within: 1e-4)
        }
    ]
}
