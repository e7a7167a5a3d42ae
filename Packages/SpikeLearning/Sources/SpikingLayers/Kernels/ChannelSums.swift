import TorchTensors

/// Sums for every step and channel. Threads gather them block by block, so that the order of additions, and with it the
/// last digit, does not depend on the number of threads.
final class ChannelSums: @unchecked Sendable {
    private let blocks: Int
    private let steps: Int
    private let channels: Int
    private let sums: UnsafeMutablePointer<Double>

    init(blocks: Int, steps: Int, channels: Int) {
        (self.blocks, self.steps, self.channels) = (blocks, steps, channels)
        sums = .allocate(capacity: blocks * steps * channels)
        sums.initialize(repeating: 0, count: blocks * steps * channels)
    }

    deinit { sums.deallocate() }

    /// The sums of a block at one step, one per channel. Only one thread may change the sums of a block.
    func row(block: Int, step: Int) -> UnsafeMutablePointer<Double> { sums + (block * steps + step) * channels }

    /// Returns the sums over all blocks, [steps, channels], float32, added from the first block to the last.
    func total() throws(TensorError) -> Tensor {
        try Tensor((0..<steps).flatMap { total(of: $0).map { Float($0) } }, shape: [steps, channels])
    }

    /// Reorders sums of channels from the order of `Element.load` to that of memory, if each group of 32 elements in a
    /// tile was a group of 32 channels.
    func restoreOrder<Element: KernelElement>(_: Element.Type) {
        guard !Element.keepsOrder else { return }
        for start in stride(from: 0, to: blocks * steps * channels, by: 32) {
            // Elements at even places come first.
            let group = Array(UnsafeBufferPointer(start: sums + start, count: 32))
            for index in 0..<16 {
                sums[start + 2 * index] = group[index]
                sums[start + 2 * index + 1] = group[index + 16]
            }
        }
    }

    /// Returns the sums of a step over all blocks, one per channel.
    func total(of step: Int) -> [Double] {
        (0..<channels).map { channel in
            (0..<blocks).reduce(0) { $0 + sums[($1 * steps + step) * channels + channel] }
        }
    }
}
