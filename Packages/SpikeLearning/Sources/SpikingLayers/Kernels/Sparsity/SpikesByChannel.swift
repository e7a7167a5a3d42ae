/// A value that is not zero, and the place of its pixel.
struct Spike {
    let place: UInt32
    let value: Float
}

/// The nonzero values of a block of pixels, channel by channel.
struct SpikesByChannel: ~Copyable {
    private let channels: Int
    private let pixels: Int
    /// Memory in which values are gathered, with room for all pixels of each channel.
    private let room: UnsafeMutablePointer<Spike>
    /// The values of all channels, one channel after the other without gaps. They are read often, so they should take
    /// little of the cache.
    private let spikes: UnsafeMutablePointer<Spike>
    private let starts: UnsafeMutablePointer<Int>

    /// - Parameter pixels: The greatest number of pixels in a block.
    init(channels: Int, pixels: Int) {
        (self.channels, self.pixels) = (channels, pixels)
        room = .allocate(capacity: channels * pixels)
        spikes = .allocate(capacity: channels * pixels)
        starts = .allocate(capacity: channels + 1)
        starts.initialize(repeating: 0, count: channels + 1)
    }

    deinit {
        room.deallocate()
        spikes.deallocate()
        starts.deallocate()
    }

    subscript(channel: Int) -> UnsafeBufferPointer<Spike> {
        UnsafeBufferPointer(start: spikes + starts[channel], count: starts[channel + 1] - starts[channel])
    }

    /// Gathers the nonzero values of a block.
    ///
    /// - Parameters:
    ///   - values: The values, beginning with the first relevant channel of the first pixel. The number of channels is
    ///     a multiple of 32.
    ///   - stride: The distance from a pixel to the next, in elements.
    func gather<Element: KernelElement>(
        _ values: UnsafePointer<Element>, stride: Int, _ blocks: PixelBlocks, _ block: Int
    ) {
        var ends = (0..<channels).map { $0 * pixels }
        ends.withUnsafeMutableBufferPointer { ends in
            blocks.forEachRow(of: block) { pixel, place in
                for x in 0..<blocks.width {
                    let values = values + (pixel &+ x) &* stride
                    let place = UInt32(truncatingIfNeeded: place &+ x)
                    var channel = 0
                    while channel < channels {
                        var bits = Element.nonzeros(values + channel)
                        while bits != 0 {
                            let found = channel &+ bits.trailingZeroBitCount
                            bits &= bits &- 1
                            room[ends[found]] = Spike(place: place, value: values[found].asFloat)
                            ends[found] &+= 1
                        }
                        channel &+= 32
                    }
                }
            }
        }
        for channel in 0..<channels {
            let count = ends[channel] - channel * pixels
            (spikes + starts[channel]).update(from: room + channel * pixels, count: count)
            starts[channel + 1] = starts[channel] + count
        }
    }
}
