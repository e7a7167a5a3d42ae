import TorchTensors

/// Sums by step and channel, which threads gather block by block, so that the order of additions, and with it the last
/// digit, does not depend on how many threads there are.
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

    /// A block's sums at one step, one a channel. Only one thread may change those of a block.
    func row(block: Int, step: Int) -> UnsafeMutablePointer<Double> { sums + (block * steps + step) * channels }

    /// [steps, channels], float32: the sums of all blocks, from the first to the last.
    func total() throws(TensorError) -> Tensor {
        try Tensor((0..<steps).flatMap { total(of: $0).map { Float($0) } }, shape: [steps, channels])
    }

    /// Brings sums over tiles in the order of `Element.load` to memory's, if every 32 channels were a group there.
    func restoreOrder<Element: KernelElement>(_: Element.Type) {
        guard !Element.keepsOrder else { return }
        for start in stride(from: 0, to: blocks * steps * channels, by: 32) {
            // Those at even places come first.
            let group = Array(UnsafeBufferPointer(start: sums + start, count: 32))
            for index in 0..<16 {
                sums[start + 2 * index] = group[index]
                sums[start + 2 * index + 1] = group[index + 16]
            }
        }
    }

    /// A step's sums of all blocks, one a channel.
    func total(of step: Int) -> [Double] {
        (0..<channels).map { channel in
            (0..<blocks).reduce(0) { $0 + sums[($1 * steps + step) * channels + channel] }
        }
    }
}
