import TorchTensors

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
            "LIF: input currents have a first dimension of time and are of floating point, got \(dtype) \(currents.shape)"
        )
    }
    if try implementation.usesKernel(for: currents, "LIF", steps: currents.shape[0]) {
        return try LIFKernel(dynamics).spikes(currents)
    }
    return try stepByStep(currents, dynamics)
}

/// As `leakyIntegrateAndFire` of a current that is the same at each of T steps, which is read once.
///
/// - Parameter current: […], of floating point.
/// - Returns: [T, …], 0 or 1, of the type of `current`.
public func leakyIntegrateAndFire(
    constant current: Tensor, steps: Int, _ dynamics: LIFDynamics = LIFDynamics(),
    implementation: NeuronImplementation = .automatic
) throws(TensorError) -> Tensor {
    if current.rank > 0, steps > 0,
        try implementation.usesKernel(for: current, "LIF", steps: steps, isConstant: true)
    {
        return try LIFKernel(dynamics).spikes(constant: current, steps: steps)
    }
    return try leakyIntegrateAndFire(
        current.repeatedOverTime(steps), dynamics, implementation: implementation)
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
        membrane = try dynamics.reset(charged, fired)
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

extension LIFDynamics {
    /// The membrane after a step, from the potential and the spikes.
    func reset(_ charged: Tensor, _ fired: Tensor) throws(TensorError) -> Tensor {
        let fired = detachesReset ? try fired.detached() : fired
        switch reset {
        case .subtractThreshold: return try charged - fired * threshold
        case .toZero: return try charged * (1 - fired)
        }
    }
}
