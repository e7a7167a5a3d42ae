import TorchTensors

/// Computes the gradient of the weight of a convolution if few input values differ from zero, as with spikes. Zeros are
/// skipped.
///
/// It supports frames in float32 and bfloat16 on the CPU with the channels innermost in memory, and kernels of 1 × 1 or
/// 3 × 3 pixels with stride 1 whose results have the size of the frames. Sums are taken in single precision, in the
/// same order on any number of threads.
struct SparseWeightGradient {
    /// The height and the width of the kernels.
    let kernel: Int

    /// The number of output channels that are computed together. The registers hold their sums for all nine places of a
    /// kernel.
    private static let tile = 32

    /// Returns the share of nonzero values above which LibTorch is faster, as measured by `synapse-benchmark`.
    ///
    /// The time of LibTorch does not depend on this share, and is half as long in bfloat16. Finding a spike takes time,
    /// which pays off less for kernels of one pixel with few outputs.
    static func densityLimit(kernel: Int, outputs: Int, _ dtype: DType) -> Double {
        let limit = kernel == 3 ? 0.7 : outputs >= 128 ? 0.45 : 0.1
        return dtype == .bfloat16 ? limit * 0.45 : limit
    }

    /// Returns the gradient of the weight.
    ///
    /// - Parameters:
    ///   - frames: Input frames [N, C, H, W] that suit a `SparseConvolution`.
    ///   - gradient: The gradient of the results of the convolution, [N, O, H, W].
    /// - Returns: The gradient of the weight, [O, C, kernel, kernel], float32.
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
        let (shape, outputs) = (frames.shape, gradient.shape[1])
        let (channels, area) = (shape[1], kernel * kernel)
        let blocks = PixelBlocks(
            frames: shape[0], height: shape[2], width: shape[3], kernel: kernel,
            pixels: Self.pixelsOfBlock(kernel: kernel, outputs: outputs))
        // Sums are stored tile of outputs by tile of outputs, and within a tile channel by channel.
        let sums = try Tensor.zeros([outputs / Self.tile, channels, area, Self.tile])
        let result = try FramePointer<Float>(sums)
        let (input, upstream) = (try FramePointer<Input>(frames), try FramePointer<Gradient>(gradient))
        let (kernel, parts) = (kernel, Parts(channels: channels, outputs: outputs, threads: Torch.threadCount))
        try parallelFor(parts.count, grain: 1) { range in
            for part in range {
                let (channelsOfPart, outputsOfPart) = (parts.channels(of: part), parts.outputs(of: part))
                let spikes = SpikesByChannel(channels: channelsOfPart.count, pixels: blocks.pixelCount)
                let gradients = PlacedGradients(outputs: outputsOfPart.count, blocks)
                for block in 0..<blocks.count {
                    spikes.gather(input.pointer + channelsOfPart.lowerBound, stride: channels, blocks, block)
                    gradients.place(upstream.pointer + outputsOfPart.lowerBound, stride: outputs, blocks, block)
                    for tile in 0..<outputsOfPart.count / Self.tile {
                        let output = outputsOfPart.lowerBound + tile * Self.tile
                        for channel in channelsOfPart {
                            let sums = result.pointer + (output &* channels &+ channel &* Self.tile) &* area
                            let spikes = spikes[channel &- channelsOfPart.lowerBound]
                            if kernel == 1 {
                                addPoints(spikes, gradients[tile], to: sums)
                            } else {
                                addSquares(spikes, gradients[tile], pitch: blocks.pitch &* Self.tile, to: sums)
                            }
                        }
                    }
                }
            }
        }
        Gradient.restore(result.pointer, count: sums.count)
        return try sums.permuted(0, 3, 1, 2).reshaped(outputs, channels, kernel, kernel)
    }

    /// Returns the number of pixels of a block. The gradients of a block fit the second-level cache; for kernels of one
    /// pixel, those of a tile fit the first-level cache.
    private static func pixelsOfBlock(kernel: Int, outputs: Int) -> Int {
        kernel == 1 ? 192 : 131_072 / max(outputs, 128)
    }
}

/// The parts of a weight that threads compute. A thread takes all pixels of some channels, for some outputs. Few
/// threads share the channels, because each thread copies the gradients of all of its outputs to their places.
private struct Parts {
    private let channelTiles: Int
    private let outputTiles: Int
    private let channelParts: Int
    private let outputParts: Int

    init(channels: Int, outputs: Int, threads: Int) {
        (channelTiles, outputTiles) = (channels / 32, outputs / 32)
        channelParts = min(channelTiles, threads)
        outputParts = min(outputTiles, (threads + channelParts - 1) / channelParts)
    }

    var count: Int { channelParts * outputParts }

    func channels(of part: Int) -> Range<Int> { share(part % channelParts, of: channelParts, channelTiles) }

    func outputs(of part: Int) -> Range<Int> { share(part / channelParts, of: outputParts, outputTiles) }

    private func share(_ index: Int, of count: Int, _ tiles: Int) -> Range<Int> {
        index * tiles / count * 32..<(index + 1) * tiles / count * 32
    }
}
