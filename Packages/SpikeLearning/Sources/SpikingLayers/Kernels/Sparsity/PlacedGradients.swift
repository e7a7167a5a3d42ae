/// The gradients of the pixels that a block reaches, at their places, in tiles of 32 outputs.
struct PlacedGradients: ~Copyable {
    private let outputs: Int
    private let memory: UnsafeMutablePointer<Float>
    private let sizeOfTile: Int

    init(outputs: Int, _ blocks: PixelBlocks) {
        self.outputs = outputs
        sizeOfTile = blocks.placeCount * 32
        memory = .allocate(capacity: outputs * blocks.placeCount)
        memory.initialize(repeating: 0, count: outputs * blocks.placeCount)
    }

    deinit { memory.deallocate() }

    /// The gradients of a tile of 32 outputs.
    subscript(tile: Int) -> UnsafePointer<Float> { UnsafePointer(memory + tile &* sizeOfTile) }

    /// Copies gradients to their places in a block.
    ///
    /// - Parameters:
    ///   - values: The gradients, beginning with the first relevant output of the first pixel.
    ///   - stride: The distance from a pixel to the next, in elements.
    func place<Gradient: KernelElement>(
        _ values: UnsafePointer<Gradient>, stride: Int, _ blocks: PixelBlocks, _ block: Int
    ) {
        blocks.forEachSeenRow(of: block) { pixel, place in
            for tile in 0..<outputs / 32 {
                var target = memory + (tile &* sizeOfTile &+ place &* 32)
                guard let pixel else {
                    target.update(repeating: 0, count: blocks.width * 32)
                    continue
                }
                var source = values + (pixel &* stride &+ tile &* 32)
                for _ in 0..<blocks.width {
                    let loaded = Gradient.load(source, count: 32, padded: 32, scratch: target)
                    target.store(loaded.lanes(at: 0), at: 0)
                    target.store(loaded.lanes(at: 16), at: 16)
                    source += stride
                    target += 32
                }
            }
        }
    }
}
