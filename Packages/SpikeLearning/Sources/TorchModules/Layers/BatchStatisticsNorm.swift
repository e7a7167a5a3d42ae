import TorchTensors

/// Batch normalisation by the statistics of a batch, which may be divided among several processes.
protocol BatchStatisticsNorm: Sendable {
    /// Whether the images of this process count; see `StatisticsExchange`.
    var counts: Bool { get }

    /// Returns the normalized tensor; the mean and the variance (divided by the number of values) of each channel, [2,
    /// channels], float64; and the number of values per channel in the whole batch.
    func forward(
        _ x: Tensor, weight: Tensor, bias: Tensor
    ) throws(TensorError) -> (result: Tensor, statistics: Tensor, values: Int)

    /// Returns the gradients of the input, the weight γ and the bias. With g the gradient of the result, x̂ the
    /// normalized input and means over the whole batch, these are γ / σ · (g − mean(g) − x̂ · mean(g · x̂)), Σ g · x̂ and
    /// Σ g. The last two sums are those of this process.
    ///
    /// - Parameter counts: What the property was in the forward pass.
    func backward(
        _ x: Tensor, weight: Tensor, statistics: Tensor, values: Int, counts: Bool, _ gradient: Tensor
    ) throws(TensorError) -> [Tensor?]
}

extension BatchStatisticsNorm {
    /// Returns the normalized tensor as part of the graph of gradients, with the mean and the variance (divided by the
    /// number of values) of each channel, float64, and the number of values per channel in the whole batch.
    ///
    /// - Parameter x: The input, with the channels in dimension 1.
    func normalized(
        _ x: Tensor, weight: Tensor, bias: Tensor
    ) throws(TensorError) -> (result: Tensor, mean: Tensor, variance: Tensor, values: Int) {
        let counts = counts
        let (result, statistics, values) = try withoutGradient { () throws(TensorError) in
            try forward(x, weight: weight, bias: bias)
        }
        try CustomFunction.record(
            "batch normalisation", inputs: [x, weight, bias], outputs: [result], saving: [x, weight, statistics]
        ) { saved, gradients in
            guard let gradient = gradients[0] else { return [nil, nil, nil] }
            return try backward(
                saved[0], weight: saved[1], statistics: saved[2], values: values, counts: counts, gradient)
        }
        return (result, try statistics[0], try statistics[1], values)
    }
}
