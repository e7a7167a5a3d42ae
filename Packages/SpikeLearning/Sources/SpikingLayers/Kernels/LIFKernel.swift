import TorchTensors

/// Computes leaky integrate-and-fire neurons in one pass over memory.
///
/// A tile of neurons goes through all steps while its membrane potentials stay in the cache. The backward pass computes
/// the potentials of a tile again from the input, which costs less than reading them from memory.
struct LIFKernel: Sendable {
    let dynamics: LIFDynamics

    init(_ dynamics: LIFDynamics) { self.dynamics = dynamics }

    /// Returns the spikes for currents [T, …] and records the call in the graph.
    func spikes(_ currents: Tensor) throws(TensorError) -> Tensor {
        let kernel = self
        let currents = try FrameLayout.dense(currents)
        let spikes = try withoutGradient { () throws(TensorError) in try kernel.forward(currents) }
        try CustomFunction.record("LIF", inputs: [currents], outputs: [spikes], saving: [currents]) {
            saved, gradients in
            guard let gradient = gradients[0] else { return [nil] }
            return [try kernel.backward(saved[0], FrameLayout.like(saved[0], gradient))]
        }
        return spikes
    }

    /// Returns the spikes [T, …] for currents […] that are the same at every step, and records the call in the graph.
    func spikes(constant current: Tensor, steps: Int) throws(TensorError) -> Tensor {
        let kernel = self
        let current = try FrameLayout.dense(current.unsqueezed(0)).squeezed(0)
        let spikes = try withoutGradient { () throws(TensorError) in
            let spikes = try FrameLayout.frames(steps, like: current)
            try kernel.forward(current, spikes)
            return spikes
        }
        try CustomFunction.record("LIF", inputs: [current], outputs: [spikes], saving: [current, spikes]) {
            saved, gradients in
            guard let gradient = gradients[0] else { return [nil] }
            return [try kernel.backward(saved[0], FrameLayout.like(saved[1], gradient))]
        }
        return spikes
    }

    private func forward(_ currents: Tensor) throws(TensorError) -> Tensor {
        let spikes = try Tensor(unsetLike: currents)
        try forward(currents, spikes)
        return spikes
    }

    private func forward(_ currents: Tensor, _ spikes: Tensor) throws(TensorError) {
        if currents.device.runsCUDA {
            try forwardOnCUDA(currents, spikes)
        } else if currents.dtype == .bfloat16 {
            try forward(currents, spikes, BFloat16.self)
        } else {
            try forward(currents, spikes, Float.self)
        }
    }

    private func backward(_ currents: Tensor, _ gradient: Tensor) throws(TensorError) -> Tensor {
        let result = try Tensor(unsetLike: currents)
        if currents.device.runsCUDA {
            try backwardOnCUDA(currents, gradient, result)
        } else if currents.dtype == .bfloat16 {
            try backward(currents, gradient, result, BFloat16.self)
        } else {
            try backward(currents, gradient, result, Float.self)
        }
        return result
    }
}

extension LIFKernel {
    /// - Parameter currents: The currents, laid out like `spikes`; or like one frame of `spikes`, if they are the same
    ///   at every step.
    private func forward<Element: KernelElement>(
        _ currents: Tensor, _ spikes: Tensor, _: Element.Type
    ) throws(TensorError) {
        let layout = FrameLayout(spikes)
        let isConstant = currents.rank < spikes.rank
        let (input, output) = (try FramePointer<Element>(currents), try FramePointer<Element>(spikes))
        try layout.forEachTile(scratchTiles: 3) { tile, scratch in
            let membrane = scratch[0]
            membrane.update(repeating: 0, count: tile.padded)
            for t in 0..<layout.steps {
                let offset = t * layout.neurons + tile.start
                let current = Element.load(
                    input.pointer + (isConstant ? tile.start : offset), count: tile.count, padded: tile.padded,
                    scratch: scratch[1])
                let spikes = Element.place(
                    output.pointer + offset, count: tile.count, padded: tile.padded, scratch: scratch[2])
                dynamics.step(current, membrane, .spikes, into: spikes, count: tile.padded)
                Element.store(spikes, count: tile.count, padded: tile.padded, to: output.pointer + offset)
            }
        }
    }

    /// - Parameters:
    ///   - currents: The currents, laid out like `gradient`; or like one frame of `gradient`, if they are the same at
    ///     every step.
    ///   - result: The gradient of the currents, laid out like `currents`; summed over all steps, if these have the
    ///     same currents.
    private func backward<Element: KernelElement>(
        _ currents: Tensor, _ gradient: Tensor, _ result: Tensor, _: Element.Type
    ) throws(TensorError) {
        let layout = FrameLayout(gradient)
        let isConstant = currents.rank < gradient.rank
        let steps = layout.steps
        let (input, incoming) = (try FramePointer<Element>(currents), try FramePointer<Element>(gradient))
        let output = try FramePointer<Element>(result)
        try layout.forEachTile(scratchTiles: 5 + steps) { tile, scratch in
            let (membrane, buffer, derivatives, sum) = (scratch[0], scratch[1], scratch[2], scratch[4])
            func offset(_ t: Int) -> Int { t * layout.neurons + tile.start }

            membrane.update(repeating: 0, count: tile.padded)
            for t in 0..<steps {
                let current = Element.load(
                    input.pointer + (isConstant ? tile.start : offset(t)), count: tile.count, padded: tile.padded,
                    scratch: buffer)
                dynamics.step(current, membrane, .potentials, into: scratch[5 + t], count: tile.padded)
            }

            let membraneGradient = membrane
            membraneGradient.update(repeating: 0, count: tile.padded)
            if isConstant { sum.update(repeating: 0, count: tile.padded) }
            for t in (0..<steps).reversed() {
                let potentials = UnsafePointer(scratch[5 + t])
                dynamics.surrogate.derivatives(
                    potentials, threshold: Float(dynamics.threshold), count: tile.padded, into: derivatives)
                let spikeGradient = Element.load(
                    incoming.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: buffer)
                let currentGradient =
                    isConstant
                    ? scratch[3]
                    : Element.place(
                        output.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: scratch[3])
                dynamics.stepBack(
                    potentials, derivatives, spikeGradient, membraneGradient, into: currentGradient, count: tile.padded)
                if isConstant {
                    for index in stride(from: 0, to: tile.padded, by: Lanes.scalarCount) {
                        sum.store(sum.lanes(at: index) + currentGradient.lanes(at: index), at: index)
                    }
                } else {
                    Element.store(
                        currentGradient, count: tile.count, padded: tile.padded, to: output.pointer + offset(t))
                }
            }
            if isConstant {
                Element.store(sum, count: tile.count, padded: tile.padded, to: output.pointer + tile.start)
            }
        }
    }
}
