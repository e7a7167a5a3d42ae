/// The share of each batch that one of several processes computes.
///
/// The shares of all processes, one after the other, are the batch. Their sizes differ by at most one image.
public struct BatchShare: Sendable, Hashable {
    /// The index of the process, from 0.
    public let rank: Int
    /// The number of processes.
    public let size: Int

    /// The whole batch, for a single process.
    public static let whole = BatchShare(rank: 0, size: 1)

    /// Creates a share.
    ///
    /// - Parameters:
    ///   - rank: The index of the process, from 0. Traps unless it is below `size`.
    ///   - size: The number of processes.
    public init(rank: Int, size: Int) {
        precondition(rank >= 0 && rank < size, "BatchShare: rank \(rank) is not in 0..<\(size)")
        self.rank = rank
        self.size = size
    }

    /// Returns the places of this share in a batch.
    ///
    /// - Parameter count: The number of images in the batch, at least 1.
    /// - Returns: The places, of which there is at least one. If the batch has fewer images than there are processes,
    ///   and none for this one, its first image stands in, so that this process can compute what the others do.
    public func places(of count: Int) -> (places: Range<Int>, isStandIn: Bool) {
        let (each, rest) = count.quotientAndRemainder(dividingBy: size)
        let first = rank * each + min(rank, rest)
        let own = each + (rank < rest ? 1 : 0)
        return own == 0 ? (0..<1, true) : (first..<first + own, false)
    }
}
