import TorchTensors

/// Batch normalization with the statistics of the batch, for float32 tensors on the CPU with the channels innermost in
/// memory.
///
/// LibTorch sums such tensors term by term in single precision. For a large batch, the error is about 1e-5, enough to
/// change which neurons near their threshold fire. Here, all sums are in double precision and do not depend on the
/// number of threads.
struct BatchNormKernel: BatchStatisticsNorm {
    /// The number of values per channel: N · height · width.
    private let rows: Int
    private let channels: Int
    private let epsilon: Double
    private let exchange: (any StatisticsExchange)?
    var counts: Bool { exchange?.counts ?? true }

    /// The number of parts in which the rows are summed.
    private static let parts = 64

    /// Creates a kernel for tensors like `x`, or returns `nil` if the kernel does not support them.
    ///
    /// - Parameter exchange: Adds up the statistics over the processes that train together; `nil` for one process.
    init?(_ x: Tensor, epsilon: Double, exchange: (any StatisticsExchange)? = nil) {
        guard x.dtype == .float32, x.device == .cpu, x.count > 0, x.isChannelsLast else { return nil }
        let shape = x.shape
        rows = shape[0] * shape[2] * shape[3]
        channels = shape[1]
        self.epsilon = epsilon
        self.exchange = exchange
    }

    func forward(
        _ x: Tensor, weight: Tensor, bias: Tensor
    ) throws(TensorError) -> (result: Tensor, statistics: Tensor, values: Int) {
        let input = try Memory<Float>(x)
        let own = try summed { row, first, second in
            let x = input.pointer + row * channels
            var c = 0
            while c < channels {
                let value = Double(x[c])
                first[c] += value
                second[c] += value * value
                c &+= 1
            }
        }
        var (sums, values) = (own, rows)
        if let exchange { (sums, values) = try exchange.totals(own, values: rows) }
        let mean = try sums[0] / Double(values)
        let variance = try Tensor.maximum(sums[1] / Double(values) - mean * mean, Tensor.zeros(like: mean))
        let scale = try (weight.to(.float64) / (variance + epsilon).sqrt()).to(.float32)

        let result = try Tensor(unsetLike: x)
        let output = try Memory<Float>(result)
        let center = try mean.to(.float32)
        let (means, scales, shifts) = (
            try Memory<Float>(center), try Memory<Float>(scale), try Memory<Float>(bias.contiguous())
        )
        try forEachRow { row in
            let (x, y) = (input.pointer + row * channels, output.pointer + row * channels)
            var c = 0
            while c < channels {
                y[c] = (x[c] - means.pointer[c]) * scales.pointer[c] + shifts.pointer[c]
                c &+= 1
            }
        }
        return (result, try Tensor.stacked([mean, variance]), values)
    }

    func backward(
        _ x: Tensor, weight: Tensor, statistics: Tensor, values: Int, counts: Bool, _ gradient: Tensor
    ) throws(TensorError) -> [Tensor?] {
        var gradient = gradient
        if gradient.strides != x.strides || gradient.dtype != .float32 {
            let copy = try Tensor(unsetLike: x)
            try copy.copy(from: gradient)
            gradient = copy
        }
        let center = try statistics[0].to(.float32)
        let (input, incoming, means) = (try Memory<Float>(x), try Memory<Float>(gradient), try Memory<Float>(center))
        let own = try summed { row, first, second in
            let (x, g) = (input.pointer + row * channels, incoming.pointer + row * channels)
            var c = 0
            while c < channels {
                first[c] += Double(g[c])
                second[c] += Double(g[c] * (x[c] - means.pointer[c]))
                c &+= 1
            }
        }
        let sums = try exchange?.totals(own) ?? own
        let inverse = try 1 / (statistics[1] + epsilon).sqrt()
        let scale = try (weight.to(.float64) * inverse).to(.float32)
        let mean = try (sums[0] / Double(values)).to(.float32)
        let slope = try (sums[1] / Double(values) * inverse * inverse).to(.float32)

        let result = try Tensor(unsetLike: x)
        let gradients = [try (own[1] * inverse).to(.float32), try own[0].to(.float32)]
        guard counts else {
            try result.fill(0)
            return [result] + gradients
        }
        let output = try Memory<Float>(result)
        let (scales, gradientMeans, slopes) = (
            try Memory<Float>(scale), try Memory<Float>(mean), try Memory<Float>(slope)
        )
        try forEachRow { row in
            let (x, g) = (input.pointer + row * channels, incoming.pointer + row * channels)
            let y = output.pointer + row * channels
            var c = 0
            while c < channels {
                let projected = (x[c] - means.pointer[c]) * slopes.pointer[c]
                y[c] = (g[c] - gradientMeans.pointer[c] - projected) * scales.pointer[c]
                c &+= 1
            }
        }
        return [result] + gradients
    }
}

extension BatchNormKernel {
    /// The memory of a tensor, for use by several threads.
    private struct Memory<Element: BitwiseCopyable>: @unchecked Sendable {
        let pointer: UnsafeMutablePointer<Element>
        private let tensor: Tensor

        init(_ tensor: Tensor) throws(TensorError) {
            self.tensor = tensor
            pointer = try tensor.unsafePointer(to: Element.self)
        }
    }

    /// Returns two sums per channel over all rows, [2, channels]. `add` adds the values of one row to both.
    private func summed(
        _ add: @Sendable (_ row: Int, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
    ) throws(TensorError) -> Tensor {
        let parts = min(Self.parts, rows)
        let sums = try Tensor.zeros([parts, 2, channels], dtype: .float64)
        let memory = try Memory<Double>(sums)
        try parallelFor(parts, grain: 1) { part in
            for part in part {
                let first = memory.pointer + part * 2 * channels
                for row in part * rows / parts..<(part + 1) * rows / parts { add(row, first, first + channels) }
            }
        }
        return try sums.sum(0)
    }

    private func forEachRow(_ body: @Sendable (Int) -> Void) throws(TensorError) {
        try parallelFor(rows, grain: max(1, 65536 / channels)) { rows in
            for row in rows { body(row) }
        }
    }
}
