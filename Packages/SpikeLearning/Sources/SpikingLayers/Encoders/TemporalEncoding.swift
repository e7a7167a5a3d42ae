import TorchTensors

/// What a spike does to the value that is being encoded.
public enum TemporalCode: String, Sendable, Hashable, CaseIterable {
    /// Nothing: x[t+1] = x[t].
    case rate

    /// x[t+1] = x[t] − S[t]·θ[t]: each spike takes its threshold away. With thresholds that halve it is binary
    /// expansion.
    case phase

    /// x[t+1] = x[t]·(1 − S[t]): at most one spike, the earlier, the greater x is.
    case timeToFirstSpike
}

/// How a static value becomes spikes over T steps:
///
///     S[t] = 1 if x[t] >= θ_c[t], else 0,  x[0] = x, then x[t+1] by the code.
///
/// Source: our reading of "Revisiting Direct Encoding", arXiv 2512.01687.
public struct TemporalEncoding: Sendable, Hashable {
    public let code: TemporalCode

    /// What stands for the derivative of S with respect to x − θ. nil: spikes have no gradient, so neither thresholds
    /// nor anything in front of the encoder learns.
    public let surrogate: SurrogateGradient?

    /// Whether S counts as a constant in x[t+1], where θ[t] does not. The rate code, which leaves x as it is, is the
    /// same either way.
    public let detachesSpikeInUpdate: Bool

    public init(
        _ code: TemporalCode, surrogate: SurrogateGradient? = .sigmoid(), detachesSpikeInUpdate: Bool = false
    ) {
        self.code = code
        self.surrogate = surrogate
        self.detachesSpikeInUpdate = detachesSpikeInUpdate
    }

    /// Spikes of a static input.
    ///
    /// The input is not repeated in memory. In bfloat16, x[t] is nevertheless computed in float32.
    /// - Parameters:
    ///   - x: [B, C, …] of 2 to 4 dimensions and of floating point: a feature map or raw images.
    ///   - thresholds: [T, C], θ.
    /// - Returns: [T, B, C, …], 0 or 1, of the type of `x`.
    public func spikes(
        _ x: Tensor, thresholds: Tensor, implementation: NeuronImplementation = .automatic
    ) throws(TensorError) -> Tensor {
        let (dtype, shape) = (x.dtype, x.shape)
        guard 2...4 ~= shape.count, dtype.isFloatingPoint else {
            throw TensorError(
                "temporal encoding: the input is [B, C, …], of 2 to 4 dimensions, without one of time, and of floating "
                    + "point, got \(dtype) \(shape)")
        }
        guard thresholds.rank == 2, thresholds.shape[1] == shape[1] else {
            throw TensorError(
                "temporal encoding: thresholds [T, C] of shape \(thresholds.shape) do not fit the channels of the input "
                    + "[B, C, …] of shape \(shape)")
        }
        let usesKernel = try implementation.usesKernel(
            for: x, "temporal encoding", steps: thresholds.shape[0], isConstant: true)
        func compute() throws(TensorError) -> Tensor {
            if usesKernel { return try TemporalEncodingKernel(self).spikes(x, thresholds.to(.float32)) }
            let computed = dtype == .bfloat16 || dtype == .float16 ? .float32 : dtype
            return try stepByStep(x.to(computed), thresholds.to(computed)).to(dtype)
        }
        return surrogate == nil ? try withoutGradient(compute) : try compute()
    }

    /// The definition in LibTorch's operations: the oracle for the kernel, and what other devices run.
    private func stepByStep(_ x: Tensor, _ thresholds: Tensor) throws(TensorError) -> Tensor {
        let (steps, channels) = (thresholds.shape[0], thresholds.shape[1])
        guard steps > 0 else { return try Tensor(unset: [0] + x.shape, dtype: x.dtype, device: x.device) }
        let thresholds = try thresholds.reshaped([steps, channels] + Array(repeating: 1, count: x.rank - 2))
        var x = x
        var spikes: [Tensor] = []
        for t in 0..<steps {
            // Without a surrogate nothing is recorded, and which one stands here does not matter.
            let fired = try spike(x - thresholds[t], surrogate ?? .sigmoid())
            let removing = detachesSpikeInUpdate ? try fired.detached() : fired
            switch code {
            case .rate: break
            case .phase: x = try x - removing * thresholds[t]
            case .timeToFirstSpike: x = try x * (1 - removing)
            }
            spikes.append(fired)
        }
        return try Tensor.stacked(spikes)
    }
}
