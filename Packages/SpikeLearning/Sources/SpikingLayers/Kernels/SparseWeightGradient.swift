import TorchTensors

/// The gradient of a convolution's weight where few inputs are not zero, as with spikes: what is zero costs nothing.
///
/// For float32 and bfloat16 on the CPU with the channels innermost, kernels of 1 × 1 or 3 × 3 with steps of one pixel
/// whose results have the size of the frames. Sums are in single precision, in the same order on any number of threads.
struct SparseWeightGradient {
    /// Height and width of the kernels.
    let kernel: Int

    /// Output channels that are computed together: with each of nine places of a kernel, what the registers hold.
    private static let tile = 32

    /// Whether the kernel computes this weight's gradient from these frames [N, C, H, W].
    static func suits(_ frames: Tensor, weight: Tensor, stride: Int, padding: Int) -> Bool {
        let (shape, kernel) = (frames.shape, weight.shape)
        return frames.device == .cpu && (frames.dtype == .float32 || frames.dtype == .bfloat16)
            && weight.dtype == .float32 && shape.count == 4 && kernel.count == 4 && kernel[2] == kernel[3]
            && (kernel[2] == 1 || kernel[2] == 3) && stride == 1 && padding == kernel[2] / 2 && kernel[1] == shape[1]
            && shape[1] % 32 == 0 && kernel[0] % tile == 0 && frames.count > 0 && isChannelsLast(frames)
    }

    private static func isChannelsLast(_ frames: Tensor) -> Bool {
        let shape = frames.shape
        return frames.strides == [shape[1] * shape[2] * shape[3], 1, shape[1] * shape[3], shape[1]]
    }

    /// The share of values that are not zero, of every 16th pixel.
    static func density(_ frames: Tensor) throws(TensorError) -> Double {
        frames.dtype == .bfloat16 ? try density(frames, BFloat16.self) : try density(frames, Float.self)
    }

    private static func density<Element: KernelElement>(
        _ frames: Tensor, _: Element.Type
    ) throws(TensorError) -> Double {
        let values = try FramePointer<Element>(frames)
        let channels = frames.shape[1]
        let pixels = frames.count / channels
        var (found, seen) = (0, 0)
        for pixel in stride(from: 0, to: pixels, by: 16) {
            for channel in stride(from: 0, to: channels, by: 32) {
                found &+= Element.nonzeros(values.pointer + (pixel &* channels &+ channel)).nonzeroBitCount
            }
            seen += channels
        }
        return Double(found) / Double(seen)
    }

    /// - Parameters:
    ///   - frames: [N, C, H, W], which `suits`.
    ///   - gradient: [N, O, H, W], of the results.
    /// - Returns: [O, C, kernel, kernel], float32.
    func callAsFunction(_ frames: Tensor, _ gradient: Tensor) throws(TensorError) -> Tensor {
        let gradient = try gradient.channelsLast()
        switch (frames.dtype, gradient.dtype) {
        case (.bfloat16, .bfloat16): return try compute(frames, gradient, BFloat16.self, BFloat16.self)
        case (.bfloat16, _): return try compute(frames, gradient.to(.float32), BFloat16.self, Float.self)
        case (_, .bfloat16): return try compute(frames, gradient, Float.self, BFloat16.self)
        default: return try compute(frames, gradient.to(.float32), Float.self, Float.self)
        }
    }

    private func compute<Input: KernelElement, Gradient: KernelElement>(
        _ frames: Tensor, _ gradient: Tensor, _: Input.Type, _: Gradient.Type
    ) throws(TensorError) -> Tensor {
        let (shape, outputs, tile, area) = (frames.shape, gradient.shape[1], Self.tile, kernel * kernel)
        let channels = shape[1]
        let blocks = PixelBlocks(
            frames: shape[0], height: shape[2], width: shape[3], kernel: kernel,
            pixels: Self.pixelsOfBlock(kernel: kernel, outputs: outputs))
        // A tile of outputs after the other, in it all of a channel together.
        let sums = try Tensor.zeros([outputs / tile, channels, area, tile])
        let result = try FramePointer<Float>(sums)
        let (input, upstream) = (try FramePointer<Input>(frames), try FramePointer<Gradient>(gradient))
        let (kernel, tiles) = (kernel, channels / 32)
        let tilesOfThread = (tiles + Torch.threadCount - 1) / Torch.threadCount
        try parallelFor(tiles, grain: tilesOfThread) { range in
            let range = range.lowerBound * 32..<range.upperBound * 32
            var spikes = SpikesByChannel(channels: range.count, pixels: blocks.pixelCount)
            withUnsafeTemporaryAllocation(byteCount: outputs * blocks.placeCount * 4, alignment: 64) { memory in
                let gradients = memory.bindMemory(to: Float.self).baseAddress!
                gradients.update(repeating: 0, count: outputs * blocks.placeCount)
                for block in 0..<blocks.count {
                    spikes.gather(input.pointer + range.lowerBound, channels: channels, blocks, block)
                    place(upstream.pointer, outputs, blocks, block, at: gradients)
                    for index in 0..<outputs / tile {
                        let gradients = gradients + index &* blocks.placeCount &* tile
                        for channel in range {
                            let sums = result.pointer + (index &* channels &+ channel) &* tile &* area
                            let spikes = spikes[channel &- range.lowerBound]
                            if kernel == 1 {
                                addPoints(spikes, gradients, to: sums)
                            } else {
                                addSquares(spikes, gradients, pitch: blocks.pitch &* tile, to: sums)
                            }
                        }
                    }
                }
            }
        }
        Gradient.restore(result.pointer, count: sums.count)
        return try sums.permuted(0, 3, 1, 2).reshaped(outputs, channels, kernel, kernel)
    }

    /// So many that a block's gradients fit the second-level cache; and, where pixels have nothing to do with each other,
    /// those of a tile the first.
    private static func pixelsOfBlock(kernel: Int, outputs: Int) -> Int {
        kernel == 1 ? 192 : 131_072 / max(outputs, 128)
    }
}

/// Brings the gradients of the pixels that a block sees to their places, tile by tile.
private func place<Gradient: KernelElement>(
    _ upstream: UnsafePointer<Gradient>, _ outputs: Int, _ blocks: PixelBlocks, _ block: Int,
    at gradients: UnsafeMutablePointer<Float>
) {
    blocks.forEachSeenRow(of: block) { pixel, place in
        for output in stride(from: 0, to: outputs, by: 32) {
            var target = gradients + (output &* blocks.placeCount &+ place &* 32)
            guard let pixel else {
                target.update(repeating: 0, count: blocks.width * 32)
                continue
            }
            var source = upstream + (pixel &* outputs &+ output)
            for _ in 0..<blocks.width {
                let values = Gradient.load(source, count: 32, padded: 32, scratch: target)
                target.store(values.lanes(at: 0), at: 0)
                target.store(values.lanes(at: 16), at: 16)
                source += outputs
                target += 32
            }
        }
    }
}

/// A value that is not zero, and its pixel's place.
private struct Spike {
    let place: UInt32
    let value: Float
}

/// What is not zero in a block of pixels, channel by channel.
private struct SpikesByChannel: ~Copyable {
    private let channels: Int
    private let pixels: Int
    /// For each channel, room for as many as there are pixels.
    private let room: UnsafeMutablePointer<Spike>
    /// One channel's after the other's, without gaps: read often, they should take little of the cache.
    private let spikes: UnsafeMutablePointer<Spike>
    private var starts: [Int]

    /// - Parameter pixels: The most that a block has.
    init(channels: Int, pixels: Int) {
        (self.channels, self.pixels) = (channels, pixels)
        room = .allocate(capacity: channels * pixels)
        spikes = .allocate(capacity: channels * pixels)
        starts = Array(repeating: 0, count: channels + 1)
    }

    deinit {
        room.deallocate()
        spikes.deallocate()
    }

    subscript(channel: Int) -> UnsafeBufferPointer<Spike> {
        UnsafeBufferPointer(start: spikes + starts[channel], count: starts[channel + 1] - starts[channel])
    }

    /// - Parameters:
    ///   - values: From the first pixel's first channel that counts; their number is a multiple of 32.
    ///   - stride: From a pixel to the next.
    mutating func gather<Element: KernelElement>(
        _ values: UnsafePointer<Element>, channels stride: Int, _ blocks: PixelBlocks, _ block: Int
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

/// Adds what the spikes of a channel give the weights of 32 outputs: value times gradient at the place of each.
private func addPoints(
    _ spikes: UnsafeBufferPointer<Spike>, _ gradients: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
) {
    let none = Lanes(repeating: 0)
    var (a0, a1, b0, b1) = (sums.lanes(at: 0), sums.lanes(at: 16), none, none)
    var (c0, c1, d0, d1) = (none, none, none, none)
    @inline(__always) func add(_ index: Int, _ first: inout Lanes, _ second: inout Lanes) {
        let spike = spikes[index]
        let place = gradients + Int(spike.place) &* 32
        let value = Lanes(repeating: spike.value)
        first += place.lanes(at: 0) * value
        second += place.lanes(at: 16) * value
    }
    // Four sums at a time, as an addition waits for the one before it.
    var index = 0
    while index &+ 4 <= spikes.count {
        add(index, &a0, &a1)
        add(index &+ 1, &b0, &b1)
        add(index &+ 2, &c0, &c1)
        add(index &+ 3, &d0, &d1)
        index &+= 4
    }
    while index < spikes.count {
        add(index, &a0, &a1)
        index &+= 1
    }
    sums.store((a0 + b0) + (c0 + d0), at: 0)
    sums.store((a1 + b1) + (c1 + d1), at: 16)
}

/// Adds what the spikes of a channel give the weights of 32 outputs in kernels of 3 × 3: a spike meets kernel place
/// (row, column) in the result that is one up and one left of it at (2, 2), its own at (1, 1).
private func addSquares(
    _ spikes: UnsafeBufferPointer<Spike>, _ gradients: UnsafePointer<Float>, pitch: Int,
    to sums: UnsafeMutablePointer<Float>
) {
    var square = KernelSquare(sums)
    for spike in spikes {
        square.add(gradients + Int(spike.place) &* 32, pitch: pitch, Lanes(repeating: spike.value))
    }
    square.store(to: sums)
}

/// Sums for 32 outputs at each place of a 3 × 3 kernel.
private struct KernelSquare {
    private var upper: KernelRow
    private var middle: KernelRow
    private var lower: KernelRow

    @inline(__always)
    init(_ sums: UnsafePointer<Float>) {
        upper = KernelRow(sums)
        middle = KernelRow(sums + 96)
        lower = KernelRow(sums + 192)
    }

    @inline(__always)
    mutating func add(_ gradients: UnsafePointer<Float>, pitch: Int, _ value: Lanes) {
        upper.add(gradients + pitch, value)
        middle.add(gradients, value)
        lower.add(gradients - pitch, value)
    }

    @inline(__always)
    func store(to sums: UnsafeMutablePointer<Float>) {
        upper.store(to: sums)
        middle.store(to: sums + 96)
        lower.store(to: sums + 192)
    }
}

/// Sums for 32 outputs at the three places of a kernel's row.
private struct KernelRow {
    private var left0: Lanes, left1: Lanes
    private var center0: Lanes, center1: Lanes
    private var right0: Lanes, right1: Lanes

    @inline(__always)
    init(_ sums: UnsafePointer<Float>) {
        (left0, left1) = (sums.lanes(at: 0), sums.lanes(at: 16))
        (center0, center1) = (sums.lanes(at: 32), sums.lanes(at: 48))
        (right0, right1) = (sums.lanes(at: 64), sums.lanes(at: 80))
    }

    @inline(__always)
    mutating func add(_ gradients: UnsafePointer<Float>, _ value: Lanes) {
        left0 += gradients.lanes(at: 32) * value
        left1 += gradients.lanes(at: 48) * value
        center0 += gradients.lanes(at: 0) * value
        center1 += gradients.lanes(at: 16) * value
        right0 += gradients.lanes(at: -32) * value
        right1 += gradients.lanes(at: -16) * value
    }

    @inline(__always)
    func store(to sums: UnsafeMutablePointer<Float>) {
        sums.store(left0, at: 0)
        sums.store(left1, at: 16)
        sums.store(center0, at: 32)
        sums.store(center1, at: 48)
        sums.store(right0, at: 64)
        sums.store(right1, at: 80)
    }
}
