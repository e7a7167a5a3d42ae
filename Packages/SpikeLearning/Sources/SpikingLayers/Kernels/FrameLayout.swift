import TorchTensors

/// The layout of tensors [T, …] for kernels: T frames of neurons, one after the other in memory. The order of neurons
/// within a frame does not matter, as long as it is the same in all tensors of a call.
struct FrameLayout: Sendable {
    let steps: Int

    /// The number of neurons in a frame.
    let neurons: Int

    init(steps: Int, neurons: Int) {
        self.steps = steps
        self.neurons = neurons
    }

    init(_ tensor: Tensor) {
        let steps = tensor.shape[0]
        self.init(steps: steps, neurons: steps == 0 ? 0 : tensor.count / steps)
    }

    /// Returns the tensor itself if its frames follow each other without gaps, in any order of the other dimensions;
    /// otherwise a dense copy whose frames have the same order of dimensions.
    static func dense(_ tensor: Tensor) throws(TensorError) -> Tensor {
        if isDense(tensor) { return tensor }
        let order = [0] + dimensionsOutward(tensor).reversed()
        let inverse = tensor.shape.indices.map { order.firstIndex(of: $0)! }
        return try tensor.permuted(order).contiguous().permuted(inverse)
    }

    /// Returns whether the frames follow each other in memory without gaps.
    static func isDense(_ tensor: Tensor) -> Bool {
        let (shape, strides) = (tensor.shape, tensor.strides)
        var expected = 1
        return (dimensionsOutward(tensor) + [0]).allSatisfy { dimension in
            defer { expected *= shape[dimension] }
            return shape[dimension] == 1 || strides[dimension] == expected
        }
    }

    /// Returns the dimensions of a frame, beginning with the innermost one in memory.
    private static func dimensionsOutward(_ tensor: Tensor) -> [Int] {
        let (shape, strides) = (tensor.shape, tensor.strides)
        return shape.indices.dropFirst().sorted { (strides[$0], shape[$0]) < (strides[$1], shape[$1]) }
    }

    /// Returns an uninitialised tensor [T, …] of `steps` frames, each laid out like the dense tensor `frame`.
    static func frames(_ steps: Int, like frame: Tensor) throws(TensorError) -> Tensor {
        let (shape, strides) = (frame.shape, frame.strides)
        let outermostFirst = shape.indices.sorted { (strides[$0], $1) > (strides[$1], $0) }
        let result = try Tensor(
            unset: [steps] + outermostFirst.map { shape[$0] }, dtype: frame.dtype, device: frame.device)
        return try result.permuted([0] + shape.indices.map { outermostFirst.firstIndex(of: $0)! + 1 })
    }

    /// Returns `tensor` with the type and the strides of `model`; both have the same shape.
    static func like(_ model: Tensor, _ tensor: Tensor) throws(TensorError) -> Tensor {
        if tensor.dtype == model.dtype, tensor.strides == model.strides { return tensor }
        let copy = try Tensor(unsetLike: model)
        try copy.copy(from: tensor)
        return copy
    }

    /// A part of every frame.
    struct Tile {
        let start: Int
        let count: Int

        /// The index of the block of the frame that contains the tile.
        let block: Int

        /// `count` rounded up to a multiple of 32.
        var padded: Int { (count + 31) & ~31 }
    }

    // All scratch tiles of a call together fit the second-level cache, and a single one fits the first-level cache.
    private static func tileSize(scratchTiles: Int) -> Int { max(256, min(2048, 32768 / max(scratchTiles, 1) & ~31)) }

    private static func blockSize(scratchTiles: Int) -> Int { tileSize(scratchTiles: scratchTiles) * 16 }

    /// Returns the number of blocks into which `forEachTile` divides a frame, which does not depend on the number of
    /// threads.
    func blockCount(scratchTiles: Int) -> Int {
        let size = Self.blockSize(scratchTiles: scratchTiles)
        return (neurons + size - 1) / size
    }

    /// Runs `body` on LibTorch's threads for tiles that together cover a frame. The tiles of a block run one after the
    /// other on one thread. `body` may use memory for `scratchTiles` tiles. Tiles start at multiples of 32.
    func forEachTile(
        scratchTiles: Int, _ body: @Sendable (Tile, UnsafePointer<UnsafeMutablePointer<Float>>) -> Void
    ) throws(TensorError) {
        let size = Self.tileSize(scratchTiles: scratchTiles)
        let blockSize = Self.blockSize(scratchTiles: scratchTiles)
        try parallelFor(neurons, grain: blockSize) { range in
            withUnsafeTemporaryAllocation(byteCount: scratchTiles * size * 4, alignment: 64) { memory in
                let floats = memory.bindMemory(to: Float.self).baseAddress!
                let tiles = (0..<scratchTiles).map { floats + $0 * size }
                tiles.withUnsafeBufferPointer { scratch in
                    for start in stride(from: range.lowerBound, to: range.upperBound, by: size) {
                        let count = min(size, range.upperBound - start)
                        body(Tile(start: start, count: count, block: start / blockSize), scratch.baseAddress!)
                    }
                }
            }
        }
    }
}

/// A pointer to the memory of a tensor, for use by several threads. The caller keeps the tensor alive.
struct FramePointer<Element: KernelElement>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>

    init(_ tensor: Tensor) throws(TensorError) {
        pointer = try tensor.unsafePointer(to: Element.self)
    }
}
