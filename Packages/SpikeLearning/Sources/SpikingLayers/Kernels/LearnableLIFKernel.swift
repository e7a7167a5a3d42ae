import TorchTensors

/// Computes neurons as `LIFKernel` does, but with factors of membrane potential and current ("shares") for every step
/// and channel.
struct LearnableLIFKernel: Sendable {
    /// The threshold, the reset and the surrogate gradient; the decay is not used.
    let dynamics: LIFDynamics

    init(_ dynamics: LIFDynamics) { self.dynamics = dynamics }

    /// Returns the spikes for currents [T, B, C, …] and float32 shares [T, C], and records the call in the graph.
    func spikes(
        _ currents: Tensor, membraneShares: Tensor, currentShares: Tensor
    ) throws(TensorError) -> Tensor {
        let kernel = self
        let inputs = [
            try FrameLayout.dense(currents), try membraneShares.contiguous(), try currentShares.contiguous(),
        ]
        let spikes = try withoutGradient { () throws(TensorError) in
            let spikes = try Tensor(unsetLike: inputs[0])
            if currents.device.runsCUDA {
                try kernel.forwardOnCUDA(inputs, spikes)
            } else if currents.dtype == .bfloat16 {
                try kernel.forward(inputs, spikes, BFloat16.self)
            } else {
                try kernel.forward(inputs, spikes, Float.self)
            }
            return spikes
        }
        try CustomFunction.record("learnable LIF", inputs: inputs, outputs: [spikes], saving: inputs) {
            saved, gradients in
            guard let gradient = gradients[0] else { return [nil, nil, nil] }
            if saved[0].device.runsCUDA { return try kernel.backwardOnCUDA(saved, gradient) }
            if saved[0].dtype == .bfloat16 { return try kernel.backward(saved, gradient, BFloat16.self) }
            return try kernel.backward(saved, gradient, Float.self)
        }
        return spikes
    }

    private func forward<Element: KernelElement>(
        _ inputs: [Tensor], _ spikes: Tensor, _: Element.Type
    ) throws(TensorError) {
        let layout = FrameLayout(inputs[0])
        let channels = ChannelLayout(inputs[0], dimension: 2)
        let (input, output) = (try FramePointer<Element>(inputs[0]), try FramePointer<Element>(spikes))
        let (membraneShares, currentShares) = (try FramePointer<Float>(inputs[1]), try FramePointer<Float>(inputs[2]))
        try layout.forEachTile(scratchTiles: 5) { tile, scratch in
            let membrane = scratch[0]
            let shares = InputShares(membrane: scratch[3], current: scratch[4])
            membrane.update(repeating: 0, count: tile.padded)
            for t in 0..<layout.steps {
                let offset = t * layout.neurons + tile.start
                let row = t * channels.channels
                channels.spread(membraneShares.pointer + row, over: tile, into: scratch[3], Element.self)
                channels.spread(currentShares.pointer + row, over: tile, into: scratch[4], Element.self)
                let current = Element.load(
                    input.pointer + offset, count: tile.count, padded: tile.padded, scratch: scratch[1])
                let spikes = Element.place(
                    output.pointer + offset, count: tile.count, padded: tile.padded, scratch: scratch[2])
                dynamics.step(current, membrane, shares: shares, .spikes, into: spikes, count: tile.padded)
                Element.store(spikes, count: tile.count, padded: tile.padded, to: output.pointer + offset)
            }
        }
    }

    /// Returns the gradients of currents, membrane shares and current shares.
    private func backward<Element: KernelElement>(
        _ saved: [Tensor], _ gradient: Tensor, _: Element.Type
    ) throws(TensorError) -> [Tensor] {
        let currents = saved[0]
        let gradient = try FrameLayout.like(currents, gradient)
        let result = try Tensor(unsetLike: currents)
        let layout = FrameLayout(currents)
        let channels = ChannelLayout(currents, dimension: 2)
        let steps = layout.steps
        let scratchTiles = 10 + steps
        let blocks = layout.blockCount(scratchTiles: scratchTiles)
        let membraneShareSums = ChannelSums(blocks: blocks, steps: steps, channels: channels.channels)
        let currentShareSums = ChannelSums(blocks: blocks, steps: steps, channels: channels.channels)
        let (input, incoming) = (try FramePointer<Element>(currents), try FramePointer<Element>(gradient))
        let output = try FramePointer<Element>(result)
        let (membraneShares, currentShares) = (try FramePointer<Float>(saved[1]), try FramePointer<Float>(saved[2]))
        try layout.forEachTile(scratchTiles: scratchTiles) { tile, scratch in
            let (membrane, currentBuffer, derivatives) = (scratch[0], scratch[1], scratch[2])
            let shares = InputShares(membrane: scratch[4], current: scratch[5])
            func offset(_ t: Int) -> Int { t * layout.neurons + tile.start }
            func current(_ t: Int) -> UnsafePointer<Float> {
                Element.load(
                    input.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: currentBuffer)
            }
            func spreadShares(_ t: Int) {
                let row = t * channels.channels
                channels.spread(membraneShares.pointer + row, over: tile, into: scratch[4], Element.self)
                channels.spread(currentShares.pointer + row, over: tile, into: scratch[5], Element.self)
            }

            membrane.update(repeating: 0, count: tile.padded)
            for t in 0..<steps {
                spreadShares(t)
                dynamics.step(
                    current(t), membrane, shares: shares, .potentials, into: scratch[10 + t], count: tile.padded)
            }

            let membraneGradient = membrane
            let membraneBefore = scratch[8]
            membraneGradient.update(repeating: 0, count: tile.padded)
            for t in (0..<steps).reversed() {
                let potentials = UnsafePointer(scratch[10 + t])
                // The shares of the last step are still spread over the tile.
                if t < steps - 1 { spreadShares(t) }
                if t > 0 {
                    dynamics.reset(scratch[10 + t - 1], into: membraneBefore, count: tile.padded)
                } else {
                    membraneBefore.update(repeating: 0, count: tile.padded)
                }
                dynamics.surrogate.derivatives(
                    potentials, threshold: Float(dynamics.threshold), count: tile.padded, into: derivatives)
                let spikeGradient = Element.load(
                    incoming.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: scratch[9])
                let currentGradient = Element.place(
                    output.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: scratch[3])
                let shareGradients = InputShareGradients(
                    shares: shares, membraneBefore: membraneBefore, current: current(t), ofMembraneShare: scratch[6],
                    ofCurrentShare: scratch[7])
                dynamics.stepBack(
                    potentials, derivatives, spikeGradient, membraneGradient, shares: shareGradients,
                    into: currentGradient, count: tile.padded)
                Element.store(currentGradient, count: tile.count, padded: tile.padded, to: output.pointer + offset(t))
                channels.add(
                    scratch[6], of: tile, to: membraneShareSums.row(block: tile.block, step: t), Element.self)
                channels.add(scratch[7], of: tile, to: currentShareSums.row(block: tile.block, step: t), Element.self)
            }
        }
        return [result, try membraneShareSums.total(), try currentShareSums.total()]
    }
}
