import TorchTensors

/// Adds up the statistics of batch normalisation over the processes that train together, so that each of them normalises
/// its part of a batch by the mean and the variance of the whole batch.
///
/// A layer exchanges one message in the forward pass and one in the backward pass. Source: `SyncBatchNorm` of PyTorch, as
/// its documentation describes it.
public protocol StatisticsExchange: AnyObject, Sendable {
    /// Whether the images of this process count. False while it computes with a stand-in, because the batch has fewer
    /// images than there are processes: what it normalises then has no influence.
    var counts: Bool { get }

    /// Replaces a tensor on the CPU, float64, in place, by its sum over all processes.
    ///
    /// - Throws: `TensorError` if another process has ended or does not take part in time.
    func sum(_ values: Tensor) throws(TensorError)
}

extension StatisticsExchange {
    /// Returns the sums of the whole batch for those of this process, in one message.
    ///
    /// - Parameters:
    ///   - sums: Two sums per channel, [2, channels], float64, on the CPU.
    ///   - values: The number of values per channel in this process.
    /// - Throws: `TensorError` if the whole batch has fewer than two values per channel.
    package func totals(_ sums: Tensor, values: Int) throws(TensorError) -> (sums: Tensor, values: Int) {
        let count = try Tensor([Double(values)])
        let message = try Tensor.concatenated([sums.flattened(), count])
        if !counts { try message.fill(0) }
        try sum(message)
        let parts = try message.split([sums.count, 1])
        let total = Int(try parts[1].item())
        guard total >= 2 else {
            throw TensorError("batch normalisation: training needs more than one value per channel")
        }
        return (try parts[0].reshaped(sums.shape), total)
    }

    /// Returns the sums of the whole batch for those of this process, in one message.
    ///
    /// - Parameter sums: Sums, float64, on the CPU. They are not changed.
    package func totals(_ sums: Tensor) throws(TensorError) -> Tensor {
        let message = counts ? try sums.cloned() : try Tensor.zeros(like: sums)
        try sum(message)
        return message
    }
}
