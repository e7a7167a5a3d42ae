import TorchTensors

/// How a neuron is computed.
public enum NeuronImplementation: Sendable, Hashable, CaseIterable {
    /// The kernel where it can: float32 and bfloat16 on the CPU.
    case automatic

    /// One pass over memory, in Swift; throws for other types and devices.
    case kernel

    /// LibTorch's operations, step by step, for every type and device.
    case tensorOperations
}

/// Spikes of leaky integrate-and-fire neurons, each with its own membrane potential, which starts at 0.
///
/// In bfloat16 the membrane potential is nevertheless computed in float32.
/// - Parameters:
///   - currents: [T, …], of floating point; input currents, time first.
///   - dynamics: Shared by all neurons.
/// - Returns: [T, …], 0 or 1, of the type of `currents`.
public func leakyIntegrateAndFire(
    _ currents: Tensor, _ dynamics: LIFDynamics = LIFDynamics(), implementation: NeuronImplementation = .automatic
) throws(TensorError) -> Tensor {
    let dtype = currents.dtype
    guard currents.rank >= 1, dtype.isFloatingPoint else {
        throw TensorError(
            "LIF: input currents have a first dimension of time and are of floating point, got \(dtype) \(currents.shape)")
    }
    let isSuited = currents.device == .cpu && (dtype == .float32 || dtype == .bfloat16)
    switch implementation {
    case .kernel where !isSuited:
        throw TensorError(
            "LIF: the kernel computes float32 and bfloat16 on the CPU, got \(dtype) on \(currents.device)")
    case .automatic where isSuited, .kernel: return try LIFKernel(dynamics).spikes(currents)
    case .automatic, .tensorOperations: return try stepByStep(currents, dynamics)
    }
}

/// The definition in LibTorch's operations: the oracle for the kernel, and what other devices run.
private func stepByStep(_ currents: Tensor, _ dynamics: LIFDynamics) throws(TensorError) -> Tensor {
    let dtype = currents.dtype
    let isShort = dtype == .bfloat16 || dtype == .float16
    let currents = isShort ? try currents.to(.float32) : currents
    let steps = currents.shape[0]
    guard steps > 0 else { return try Tensor(unsetLike: currents).to(dtype) }
    var membrane: Tensor?
    var spikes: [Tensor] = []
    for t in 0..<steps {
        let charged = try charge(membrane, currents[t], dynamics.decay)
        let fired = try spike(charged - dynamics.threshold, dynamics.surrogate)
        let resetting = dynamics.detachesReset ? try fired.detached() : fired
        switch dynamics.reset {
        case .subtractThreshold: membrane = try charged - resetting * dynamics.threshold
        case .toZero: membrane = try charged * (1 - resetting)
        }
        spikes.append(fired)
    }
    return try Tensor.stacked(spikes).to(dtype)
}

private func charge(_ membrane: Tensor?, _ current: Tensor, _ decay: MembraneDecay) throws(TensorError) -> Tensor {
    switch decay {
    case .factor(let factor):
        guard let membrane else { return current }
        return try membrane * factor + current
    case .timeConstant(let constant):
        guard let membrane else { return try current / constant }
        return try membrane + (current - membrane) / constant
    }
}
