import TorchTensors

/// Encodes a static input as spikes in one pass over memory.
///
/// A tile of values is read once and goes through all steps while it stays in the cache. For the backward pass only the
/// input and the thresholds are kept; the values at each step are computed again.
struct TemporalEncodingKernel: Sendable {
    let encoding: TemporalEncoding

    init(_ encoding: TemporalEncoding) { self.encoding = encoding }

    /// Returns the spikes [T, B, C, …] for values [B, C, …] and float32 thresholds [T, C], and records the call in the
    /// graph.
    func spikes(_ x: Tensor, _ thresholds: Tensor) throws(TensorError) -> Tensor {
        let kernel = self
        let (x, thresholds) = (try FrameLayout.dense(x), try thresholds.contiguous())
        let spikes = try withoutGradient { () throws(TensorError) in
            let spikes = try FrameLayout.frames(thresholds.shape[0], like: x)
            if x.device.runsCUDA {
                try kernel.forwardOnCUDA(x, thresholds, spikes)
            } else if x.dtype == .bfloat16 {
                try kernel.forward(x, thresholds, spikes, BFloat16.self)
            } else {
                try kernel.forward(x, thresholds, spikes, Float.self)
            }
            return spikes
        }
        guard let surrogate = encoding.surrogate else { return spikes }
        let learnsThresholds = thresholds.requiresGradient
        try CustomFunction.record(
            "temporal encoding", inputs: [x, thresholds], outputs: [spikes], saving: [x, thresholds]
        ) { saved, gradients in
            guard let gradient = gradients[0] else { return [nil, nil] }
            if saved[0].device.runsCUDA {
                return try kernel.backwardOnCUDA(saved, gradient, learnsThresholds: learnsThresholds)
            }
            if saved[0].dtype == .bfloat16 {
                return try kernel.backward(saved, gradient, surrogate, learnsThresholds, BFloat16.self)
            }
            return try kernel.backward(saved, gradient, surrogate, learnsThresholds, Float.self)
        }
        return spikes
    }

    private func forward<Element: KernelElement>(
        _ x: Tensor, _ thresholds: Tensor, _ spikes: Tensor, _: Element.Type
    ) throws(TensorError) {
        let steps = thresholds.shape[0]
        let layout = FrameLayout(steps: steps, neurons: x.count)
        let channels = ChannelLayout(x, dimension: 1)
        let (input, output) = (try FramePointer<Element>(x), try FramePointer<Element>(spikes))
        let threshold = try FramePointer<Float>(thresholds)
        try layout.forEachTile(scratchTiles: 3) { tile, scratch in
            let value = scratch[0]
            Self.read(input.pointer + tile.start, tile, into: value)
            for t in 0..<steps {
                let place = output.pointer + t * layout.neurons + tile.start
                channels.spread(threshold.pointer + t * channels.channels, over: tile, into: scratch[1], Element.self)
                let spikes = Element.place(place, count: tile.count, padded: tile.padded, scratch: scratch[2])
                encoding.step(value, scratch[1], spikes: spikes, count: tile.padded)
                Element.store(spikes, count: tile.count, padded: tile.padded, to: place)
            }
        }
    }

    /// Returns the gradients of x and of the thresholds.
    private func backward<Element: KernelElement>(
        _ saved: [Tensor], _ gradient: Tensor, _ surrogate: SurrogateGradient, _ learnsThresholds: Bool, _: Element.Type
    ) throws(TensorError) -> [Tensor?] {
        let (x, thresholds) = (saved[0], saved[1])
        let steps = thresholds.shape[0]
        let gradient = try FrameLayout.like(FrameLayout.frames(steps, like: x), gradient)
        let result = try Tensor(unsetLike: x)
        let layout = FrameLayout(steps: steps, neurons: x.count)
        let channels = ChannelLayout(x, dimension: 1)
        let scratchTiles = 5 + 2 * steps
        let sums = ChannelSums(
            blocks: learnsThresholds ? layout.blockCount(scratchTiles: scratchTiles) : 0, steps: steps,
            channels: channels.channels)
        let (input, incoming) = (try FramePointer<Element>(x), try FramePointer<Element>(gradient))
        let (output, threshold) = (try FramePointer<Element>(result), try FramePointer<Float>(thresholds))
        try layout.forEachTile(scratchTiles: scratchTiles) { tile, scratch in
            let (xGradient, derivatives, buffer, thresholdGradient) = (scratch[0], scratch[1], scratch[2], scratch[3])
            let values = scratch + 5
            let spread = scratch + (5 + steps)
            for t in 0..<steps {
                channels.spread(threshold.pointer + t * channels.channels, over: tile, into: spread[t], Element.self)
                if t == 0 {
                    Self.read(input.pointer + tile.start, tile, into: values[0])
                } else {
                    values[t].update(from: values[t - 1], count: tile.padded)
                    encoding.step(values[t], spread[t - 1], spikes: nil, count: tile.padded)
                }
            }
            xGradient.update(repeating: 0, count: tile.padded)
            for t in (0..<steps).reversed() {
                Self.subtract(values[t], spread[t], into: derivatives, count: tile.padded)
                surrogate.derivatives(derivatives, threshold: 0, count: tile.padded, into: derivatives)
                let spikeGradient = Element.load(
                    incoming.pointer + t * layout.neurons + tile.start, count: tile.count, padded: tile.padded,
                    scratch: buffer)
                encoding.stepBack(
                    values[t], spread[t], derivatives, spikeGradient, xGradient, into: thresholdGradient,
                    count: tile.padded)
                if learnsThresholds {
                    channels.add(thresholdGradient, of: tile, to: sums.row(block: tile.block, step: t), Element.self)
                }
            }
            let place = output.pointer + tile.start
            let written = Element.place(place, count: tile.count, padded: tile.padded, scratch: scratch[4])
            written.update(from: xGradient, count: tile.padded)
            Element.store(written, count: tile.count, padded: tile.padded, to: place)
        }
        return [result, learnsThresholds ? try sums.total() : nil]
    }

    /// Copies a tile of the input, so that it can be changed.
    private static func read<Element: KernelElement>(
        _ source: UnsafePointer<Element>, _ tile: FrameLayout.Tile, into result: UnsafeMutablePointer<Float>
    ) {
        let loaded = Element.load(source, count: tile.count, padded: tile.padded, scratch: result)
        if loaded != UnsafePointer(result) { result.update(from: loaded, count: tile.padded) }
    }

    private static func subtract(
        _ values: UnsafePointer<Float>, _ thresholds: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        var index = 0
        while index < count {
            result.store(values.lanes(at: index) - thresholds.lanes(at: index), at: index)
            index &+= Lanes.scalarCount
        }
    }
}
