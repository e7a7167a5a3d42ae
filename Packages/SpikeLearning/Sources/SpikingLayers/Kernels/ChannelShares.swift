/// Three numbers a channel, to normalise frames with the channels innermost, whose number is a multiple of 32. Tiles and
/// numbers are in the order of `Element.load`, which is the same in each group of 32 neurons.
struct ChannelShares: Sendable {
    private let centers: [Float]
    private let scales: [Float]
    private let shifts: [Float]

    init<Element: KernelElement>(centers: [Float], scales: [Float], shifts: [Float], _: Element.Type) {
        func arranged(_ values: [Float]) -> [Float] {
            var values = values
            values.withUnsafeMutableBufferPointer { Element.arrange($0.baseAddress!, count: $0.count) }
            return values
        }
        self.centers = arranged(centers)
        self.scales = arranged(scales)
        self.shifts = arranged(shifts)
    }

    /// (value − center) · scale + shift
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

    /// (value − other) · scale
    func scale(
        _ values: UnsafePointer<Float>, minus other: UnsafePointer<Float>, of tile: FrameLayout.Tile,
        into result: UnsafeMutablePointer<Float>
    ) {
        withPointers { _, scales, _ in
            tile.forEachLanes(scales.count) { channel, index in
                let difference = values.lanes(at: index) - other.lanes(at: index)
                result.store(difference * scales.baseAddress!.lanes(at: channel), at: index)
            }
        }
    }

    /// Adds gradients to `sums`, and gradients times (value − center) to `products`, one number a channel each.
    func add(
        _ gradients: UnsafePointer<Float>, _ values: UnsafePointer<Float>, of tile: FrameLayout.Tile,
        to sums: UnsafeMutablePointer<Double>, _ products: UnsafeMutablePointer<Double>
    ) {
        withPointers { centers, _, _ in
            tile.forEachRow(centers.count) { channel, start, count in
                var index = 0
                while index < count {
                    let gradient = gradients[start &+ index]
                    sums[channel &+ index] += Double(gradient)
                    products[channel &+ index] += Double(
                        gradient * (values[start &+ index] - centers.baseAddress![channel &+ index]))
                    index &+= 1
                }
            }
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
    /// Neighbouring channels of a tile with the channels innermost.
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

    /// As `forEachRow`, in pieces of 16.
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
