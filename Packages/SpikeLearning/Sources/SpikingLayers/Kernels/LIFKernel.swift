import TorchTensors

/// Leaky integrate-and-fire neurons in one pass over memory.
///
/// A tile of neurons goes through all steps while its membrane potentials stay in the cache. The backward pass keeps
/// nothing but the input: it computes the potentials of a tile again, which costs less than reading them from memory.
struct LIFKernel: Sendable {
    private let dynamics: LIFDynamics

    init(_ dynamics: LIFDynamics) { self.dynamics = dynamics }

    /// [T, …] currents to spikes, entered into the graph.
    func spikes(_ currents: Tensor) throws(TensorError) -> Tensor {
        let kernel = self
        let currents = try FrameLayout.dense(currents)
        let spikes = try withoutGradient { () throws(TensorError) in try kernel.forward(currents) }
        try CustomFunction.record("LIF", inputs: [currents], outputs: [spikes], saving: [currents]) { saved, gradients in
            guard let gradient = gradients[0] else { return [nil] }
            return [try kernel.backward(saved[0], gradient)]
        }
        return spikes
    }

    private func forward(_ currents: Tensor) throws(TensorError) -> Tensor {
        let spikes = try Tensor(unsetLike: currents)
        if currents.dtype == .bfloat16 {
            try forward(currents, spikes, BFloat16.self)
        } else {
            try forward(currents, spikes, Float.self)
        }
        return spikes
    }

    private func backward(_ currents: Tensor, _ gradient: Tensor) throws(TensorError) -> Tensor {
        let gradient = try FrameLayout.like(currents, gradient)
        let result = try Tensor(unsetLike: currents)
        if currents.dtype == .bfloat16 {
            try backward(currents, gradient, result, BFloat16.self)
        } else {
            try backward(currents, gradient, result, Float.self)
        }
        return result
    }
}

extension LIFKernel {
    private func forward<Element: KernelElement>(
        _ currents: Tensor, _ spikes: Tensor, _: Element.Type
    ) throws(TensorError) {
        let layout = FrameLayout(currents)
        let (input, output) = (try FramePointer<Element>(currents), try FramePointer<Element>(spikes))
        try layout.forEachTile(scratchTiles: 3) { tile, scratch in
            let membrane = scratch[0]
            membrane.update(repeating: 0, count: tile.padded)
            for t in 0..<layout.steps {
                let offset = t * layout.neurons + tile.start
                let current = Element.load(
                    input.pointer + offset, count: tile.count, padded: tile.padded, scratch: scratch[1])
                let spikes = Element.place(
                    output.pointer + offset, count: tile.count, padded: tile.padded, scratch: scratch[2])
                dynamics.step(current, membrane, .spikes, into: spikes, count: tile.padded)
                Element.store(spikes, count: tile.count, padded: tile.padded, to: output.pointer + offset)
            }
        }
    }

    private func backward<Element: KernelElement>(
        _ currents: Tensor, _ gradient: Tensor, _ result: Tensor, _: Element.Type
    ) throws(TensorError) {
        let layout = FrameLayout(currents)
        let steps = layout.steps
        let (input, incoming) = (try FramePointer<Element>(currents), try FramePointer<Element>(gradient))
        let output = try FramePointer<Element>(result)
        try layout.forEachTile(scratchTiles: 4 + steps) { tile, scratch in
            let (membrane, buffer, derivatives) = (scratch[0], scratch[1], scratch[2])
            func offset(_ t: Int) -> Int { t * layout.neurons + tile.start }

            membrane.update(repeating: 0, count: tile.padded)
            for t in 0..<steps {
                let current = Element.load(
                    input.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: buffer)
                dynamics.step(current, membrane, .potentials, into: scratch[4 + t], count: tile.padded)
            }

            let membraneGradient = membrane
            membraneGradient.update(repeating: 0, count: tile.padded)
            for t in (0..<steps).reversed() {
                let potentials = UnsafePointer(scratch[4 + t])
                dynamics.surrogate.derivatives(
                    potentials, threshold: Float(dynamics.threshold), count: tile.padded, into: derivatives)
                let spikeGradient = Element.load(
                    incoming.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: buffer)
                let currentGradient = Element.place(
                    output.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: scratch[3])
                dynamics.stepBack(
                    potentials, derivatives, spikeGradient, membraneGradient, into: currentGradient, count: tile.padded)
                Element.store(currentGradient, count: tile.count, padded: tile.padded, to: output.pointer + offset(t))
            }
        }
    }
}
