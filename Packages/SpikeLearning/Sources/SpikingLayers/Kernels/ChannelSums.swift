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
        let count = steps * channels
        let total = (0..<count).map { place in
            Float((0..<blocks).reduce(0) { $0 + sums[$1 * count + place] })
        }
        return try Tensor(total, shape: [steps, channels])
    }
}
