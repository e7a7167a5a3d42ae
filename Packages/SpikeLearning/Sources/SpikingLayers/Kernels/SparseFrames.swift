import TorchTensors

/// What is not zero in the frames [N, C, H, W] of spikes, channel by channel.
///
/// Frames are taken in groups. A place is where a pixel stands in the memory of a group's gradients, which has a zero
/// pixel around every frame if kernels are wider than one.
struct SparseFrames {
    /// A value and its place.
    struct Spike {
        let place: UInt32
        let value: Float
    }

    /// Pixels that are taken together.
    struct Group {
        /// Among those of all frames.
        let firstPixel: Int
        let pixelCount: Int
        /// Channel c has those from starts[c] until starts[c + 1].
        let starts: [UInt32]
        let spikes: [Spike]
    }

    let channels: Int
    /// Of pixels within a group, the same for all.
    let places: [UInt32]
    /// How many places there are, with those that stay zero.
    let placeCount: Int
    /// From a place to the one below it; to its right is the next.
    let pitch: Int
    let groups: [Group]

    /// How many pixels a group has, about: so many that their gradients fit the second-level cache, and of 32 outputs
    /// the first, where pixels have nothing to do with each other.
    private static func pixels(kernel: Int, outputs: Int) -> Int { kernel == 1 ? 192 : max(1, 131_072 / max(outputs, 128)) }

    /// - Parameters:
    ///   - frames: Channels innermost, their number a multiple of 32; the caller keeps it alive.
    ///   - kernel: Height and width of the kernels, 1 or 3.
    ///   - outputs: Channels of the gradients.
    init<Element: KernelElement>(
        _ frames: Tensor, kernel: Int, outputs: Int, _: Element.Type
    ) throws(TensorError) {
        let shape = frames.shape
        let (frameCount, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
        let pixelCount = frameCount * height * width
        let wanted = Self.pixels(kernel: kernel, outputs: outputs)
        let size: Int
        if kernel == 1 {
            size = min(wanted, pixelCount)
            pitch = 0
            places = (0..<UInt32(size)).map { $0 }
            placeCount = size
        } else {
            let framesTogether = min(max(wanted / (height * width), 1), frameCount)
            size = framesTogether * height * width
            // A zero column stands at the right of one row and at the left of the next, a zero row likewise.
            let pitch = width + 1
            self.pitch = pitch
            places = (0..<framesTogether).flatMap { frame in
                (0..<height).flatMap { y in
                    (0..<width).map { x in UInt32(1 + (frame * (height + 1) + y + 1) * pitch + x) }
                }
            }
            placeCount = (framesTogether * (height + 1) + 1) * pitch + 2
        }
        self.channels = channels

        let input = try FramePointer<Element>(frames)
        let places = self.places
        let groupCount = (pixelCount + size - 1) / size
        let gathered = Results<Group>(count: groupCount)
        try parallelFor(groupCount, grain: max(1, 4096 / size)) { range in
            // A channel's spikes, at first with room for all of a group.
            let room = UnsafeMutablePointer<Spike>.allocate(capacity: channels * size)
            defer { room.deallocate() }
            for index in range {
                let first = index * size
                let count = min(size, pixelCount - first)
                gathered[index] = Self.group(
                    input.pointer + first * channels, channels: channels, firstPixel: first, count: count, places, room)
            }
        }
        groups = gathered.values
    }

    private static func group<Element: KernelElement>(
        _ pixels: UnsafePointer<Element>, channels: Int, firstPixel: Int, count: Int, _ places: [UInt32],
        _ room: UnsafeMutablePointer<Spike>
    ) -> Group {
        var ends = (0..<channels).map { $0 &* count }
        places.withUnsafeBufferPointer { places in
            ends.withUnsafeMutableBufferPointer { ends in
                for pixel in 0..<count {
                    let values = pixels + pixel &* channels
                    let place = places[pixel]
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
        var starts: [UInt32] = [0]
        starts.reserveCapacity(channels + 1)
        for channel in 0..<channels { starts.append(starts[channel] + UInt32(ends[channel] - channel * count)) }
        let total = Int(starts[channels])
        let spikes = [Spike](unsafeUninitializedCapacity: total) { memory, initialized in
            for channel in 0..<channels {
                let length = Int(starts[channel + 1] - starts[channel])
                (memory.baseAddress! + Int(starts[channel])).initialize(from: room + channel * count, count: length)
            }
            initialized = total
        }
        return Group(firstPixel: firstPixel, pixelCount: count, starts: starts, spikes: spikes)
    }
}

/// One value for each index, which threads set, each its own.
private final class Results<Value>: @unchecked Sendable {
    private let memory: UnsafeMutableBufferPointer<Value?>

    init(count: Int) {
        memory = .allocate(capacity: count)
        memory.initialize(repeating: nil)
    }

    deinit {
        memory.deinitialize()
        memory.deallocate()
    }

    subscript(index: Int) -> Value {
        get { memory[index]! }
        set { memory[index] = newValue }
    }

    var values: [Value] { memory.map { $0! } }
}
