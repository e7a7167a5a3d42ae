import TorchTensors

/// Batch normalisation with the statistics of a batch that is divided among several processes, in LibTorch's operations.
/// It works for every device and type; `BatchNormKernel` is faster where it applies.
struct SynchronizedBatchNorm: BatchStatisticsNorm {
    let epsilon: Double
    let exchange: any StatisticsExchange
    var counts: Bool { exchange.counts }

    func forward(
        _ x: Tensor, weight: Tensor, bias: Tensor
    ) throws(TensorError) -> (result: Tensor, statistics: Tensor, values: Int) {
        let input = try computed(x)
        let columns = try input.transposed(0, 1).flattened(1)
        let own = columns.shape[1]
        let ownMean = try columns.mean(1).to(.cpu).to(.float64)
        let ownVariance = try columns.variance(1, correction: 0).to(.cpu).to(.float64)
        let sums = try Tensor.stacked([ownMean, ownVariance + ownMean * ownMean]) * Double(own)
        let (totals, values) = try exchange.totals(sums, values: own)
        let mean = try totals[0] / Double(values)
        let variance = try Tensor.maximum(totals[1] / Double(values) - mean * mean, Tensor.zeros(like: mean))
        let scale = try weight.to(.cpu).to(.float64) / (variance + epsilon).sqrt()
        let result = try (input - spread(mean, input)) * spread(scale, input) + spread(bias, input)
        return (try result.to(x.dtype), try Tensor.stacked([mean, variance]), values)
    }

    func backward(
        _ x: Tensor, weight: Tensor, statistics: Tensor, values: Int, counts: Bool, _ gradient: Tensor
    ) throws(TensorError) -> [Tensor?] {
        let (input, incoming) = (try computed(x), try computed(gradient))
        let centered = try input - spread(statistics[0], input)
        func sum(_ tensor: Tensor) throws(TensorError) -> Tensor {
            try tensor.transposed(0, 1).flattened(1).sum(1).to(.cpu).to(.float64)
        }
        let own = try Tensor.stacked([sum(incoming), sum(incoming * centered)])
        let totals = try exchange.totals(own)
        let inverse = try 1 / (statistics[1] + epsilon).sqrt()
        let scale = try weight.to(.cpu).to(.float64) * inverse
        let mean = try totals[0] / Double(values)
        let slope = try totals[1] / Double(values) * inverse * inverse
        let result =
            try counts
            ? (incoming - spread(mean, input) - centered * spread(slope, input)) * spread(scale, input)
            : Tensor.zeros(like: input)
        func likeWeight(_ sums: Tensor) throws(TensorError) -> Tensor { try sums.to(weight.dtype).to(weight.device) }
        return [try result.to(x.dtype), try likeWeight(own[1] * inverse), try likeWeight(own[0])]
    }

    /// Returns a tensor in the type to compute in: its own, but at least float32.
    private func computed(_ x: Tensor) throws(TensorError) -> Tensor {
        x.dtype == .float64 ? x : try x.to(.float32)
    }

    /// Returns a number per channel in the type and on the device of `model`, shaped so that it applies to the channels
    /// in dimension 1.
    private func spread(_ channels: Tensor, _ model: Tensor) throws(TensorError) -> Tensor {
        try channels.to(model.dtype).to(model.device).reshaped(
            [1, channels.count] + Array(repeating: 1, count: model.rank - 2))
    }
}
