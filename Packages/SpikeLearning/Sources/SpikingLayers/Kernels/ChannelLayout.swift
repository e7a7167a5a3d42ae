import TorchTensors

/// The channel of each neuron of a frame, in the order of memory: a run of neurons of the first channel, then one of
/// the second, and so on, again and again. This describes any dense order of dimensions; with channels last, a run is a
/// single neuron.
struct ChannelLayout: Sendable {
    let channels: Int

    /// The number of neurons in a run.
    let run: Int

    /// - Parameters:
    ///   - tensor: A tensor with dense frames.
    ///   - dimension: The dimension of the channels.
    init(_ tensor: Tensor, dimension: Int) {
        channels = tensor.shape[dimension]
        // A dimension of length 1 can have any stride.
        run = channels == 1 ? max(1, tensor.count) : tensor.strides[dimension]
    }

    /// Writes, for each neuron of a tile, the value of its channel, in the order of `Element.load`.
    ///
    /// - Parameter values: One value per channel.
    func spread<Element: KernelElement>(
        _ values: UnsafePointer<Float>, over tile: FrameLayout.Tile, into result: UnsafeMutablePointer<Float>,
        _: Element.Type
    ) {
        if run == 1 {
            tile.forEachRow(channels) { channel, start, count in
                (result + start).update(from: values + channel, count: count)
            }
        } else {
            forEachRun(tile) { channel, start, count in
                (result + start).update(repeating: values[channel], count: count)
            }
        }
        (result + tile.count).update(repeating: 1, count: tile.padded - tile.count)
        if needsOrder(Element.self) { Element.arrange(result, count: tile.padded) }
    }

    /// Adds the values of a tile to the sums of their channels. Before the call the values are in the order of
    /// `Element.load`, after it they may be in that of memory.
    ///
    /// - Parameter sums: One sum per channel.
    func add<Element: KernelElement>(
        _ values: UnsafeMutablePointer<Float>, of tile: FrameLayout.Tile, to sums: UnsafeMutablePointer<Double>,
        _: Element.Type
    ) {
        if needsOrder(Element.self) { Element.restore(values, count: tile.padded) }
        if run == 1 {
            tile.forEachRow(channels) { channel, start, count in
                for index in 0..<count { sums[channel + index] += Double(values[start + index]) }
            }
        } else {
            forEachRun(tile) { channel, start, count in sums[channel] += Double(sum(values + start, count: count)) }
        }
    }

    /// Whether the order of `Element.load` matters: runs of whole groups of 32 neurons look the same in either order.
    private func needsOrder<Element: KernelElement>(_: Element.Type) -> Bool {
        !Element.keepsOrder && run % 32 != 0
    }

    private func sum(_ values: UnsafePointer<Float>, count: Int) -> Float {
        var lanes = Lanes.zero
        var index = 0
        while index + Lanes.scalarCount <= count {
            lanes += values.lanes(at: index)
            index += Lanes.scalarCount
        }
        var sum = lanes.sum()
        while index < count {
            sum += values[index]
            index += 1
        }
        return sum
    }

    @inline(__always)
    private func forEachRun(_ tile: FrameLayout.Tile, _ body: (_ channel: Int, _ start: Int, _ count: Int) -> Void) {
        var channel = tile.start / run % channels
        var rest = run - tile.start % run
        var start = 0
        while start < tile.count {
            let count = min(rest, tile.count - start)
            body(channel, start, count)
            start += count
            rest = run
            channel = channel + 1 == channels ? 0 : channel + 1
        }
    }
}
