import TorchModules
import TorchTensors

/// Computes a convolution of frames in which few values differ from zero, as with spikes. Zeros are skipped.
///
/// It supports frames in float32 and bfloat16 on the CPU with the channels innermost in memory, and kernels of 1 × 1 or
/// 3 × 3 pixels with stride 1 whose results have the size of the frames. Sums are taken in single precision, in the
/// same order on any number of threads.
struct SparseConvolution {
    /// The height and the width of the kernels.
    let kernel: Int

    /// The number of output channels that are computed together.
    private static let tile = 32

    /// Returns whether a convolution with a weight can skip zeros, or its gradient be computed without them, if the frames
    /// suit as well.
    static func suits(weight: Tensor, bias: Tensor? = nil, stride: Int, padding: Int) -> Bool {
        let kernel = weight.shape
        return weight.device == .cpu && weight.dtype == .float32 && kernel.count == 4 && kernel[2] == kernel[3]
            && (kernel[2] == 1 || kernel[2] == 3) && stride == 1 && padding == kernel[2] / 2 && kernel[0] % tile == 0
            && kernel[1] % 32 == 0
            && (bias.map { $0.device == .cpu && $0.dtype == .float32 && $0.shape == [kernel[0]] } ?? true)
    }

    /// Returns whether frames [N, C, H, W] can be convolved with a weight that suits.
    static func suits(_ frames: Tensor, weight: Tensor) -> Bool {
        frames.device == .cpu && (frames.dtype == .float32 || frames.dtype == .bfloat16) && frames.isChannelsLast
            && weight.rank == 4 && weight.shape[1] == frames.shape[1] && frames.count > 0
    }

    /// Returns the share of nonzero values above which LibTorch is faster, as measured by `synapse-benchmark`.
    ///
    /// The time of LibTorch does not depend on this share, and is half as long in bfloat16. Finding a spike takes time,
    /// which pays off less for kernels of one pixel with few outputs.
    static func densityLimit(kernel: Int, outputs: Int, _ dtype: DType) -> Double {
        switch (kernel == 3, outputs >= 128) {
        case (true, _): dtype == .bfloat16 ? 0.27 : 0.6
        case (false, true): dtype == .bfloat16 ? 0.18 : 0.4
        case (false, false): dtype == .bfloat16 ? 0 : 0.15
        }
    }

    /// Returns the share of nonzero values, estimated from every 16th pixel; nil if the frames of any process do not suit.
    ///
    /// - Parameters:
    ///   - frames: The frames of this process; nil if they do not suit.
    ///   - exchange: Adds up the numbers of several processes, so that all of them compute in the same way. All take part.
    static func density(
        _ frames: Tensor?, _ exchange: (any StatisticsExchange)? = nil
    ) throws(TensorError) -> Double? {
        let (found, seen) = try frames.map(nonzeros) ?? (0, 0)
        guard let exchange else { return frames == nil ? nil : Double(found) / Double(seen) }
        let own = try Tensor([Double(found), Double(seen), frames == nil ? 1 : 0])
        let totals: [Double] = try exchange.totals(own).elements()
        return frames == nil || totals[2] > 0 ? nil : totals[0] / totals[1]
    }

    /// Counts the nonzero values of every 16th pixel, and all values there.
    private static func nonzeros(_ frames: Tensor) throws(TensorError) -> (found: Int, seen: Int) {
        frames.dtype == .bfloat16 ? try nonzeros(frames, BFloat16.self) : try nonzeros(frames, Float.self)
    }

    private static func nonzeros<Element: KernelElement>(
        _ frames: Tensor, _: Element.Type
    ) throws(TensorError) -> (found: Int, seen: Int) {
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
        return (found, seen)
    }

    /// Returns the result of the convolution, [N, O, H, W], of the type of the frames, with the channels innermost.
    ///
    /// - Parameters:
    ///   - frames: Input frames [N, C, H, W] that suit.
    ///   - weight: The kernels, [O, C, kernel, kernel], rounded to the type of the frames.
    ///   - bias: A value for each output channel, [O]; nil for none.
    func callAsFunction(_ frames: Tensor, _ weight: Tensor, _ bias: Tensor?) throws(TensorError) -> Tensor {
        frames.dtype == .bfloat16
            ? try compute(frames, weight, bias, BFloat16.self) : try compute(frames, weight, bias, Float.self)
    }

    private func compute<Element: KernelElement>(
        _ frames: Tensor, _ weight: Tensor, _ bias: Tensor?, _: Element.Type
    ) throws(TensorError) -> Tensor {
        let (shape, outputs) = (frames.shape, weight.shape[0])
        let (channels, area, tile) = (shape[1], kernel * kernel, Self.tile)
        let blocks = PixelBlocks(
            frames: shape[0], height: shape[2], width: shape[3], kernel: kernel, pixels: Self.pixelsOfBlock)
        // The weights of a tile of outputs follow each other, place of the kernel by place, and channel by channel.
        let arranged = try weight.to(frames.dtype).to(.float32).reshaped(outputs / tile, tile, channels, area)
            .permuted(0, 3, 2, 1).contiguous()
        let start = try Tensor.zeros([outputs])
        if let bias { try start.copy(from: bias.to(frames.dtype)) }
        let result = try Tensor(unset: [shape[0], shape[2], shape[3], outputs], dtype: frames.dtype)
        let (input, target) = (try FramePointer<Element>(frames), try FramePointer<Element>(result))
        let (weights, first) = (try FramePointer<Float>(arranged), try FramePointer<Float>(start))
        Element.arrange(weights.pointer, count: arranged.count)
        Element.arrange(first.pointer, count: outputs)
        let kernel = kernel
        try parallelFor(blocks.count, grain: 1) { range in
            var spikes = SpikesByPlace(channels: channels, channelSize: tile, blocks)
            let sums = UnsafeMutablePointer<Float>.allocate(capacity: blocks.pixelCount * tile)
            defer { sums.deallocate() }
            for block in range {
                spikes.gather(input.pointer, blocks, block)
                for output in stride(from: 0, to: outputs, by: tile) {
                    for pixel in 0..<blocks.pixelCount {
                        (sums + pixel &* tile).update(from: first.pointer + output, count: tile)
                    }
                    for place in 0..<area {
                        let weights = weights.pointer + (output &* area &+ place &* tile) &* channels
                        let offset = kernel == 1 ? 0 : (place / 3 - 1) * blocks.pitch + place % 3 - 1
                        if spikes.areOnes {
                            addRows(spikes, ones: true, weights, blocks, block, offset: offset, to: sums)
                        } else {
                            addRows(spikes, ones: false, weights, blocks, block, offset: offset, to: sums)
                        }
                    }
                    var sum = sums
                    blocks.forEachRow(of: block) { pixel, _ in
                        for x in 0..<blocks.width {
                            let place = target.pointer + ((pixel &+ x) &* outputs &+ output)
                            Element.store(sum, count: tile, padded: tile, to: place)
                            sum += tile
                        }
                    }
                }
            }
        }
        return try result.permuted(0, 3, 1, 2)
    }

    private static let pixelsOfBlock = 128
}

/// Adds to the sums of 32 outputs of each pixel of a block what the values at another place give.
///
/// - Parameters:
///   - ones: Whether every nonzero value is 1.
///   - weights: The weights of 32 outputs for each channel.
///   - offset: The distance from the place of a pixel to that of the values.
@inline(__always)
private func addRows(
    _ spikes: borrowing SpikesByPlace, ones: Bool, _ weights: UnsafePointer<Float>, _ blocks: PixelBlocks, _ block: Int,
    offset: Int, to sums: UnsafeMutablePointer<Float>
) {
    var sum = sums
    blocks.forEachRow(of: block) { _, place in
        for x in 0..<blocks.width {
            let (rows, values, count) = spikes[place &+ offset &+ x]
            let none = Lanes(repeating: 0)
            var (a0, a1, b0, b1) = (sum.lanes(at: 0), sum.lanes(at: 16), none, none)
            @inline(__always) func add(_ index: Int, _ first: inout Lanes, _ second: inout Lanes) {
                let row = weights + Int(rows[index])
                if ones {
                    first += row.lanes(at: 0)
                    second += row.lanes(at: 16)
                } else {
                    let value = Lanes(repeating: values[index])
                    first += row.lanes(at: 0) * value
                    second += row.lanes(at: 16) * value
                }
            }
            // Two sums run side by side, because an addition must wait for the previous one to the same sum.
            var index = 0
            while index &+ 2 <= count {
                add(index, &a0, &a1)
                add(index &+ 1, &b0, &b1)
                index &+= 2
            }
            if index < count { add(index, &a0, &a1) }
            sum.store(a0 + b0, at: 0)
            sum.store(a1 + b1, at: 16)
            sum += 32
        }
    }
}
