import TorchModules
import TorchTensors

/// Batch normalisation by the statistics of the batch, followed by leaky integrate-and-fire neurons. Normalised
/// currents are never stored in memory; the backward pass computes them again from the input.
///
/// The kernel takes frames whose channels are innermost in memory and a multiple of 32 in number. Sums are taken in
/// double precision, or within a tile in single precision; they are the same on any number of threads.
struct NormalizedLIFKernel: Sendable {
    let dynamics: LIFDynamics
    let epsilon: Double
    private let exchange: (any StatisticsExchange)?

    /// - Parameters:
    ///   - epsilon: The number ε that is added to the variance.
    ///   - exchange: Adds up the statistics over the processes that train together, on the CPU; `nil` for one process.
    init(_ dynamics: LIFDynamics, epsilon: Double, exchange: (any StatisticsExchange)? = nil) {
        self.dynamics = dynamics
        self.epsilon = epsilon
        self.exchange = exchange
    }

    /// Returns whether the kernel supports currents [T, B, C, …]; it needs more than one value per channel.
    static func suits(_ currents: Tensor, channels: Int) -> Bool {
        guard currents.rank >= 3 else { return false }
        let isKnown =
            currents.device.runsCUDA
            ? suitsCUDA(currents)
            : currents.device == .cpu && (currents.dtype == .float32 || currents.dtype == .bfloat16)
        return isKnown && currents.shape[2] == channels && currents.count > channels
            && channels % 32 == 0
            && currents.strides[2] == 1 && FrameLayout.isDense(currents)
    }

    /// Returns the spikes for currents [T, B, C, …], records the call in the graph, and updates the running statistics
    /// of `normalization`.
    ///
    /// - Parameters:
    ///   - scale: The scale of the normalisation, [C], float32.
    ///   - shift: The shift of the normalisation, [C], float32.
    func spikes(
        _ currents: Tensor, scale: Tensor, shift: Tensor, tracking normalization: BatchNorm
    ) throws(TensorError) -> Tensor {
        let kernel = self
        if currents.device.runsCUDA {
            let (spikes, statistics, shares) = try withoutGradient { () throws(TensorError) in
                try kernel.forwardOnCUDA(
                    currents, scale.contiguous(), shift.contiguous(), tracking: normalization)
            }
            try CustomFunction.record(
                "normalised LIF", inputs: [currents, scale, shift], outputs: [spikes],
                saving: [currents, scale, statistics, shares]
            ) { saved, gradients in
                guard let gradient = gradients[0] else { return [nil, nil, nil] }
                return try kernel.backwardOnCUDA(
                    saved[0], scale: saved[1].contiguous(), statistics: saved[2], shares: saved[3], gradient)
            }
            return spikes
        }
        let counts = exchange?.counts ?? true
        let (spikes, statistics, values) = try withoutGradient { () throws(TensorError) in
            if currents.dtype == .bfloat16 { return try kernel.forward(currents, scale, shift, BFloat16.self) }
            return try kernel.forward(currents, scale, shift, Float.self)
        }
        try CustomFunction.record(
            "normalised LIF", inputs: [currents, scale, shift], outputs: [spikes],
            saving: [currents, scale, shift, statistics]
        ) { saved, gradients in
            guard let gradient = gradients[0] else { return [nil, nil, nil] }
            if saved[0].dtype == .bfloat16 {
                return try kernel.backward(saved, values: values, counts: counts, gradient, BFloat16.self)
            }
            return try kernel.backward(saved, values: values, counts: counts, gradient, Float.self)
        }
        try normalization.track(mean: statistics[0], variance: statistics[1], values: values)
        return spikes
    }

    /// Returns the numbers by which a current is normalised: (current − mean) · scale / √(variance + ε) + shift.
    private func normalization<Element: KernelElement>(
        _ statistics: Tensor, scale: Tensor, shift: Tensor, _: Element.Type
    ) throws(TensorError) -> ChannelShares {
        let deviation = try (statistics[1] + epsilon).sqrt()
        return ChannelShares(
            centers: try statistics[0].to(.float32).elements(),
            scales: try (scale.to(.float64) / deviation).to(.float32).elements(), shifts: try shift.elements(),
            Element.self)
    }
}

extension NormalizedLIFKernel {
    /// Returns the mean and the variance of each channel, [2, C], float64, and the number of values per channel, of the
    /// whole batch.
    private func statistics<Element: KernelElement>(
        _ currents: Tensor, _: Element.Type
    ) throws(TensorError) -> (Tensor, values: Int) {
        let layout = FrameLayout(steps: 1, neurons: currents.count)
        let channels = currents.shape[2]
        let sums = ChannelSums(blocks: layout.blockCount(scratchTiles: 1), steps: 2, channels: channels)
        let input = try FramePointer<Element>(currents)
        try layout.forEachTile(scratchTiles: 1) { tile, scratch in
            let values = Element.load(
                input.pointer + tile.start, count: tile.count, padded: tile.padded, scratch: scratch[0])
            let (first, second) = (sums.row(block: tile.block, step: 0), sums.row(block: tile.block, step: 1))
            tile.forEachRow(channels) { channel, start, count in
                var index = 0
                while index < count {
                    let value = Double(values[start &+ index])
                    first[channel &+ index] += value
                    second[channel &+ index] += value * value
                    index &+= 1
                }
            }
        }
        sums.restoreOrder(Element.self)
        var (first, second, values) = (sums.total(of: 0), sums.total(of: 1), currents.count / channels)
        if let exchange {
            let (totals, count) = try exchange.totals(
                Tensor(first + second, shape: [2, channels]), values: values)
            (first, second, values) = (try totals[0].elements(), try totals[1].elements(), count)
        }
        let means = first.map { $0 / Double(values) }
        let variances = zip(second, means).map { max($0 / Double(values) - $1 * $1, 0) }
        return (try Tensor(means + variances, shape: [2, channels]), values)
    }

    /// Returns the spikes, the mean and the variance of each channel, and the number of values per channel.
    private func forward<Element: KernelElement>(
        _ currents: Tensor, _ scale: Tensor, _ shift: Tensor, _: Element.Type
    ) throws(TensorError) -> (Tensor, Tensor, values: Int) {
        let (statistics, values) = try statistics(currents, Element.self)
        let normalization = try normalization(statistics, scale: scale, shift: shift, Element.self)
        let spikes = try Tensor(unsetLike: currents)
        let layout = FrameLayout(currents)
        let (input, output) = (try FramePointer<Element>(currents), try FramePointer<Element>(spikes))
        try layout.forEachTile(scratchTiles: 4) { tile, scratch in
            let membrane = scratch[0]
            membrane.update(repeating: 0, count: tile.count)
            for t in 0..<layout.steps {
                let offset = t * layout.neurons + tile.start
                let current = Element.load(
                    input.pointer + offset, count: tile.count, padded: tile.padded, scratch: scratch[1])
                normalization.normalize(current, of: tile, into: scratch[3])
                let spikes = Element.place(
                    output.pointer + offset, count: tile.count, padded: tile.padded, scratch: scratch[2])
                dynamics.step(scratch[3], membrane, .spikes, into: spikes, count: tile.count)
                Element.store(spikes, count: tile.count, padded: tile.padded, to: output.pointer + offset)
            }
        }
        return (spikes, statistics, values)
    }

    /// Returns the gradients of currents, scale and shift: scale / σ · (g − mean(g) − x̂ · mean(g · x̂)), Σ g · x̂ and
    /// Σ g.
    ///
    /// Here g is the gradient of a normalised current, x̂ is that current before scale and shift, and
    /// σ = √(variance + ε). Means are those of a channel over the whole batch, sums those over the part of this process.
    private func backward<Element: KernelElement>(
        _ saved: [Tensor], values: Int, counts: Bool, _ gradient: Tensor, _: Element.Type
    ) throws(TensorError) -> [Tensor] {
        let (currents, scale, statistics) = (saved[0], saved[1], saved[3])
        let normalization = try normalization(statistics, scale: scale, shift: saved[2], Element.self)
        let result = try Tensor(unsetLike: currents)
        let sums = try backwardThroughNeurons(
            currents, normalization, FrameLayout.like(currents, gradient), into: result, Element.self)
        let own = try Tensor(sums.total(of: 0) + sums.total(of: 1), shape: [2, currents.shape[2]])
        let totals = try exchange?.totals(own) ?? own

        let inverse = try 1 / (statistics[1] + epsilon).sqrt()
        let factor = try scale.to(.float64) * inverse
        let projections = ChannelShares(
            centers: try statistics[0].to(.float32).elements(),
            scales: try (factor * totals[1] * (inverse * inverse) / Double(values)).to(.float32).elements(),
            shifts: try (factor * totals[0] / Double(values)).to(.float32).elements(), Element.self)
        if counts {
            try project(
                currents, result, projections, ChannelShares.arranged(factor.to(.float32).elements(), Element.self),
                Element.self)
        } else {
            try result.fill(0)
        }
        return [result, try (own[1] * inverse).to(.float32), try own[0].to(.float32)]
    }

    /// Writes the gradients g of the normalised currents, and returns Σ g and Σ g · (current − mean) of each channel.
    private func backwardThroughNeurons<Element: KernelElement>(
        _ currents: Tensor, _ normalization: ChannelShares, _ gradient: Tensor, into result: Tensor, _: Element.Type
    ) throws(TensorError) -> ChannelSums {
        let layout = FrameLayout(currents)
        let steps = layout.steps
        let channels = currents.shape[2]
        let scratchTiles = 8 + steps
        let sums = ChannelSums(blocks: layout.blockCount(scratchTiles: scratchTiles), steps: 2, channels: channels)
        let (input, incoming) = (try FramePointer<Element>(currents), try FramePointer<Element>(gradient))
        let output = try FramePointer<Element>(result)
        try layout.forEachTile(scratchTiles: scratchTiles) { tile, scratch in
            let (membrane, buffer, derivatives, normalized) = (scratch[0], scratch[1], scratch[2], scratch[5])
            func offset(_ t: Int) -> Int { t * layout.neurons + tile.start }
            func current(_ t: Int) -> UnsafePointer<Float> {
                Element.load(input.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: buffer)
            }

            membrane.update(repeating: 0, count: tile.count)
            for t in 0..<steps {
                normalization.normalize(current(t), of: tile, into: normalized)
                dynamics.step(normalized, membrane, .potentials, into: scratch[8 + t], count: tile.count)
            }

            let membraneGradient = membrane
            membraneGradient.update(repeating: 0, count: tile.count)
            let (gradients, products) = (scratch[6], scratch[7])
            gradients.update(repeating: 0, count: tile.count)
            products.update(repeating: 0, count: tile.count)
            for t in (0..<steps).reversed() {
                let potentials = UnsafePointer(scratch[8 + t])
                dynamics.surrogate.derivatives(
                    potentials, threshold: Float(dynamics.threshold), count: tile.count, into: derivatives)
                let spikeGradient = Element.load(
                    incoming.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: scratch[4])
                let currentGradient = Element.place(
                    output.pointer + offset(t), count: tile.count, padded: tile.padded, scratch: scratch[3])
                dynamics.stepBack(
                    potentials, derivatives, spikeGradient, membraneGradient, into: currentGradient, count: tile.count)
                normalization.add(currentGradient, current(t), of: tile, to: gradients, products)
                Element.store(currentGradient, count: tile.count, padded: tile.padded, to: output.pointer + offset(t))
            }
            normalization.flush(gradients, of: tile, to: sums.row(block: tile.block, step: 0))
            normalization.flush(products, of: tile, to: sums.row(block: tile.block, step: 1))
        }
        sums.restoreOrder(Element.self)
        return sums
    }

    /// Turns the gradients of the normalised currents into those of the currents, in place: scales them and subtracts
    /// their components along the mean and along the currents.
    private func project<Element: KernelElement>(
        _ currents: Tensor, _ gradient: Tensor, _ projections: ChannelShares, _ factors: [Float], _: Element.Type
    ) throws(TensorError) {
        let layout = FrameLayout(steps: 1, neurons: currents.count)
        let (input, output) = (try FramePointer<Element>(currents), try FramePointer<Element>(gradient))
        try layout.forEachTile(scratchTiles: 3) { tile, scratch in
            let current = Element.load(
                input.pointer + tile.start, count: tile.count, padded: tile.padded, scratch: scratch[0])
            let gradient = Element.load(
                output.pointer + tile.start, count: tile.count, padded: tile.padded, scratch: scratch[1])
            let result = Element.place(
                output.pointer + tile.start, count: tile.count, padded: tile.padded, scratch: scratch[2])
            projections.project(gradient, factors, current, of: tile, into: result)
            Element.store(result, count: tile.count, padded: tile.padded, to: output.pointer + tile.start)
        }
    }
}
