/// The nonzero values of a block of pixels, place by place. Places outside of the frames have none.
struct SpikesByPlace: ~Copyable {
    private let channels: Int
    private let channelSize: Int
    /// Where the rows of the channels begin, for each nonzero value: its channel times `channelSize`.
    private let rows: UnsafeMutablePointer<UInt32>
    private let values: UnsafeMutablePointer<Float>
    /// The range of the values of each place.
    private let ranges: UnsafeMutablePointer<(start: UInt32, end: UInt32)>
    /// Whether every nonzero value of the block is 1.
    private(set) var areOnes = true

    /// - Parameter channelSize: The number of weights of a channel, by which channels are numbered.
    init(channels: Int, channelSize: Int, _ blocks: PixelBlocks) {
        (self.channels, self.channelSize) = (channels, channelSize)
        let places = blocks.placeCount
        rows = .allocate(capacity: channels * places)
        values = .allocate(capacity: channels * places)
        ranges = .allocate(capacity: places)
        ranges.initialize(repeating: (0, 0), count: places)
    }

    deinit {
        rows.deallocate()
        values.deallocate()
        ranges.deallocate()
    }

    /// The nonzero values of a place.
    @inline(__always)
    subscript(place: Int) -> (rows: UnsafePointer<UInt32>, values: UnsafePointer<Float>, count: Int) {
        let range = ranges[place]
        return (
            UnsafePointer(rows + Int(range.start)), UnsafePointer(values + Int(range.start)),
            Int(range.end &- range.start)
        )
    }

    /// Gathers the nonzero values of the places that a block reaches.
    ///
    /// - Parameter frames: All values, with the channels innermost; their number is a multiple of 32.
    mutating func gather<Element: KernelElement>(
        _ frames: UnsafePointer<Element>, _ blocks: PixelBlocks, _ block: Int
    ) {
        var end = 0
        var areOnes = true
        blocks.forEachSeenRow(of: block) { pixel, place in
            guard let pixel else {
                (ranges + place).update(repeating: (0, 0), count: blocks.width)
                return
            }
            for x in 0..<blocks.width {
                let source = frames + (pixel &+ x) &* channels
                let start = end
                var channel = 0
                while channel < channels {
                    var bits = Element.nonzeros(source + channel)
                    while bits != 0 {
                        let found = channel &+ bits.trailingZeroBitCount
                        bits &= bits &- 1
                        let value = source[found].asFloat
                        rows[end] = UInt32(truncatingIfNeeded: found &* channelSize)
                        values[end] = value
                        areOnes = areOnes && value == 1
                        end &+= 1
                    }
                    channel &+= 32
                }
                ranges[place &+ x] = (UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: end))
            }
        }
        self.areOnes = areOnes
    }
}
