import TorchTensors

/// Returns the spikes of leaky integrate-and-fire neurons.
///
/// Each neuron has its own membrane potential, which starts at 0. For currents in bfloat16 or float16, membrane
/// potentials are computed in float32. `LIFDynamics` states the equations and their source.
///
/// - Parameters:
///   - currents: Input currents [T, …], time first, of floating point, in the unit of the membrane potential.
///   - dynamics: Decay, threshold, reset and surrogate gradient, shared by all neurons.
///   - implementation: How the spikes are computed.
/// - Returns: Spikes [T, …], 0 or 1, of the type of `currents`; gradients flow back to `currents`.
/// - Throws: `TensorError` if `currents` has no dimension or is not of floating point, or if `implementation` is
///   `.kernel` and no kernel supports the input.
public func lifSpikes(
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

/// Returns the spikes of leaky integrate-and-fire neurons for a current that is the same at each of T steps.
///
/// The result is that of `lifSpikes` for the repeated current, which is not copied T times.
///
/// - Parameters:
///   - current: The input currents of one step, […], of floating point, in the unit of the membrane potential.
///   - steps: The number of time steps T; traps unless it is at least 1.
///   - dynamics: Decay, threshold, reset and surrogate gradient, shared by all neurons.
///   - implementation: How the spikes are computed.
/// - Returns: Spikes [T, …], 0 or 1, of the type of `current`; gradients flow back to `current`.
/// - Throws: `TensorError` if `current` is not of floating point, or if `implementation` is `.kernel` and no kernel
///   supports the input.
public func lifSpikes(
    constant current: Tensor, steps: Int, _ dynamics: LIFDynamics = LIFDynamics(),
    implementation: NeuronImplementation = .automatic
) throws(TensorError) -> Tensor {
    if current.rank > 0, steps > 0,
        try implementation.usesKernel(for: current, "LIF", steps: steps, isConstant: true)
    {
        return try LIFKernel(dynamics).spikes(constant: current, steps: steps)
    }
    return try lifSpikes(
        current.repeatedOverTime(steps), dynamics, implementation: implementation)
}

/// The reference implementation in LibTorch's operations. Kernels are tested against it, and devices without a kernel
/// use it.
private func stepByStep(_ currents: Tensor, _ dynamics: LIFDynamics) throws(TensorError) -> Tensor {
    let dtype = currents.dtype
    let currents = try currents.to(dtype.ofMembrane)
    let steps = currents.shape[0]
    guard steps > 0 else { return try Tensor(unsetLike: currents).to(dtype) }
    var membrane: Tensor?
    var spikes: [Tensor] = []
    for t in 0..<steps { spikes.append(try dynamics.step(currents[t], &membrane)) }
    return try Tensor.stacked(spikes).to(dtype)
}

extension LIFDynamics {
    /// Computes one step of the equations in `LIFDynamics`.
    ///
    /// - Parameters:
    ///   - current: The currents I[t], […].
    ///   - membrane: V[t−1], […], or nil for V[−1] = 0; becomes V[t].
    /// - Returns: The spikes S[t], […], 0 or 1, of the type of `current`.
    func step(_ current: Tensor, _ membrane: inout Tensor?) throws(TensorError) -> Tensor {
        let charged = try charge(membrane, current)
        let fired = try spike(charged - threshold, surrogate)
        membrane = try reset(charged, fired)
        return fired
    }

    private func charge(_ membrane: Tensor?, _ current: Tensor) throws(TensorError) -> Tensor {
        switch decay {
        case .factor(let factor):
            guard let membrane else { return current }
            return try membrane * factor + current
        case .timeConstant(let constant):
            guard let membrane else { return try current / constant }
            return try membrane + (current - membrane) / constant
        }
    }

    /// Returns the membrane potential V after a step from the potential U before the reset and the spikes.
    func reset(_ charged: Tensor, _ fired: Tensor) throws(TensorError) -> Tensor {
        let fired = detachesReset ? try fired.detached() : fired
        switch reset {
        case .subtractThreshold: return try charged - fired * threshold
        case .toZero: return try charged * (1 - fired)
        }
    }
}

extension DType {
    /// The type in which membrane potentials are computed for currents of this type: float32 for the 16-bit types.
    var ofMembrane: DType { self == .bfloat16 || self == .float16 ? .float32 : self }
}
