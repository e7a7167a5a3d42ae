import TorchTensors

/// The code by which a value becomes spikes: what a spike does to the value x that is being encoded.
public enum TemporalCode: String, Sendable, Hashable, CaseIterable {
    /// A spike leaves the value as it is: x[t+1] = x[t].
    case rate

    /// A spike subtracts its threshold: x[t+1] = x[t] − S[t]·θ[t]. With thresholds that halve at every step, the spikes
    /// are the binary expansion of x.
    case phase

    /// A spike sets the value to 0: x[t+1] = x[t]·(1 − S[t]). With thresholds above 0 each value has at most one spike;
    /// if the thresholds fall over time, greater values spike earlier.
    case timeToFirstSpike
}

/// The rule by which a static value x becomes spikes S over T steps:
///
///     S[t] = 1 if x[t] >= θ_c[t], else 0,  x[0] = x, then x[t+1] by the code.
///
/// Source: our reading of "Revisiting Direct Encoding", arXiv 2512.01687.
public struct TemporalEncoding: Sendable, Hashable {
    /// What a spike does to the value that is being encoded.
    public let code: TemporalCode

    /// The function whose derivative replaces that of S with respect to x − θ in the backward pass. With nil, spikes
    /// have no gradient, so that neither the thresholds nor the layers in front of the encoder learn.
    public let surrogate: SurrogateGradient?

    /// Whether S[t] counts as a constant in the gradient of x[t+1]; θ[t] does not. This makes no difference to the rate
    /// code, which leaves x as it is.
    public let detachesSpikeInUpdate: Bool

    /// Creates an encoding rule.
    ///
    /// - Parameters:
    ///   - code: What a spike does to the value that is being encoded.
    ///   - surrogate: The function whose derivative replaces that of a spike in the backward pass; nil for spikes
    ///     without gradient.
    ///   - detachesSpikeInUpdate: Whether S[t] counts as a constant in the gradient of x[t+1].
    public init(
        _ code: TemporalCode, surrogate: SurrogateGradient? = .sigmoid(), detachesSpikeInUpdate: Bool = false
    ) {
        self.code = code
        self.surrogate = surrogate
        self.detachesSpikeInUpdate = detachesSpikeInUpdate
    }

    /// Encodes a static input as spikes.
    ///
    /// The input is not repeated in memory. For inputs in bfloat16 or float16, x[t] is computed in float32.
    ///
    /// - Parameters:
    ///   - x: Values [B, C, …] with 2 to 4 dimensions, of floating point: a feature map or raw images.
    ///   - thresholds: The thresholds θ, [T, C], in the unit of `x`.
    ///   - implementation: How the spikes are computed.
    /// - Returns: Spikes [T, B, C, …], 0 or 1, of the type of `x`. If there is a surrogate, gradients flow back to `x`
    ///   and to `thresholds`.
    /// - Throws: `TensorError` if `x` has another number of dimensions or is not of floating point, if the thresholds
    ///   do not fit its channels, or if `implementation` is `.kernel` and no kernel supports the input.
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
            let computed = dtype.ofMembrane
            return try stepByStep(x.to(computed), thresholds.to(computed)).to(dtype)
        }
        return surrogate == nil ? try withoutGradient(compute) : try compute()
    }

    /// The reference implementation in LibTorch's operations. Kernels are tested against it, and devices without a
    /// kernel use it.
    private func stepByStep(_ x: Tensor, _ thresholds: Tensor) throws(TensorError) -> Tensor {
        let steps = thresholds.shape[0]
        guard steps > 0 else { return try Tensor(unset: [0] + x.shape, dtype: x.dtype, device: x.device) }
        var x = x
        var spikes: [Tensor] = []
        for t in 0..<steps { spikes.append(try step(&x, threshold: thresholds[t])) }
        return try Tensor.stacked(spikes)
    }

    /// Computes one step of the rule in LibTorch's operations.
    ///
    /// - Parameters:
    ///   - x: The values x[t], [B, C, …]; become x[t+1].
    ///   - threshold: The thresholds θ[t], [C].
    /// - Returns: The spikes S[t], [B, C, …], 0 or 1, of the type of `x`.
    func step(_ x: inout Tensor, threshold: Tensor) throws(TensorError) -> Tensor {
        let threshold = try threshold.reshaped([-1] + Array(repeating: 1, count: x.rank - 2))
        // Without a surrogate, callers record no gradients, so that it does not matter which one is passed here.
        let fired = try spike(x - threshold, surrogate ?? .sigmoid())
        let removing = detachesSpikeInUpdate ? try fired.detached() : fired
        switch code {
        case .rate: break
        case .phase: x = try x - removing * threshold
        case .timeToFirstSpike: x = try x * (1 - removing)
        }
        return fired
    }
}
