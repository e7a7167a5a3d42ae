/// A center, a scale and a shift for each channel, to normalise frames whose channels are innermost in memory and a
/// multiple of 32 in number. Tiles and numbers are in the order of `Element.load`, which is the same in each group of
/// 32 neurons.
struct ChannelShares: Sendable {
    private let centers: [Float]
    private let scales: [Float]
    private let shifts: [Float]

    init<Element: KernelElement>(centers: [Float], scales: [Float], shifts: [Float], _: Element.Type) {
        self.centers = Self.arranged(centers, Element.self)
        self.scales = Self.arranged(scales, Element.self)
        self.shifts = Self.arranged(shifts, Element.self)
    }

    /// Returns values in the order of `Element.load`, from values in the order of memory.
    static func arranged<Element: KernelElement>(_ values: [Float], _: Element.Type) -> [Float] {
        var values = values
        values.withUnsafeMutableBufferPointer { Element.arrange($0.baseAddress!, count: $0.count) }
        return values
    }

    /// Writes (value − center) · scale + shift for each value of a tile.
    func normalize(
        _ values: UnsafePointer<Float>, of tile: FrameLayout.Tile, into result: UnsafeMutablePointer<Float>
    ) {
        withPointers { centers, scales, shifts in
            tile.forEachLanes(centers.count) { channel, index in
                let centered = values.lanes(at: index) - centers.baseAddress!.lanes(at: channel)
                let scaled = centered * scales.baseAddress!.lanes(at: channel)
                result.store(scaled + shifts.baseAddress!.lanes(at: channel), at: index)
            }
        }
    }

    /// Writes gradient · factor − (value − center) · scale − shift for each value of a tile.
    func project(
        _ gradients: UnsafePointer<Float>, _ factors: UnsafePointer<Float>, _ values: UnsafePointer<Float>,
        of tile: FrameLayout.Tile, into result: UnsafeMutablePointer<Float>
    ) {
        withPointers { centers, scales, shifts in
            tile.forEachLanes(centers.count) { channel, index in
                let centered = values.lanes(at: index) - centers.baseAddress!.lanes(at: channel)
                let rest = centered * scales.baseAddress!.lanes(at: channel) + shifts.baseAddress!.lanes(at: channel)
                result.store(gradients.lanes(at: index) * factors.lanes(at: channel) - rest, at: index)
            }
        }
    }

    /// Adds gradients to `sums`, and gradients times (value − center) to `products`. Both hold one number per channel
    /// of the tile, beginning with the channel of its first neuron.
    func add(
        _ gradients: UnsafePointer<Float>, _ values: UnsafePointer<Float>, of tile: FrameLayout.Tile,
        to sums: UnsafeMutablePointer<Float>, _ products: UnsafeMutablePointer<Float>
    ) {
        withPointers { centers, _, _ in
            let first = tile.start % centers.count
            tile.forEachLanes(centers.count) { channel, index in
                let place = channel >= first ? channel &- first : channel &+ centers.count &- first
                let gradient = gradients.lanes(at: index)
                let product = gradient * (values.lanes(at: index) - centers.baseAddress!.lanes(at: channel))
                sums.store(sums.lanes(at: place) + gradient, at: place)
                products.store(products.lanes(at: place) + product, at: place)
            }
        }
    }

    /// Adds the numbers that `add` has gathered for a tile to the sums of its channels.
    func flush(
        _ gathered: UnsafePointer<Float>, of tile: FrameLayout.Tile, to sums: UnsafeMutablePointer<Double>
    ) {
        var channel = tile.start % centers.count
        for place in 0..<min(centers.count, tile.count) {
            sums[channel] += Double(gathered[place])
            channel = channel + 1 == centers.count ? 0 : channel + 1
        }
    }

    @inline(__always)
    private func withPointers(
        _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void
    ) {
        centers.withUnsafeBufferPointer { centers in
            scales.withUnsafeBufferPointer { scales in
                shifts.withUnsafeBufferPointer { shifts in body(centers, scales, shifts) }
            }
        }
    }
}

extension FrameLayout.Tile {
    /// Calls `body` for each series of neighbouring channels of a tile whose channels are innermost in memory.
    @inline(__always)
    func forEachRow(_ channels: Int, _ body: (_ channel: Int, _ start: Int, _ count: Int) -> Void) {
        var channel = self.start % channels
        var start = 0
        while start < count {
            let length = min(channels - channel, count - start)
            body(channel, start, length)
            start += length
            channel = 0
        }
    }

    /// Calls `body` for the series of `forEachRow` in pieces of 16 channels.
    @inline(__always)
    func forEachLanes(_ channels: Int, _ body: (_ channel: Int, _ index: Int) -> Void) {
        forEachRow(channels) { channel, start, count in
            var index = 0
            while index < count {
                body(channel &+ index, start &+ index)
                index &+= Lanes.scalarCount
            }
        }
    }
}
