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
                step(current, membrane, tile.padded) { index, potential, fired in
                    spikes.store(Lanes(repeating: 0).replacing(with: 1, where: fired), at: index)
                }
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
                let potentials = scratch[4 + t]
                step(current, membrane, tile.padded) { index, potential, _ in potentials.store(potential, at: index) }
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
                stepBack(
                    potentials, UnsafePointer(derivatives), spikeGradient, membraneGradient, currentGradient, tile.padded)
                Element.store(currentGradient, count: tile.count, padded: tile.padded, to: output.pointer + offset(t))
            }
        }
    }

    /// One step of a tile: charges and resets `membrane`, and reports potentials and spikes.
    @inline(__always)
    private func step(
        _ current: UnsafePointer<Float>, _ membrane: UnsafeMutablePointer<Float>, _ count: Int,
        _ report: (Int, Lanes, SIMDMask<Lanes.MaskStorage>) -> Void
    ) {
        let threshold = Float(dynamics.threshold)
        @inline(__always)
        func run(
            _ charge: (Lanes, Lanes) -> Lanes, _ reset: (Lanes, SIMDMask<Lanes.MaskStorage>) -> Lanes
        ) {
            forEachLanes(count) { index in
                let potential = charge(membrane.lanes(at: index), current.lanes(at: index))
                let fired = potential .>= threshold
                report(index, potential, fired)
                membrane.store(reset(potential, fired), at: index)
            }
        }
        @inline(__always)
        func subtract(_ potential: Lanes, _ fired: SIMDMask<Lanes.MaskStorage>) -> Lanes {
            potential.replacing(with: potential - threshold, where: fired)
        }
        @inline(__always)
        func toZero(_ potential: Lanes, _ fired: SIMDMask<Lanes.MaskStorage>) -> Lanes {
            potential.replacing(with: 0, where: fired)
        }
        switch (dynamics.decay, dynamics.reset) {
        case (.factor(let factor), .subtractThreshold):
            let factor = Float(factor)
            run({ v, i in v * factor + i }, subtract)
        case (.factor(let factor), .toZero):
            let factor = Float(factor)
            run({ v, i in v * factor + i }, toZero)
        case (.timeConstant(let constant), .subtractThreshold):
            let constant = Float(constant)
            run({ v, i in v + (i - v) / constant }, subtract)
        case (.timeConstant(let constant), .toZero):
            let constant = Float(constant)
            run({ v, i in v + (i - v) / constant }, toZero)
        }
    }

    /// The gradient of one step of a tile: from that of the spikes and of the membrane after the step to that of the
    /// current and of the membrane before it.
    @inline(__always)
    private func stepBack(
        _ potentials: UnsafePointer<Float>, _ derivatives: UnsafePointer<Float>, _ spikeGradient: UnsafePointer<Float>,
        _ membraneGradient: UnsafeMutablePointer<Float>, _ currentGradient: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        let threshold = Float(dynamics.threshold)
        let membraneShare = Float(dynamics.decay.membraneShare), inputShare = Float(dynamics.decay.inputShare)
        /// `slope` is ∂V/∂U.
        @inline(__always)
        func run(_ slope: (_ potential: Lanes, _ derivative: Lanes) -> Lanes) {
            forEachLanes(count) { index in
                let derivative = derivatives.lanes(at: index)
                let gradient =
                    spikeGradient.lanes(at: index) * derivative
                    + membraneGradient.lanes(at: index) * slope(potentials.lanes(at: index), derivative)
                currentGradient.store(gradient * inputShare, at: index)
                membraneGradient.store(gradient * membraneShare, at: index)
            }
        }
        switch (dynamics.reset, dynamics.detachesReset) {
        case (.subtractThreshold, true): run { _, _ in Lanes(repeating: 1) }
        case (.subtractThreshold, false): run { _, derivative in 1 - derivative * threshold }
        case (.toZero, true):
            run { potential, _ in Lanes(repeating: 1).replacing(with: 0, where: potential .>= threshold) }
        case (.toZero, false):
            run { potential, derivative in
                Lanes(repeating: 1).replacing(with: 0, where: potential .>= threshold) - potential * derivative
            }
        }
    }
}
