import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A function that approximates the step H(u), whose own derivative is 0 almost everywhere.
///
/// The forward pass always uses the step; the backward pass uses the `derivative` of the approximation. Here u is the
/// membrane potential minus the threshold. Slopes α and widths must be above 0; they are not checked.
///
/// Source: Neftci, Mostafa and Zenke 2019, doi:10.1109/MSP.2019.2931595.
public enum SurrogateGradient: Sendable, Hashable {
    /// The logistic function σ(αu), with the derivative α·σ(αu)·(1 − σ(αu)).
    case sigmoid(slope: Double = 4)

    /// The arctangent ½ + atan(παu/2)/π, with the derivative α/2 / (1 + (παu/2)²). Source: Fang et al. 2021,
    /// arXiv 2007.05785.
    case arctangent(slope: Double = 2)

    /// A quadratic spline with the triangular derivative α·max(0, 1 − α|u|). Source: Esser et al. 2016,
    /// arXiv 1603.08270.
    case triangle(slope: Double = 1)

    /// The fast sigmoid ½ + u / (1 + α|u|), with the derivative 1 / (1 + α|u|)². Source: Zenke and Ganguli 2018,
    /// arXiv 1705.11146.
    case fastSigmoid(slope: Double = 25)

    /// A ramp with the derivative 1/width where |u| <= width/2, else 0. Source: Wu et al. 2018, arXiv 1706.02609.
    case rectangle(width: Double = 1)
}

// Value and derivative are written once, for numbers and for tensors.

extension SurrogateGradient {
    /// Returns the approximation of the step H(u) at one number.
    ///
    /// - Parameter u: The membrane potential minus the threshold.
    public func value(_ u: Double) -> Double {
        switch self {
        case .sigmoid(let slope): return 1 / (1 + exp(-slope * u))
        case .arctangent(let slope): return 0.5 + atan(.pi / 2 * slope * u) / .pi
        case .triangle(let slope):
            let s = min(max(slope * u, -1), 1)
            return 0.5 + s - s * abs(s) / 2
        case .fastSigmoid(let slope): return 0.5 + u / (1 + slope * abs(u))
        case .rectangle(let width): return min(max(u / width + 0.5, 0), 1)
        }
    }

    /// Returns the derivative of the approximation at one number.
    ///
    /// - Parameter u: The membrane potential minus the threshold.
    public func derivative(_ u: Double) -> Double {
        switch self {
        case .sigmoid(let slope):
            let e = exp(-abs(slope * u))
            return slope * e / ((1 + e) * (1 + e))
        case .arctangent(let slope):
            let s = .pi / 2 * slope * u
            return slope / 2 / (1 + s * s)
        case .triangle(let slope): return slope * max(0, 1 - slope * abs(u))
        case .fastSigmoid(let slope):
            let s = 1 + slope * abs(u)
            return 1 / (s * s)
        case .rectangle(let width): return abs(u) <= width / 2 ? 1 / width : 0
        }
    }

    /// Returns the derivative of the approximation at every element of a tensor.
    ///
    /// - Parameter u: Membrane potentials minus the threshold, of any shape, of floating point.
    /// - Returns: A tensor of the shape of `u`.
    public func derivative(_ u: Tensor) throws(TensorError) -> Tensor {
        switch self {
        case .sigmoid(let slope):
            let s = try (u * slope).sigmoid()
            return try s * (1 - s) * slope
        case .arctangent(let slope): return try slope / 2 / ((u * (.pi / 2 * slope)).squared() + 1)
        case .triangle(let slope): return try (1 - u.absolute() * slope).relu() * slope
        case .fastSigmoid(let slope): return try 1 / (u.absolute() * slope + 1).squared()
        case .rectangle(let width): return try (u.absolute() <= width / 2).to(u.dtype) / width
        }
    }
}

/// Returns the step H(u), which is 1 where u >= 0 and else 0, with the derivative of the surrogate in the backward
/// pass. It runs on every device.
///
/// - Parameters:
///   - u: Membrane potentials minus the threshold, of any shape, of floating point.
///   - surrogate: The function whose derivative replaces that of the step in the backward pass.
/// - Returns: Spikes of the shape and the type of `u`, 0 or 1.
public func spike(_ u: Tensor, _ surrogate: SurrogateGradient = .sigmoid()) throws(TensorError) -> Tensor {
    let spikes = try withoutGradient { () throws(TensorError) in try (u >= 0).to(u.dtype) }
    try CustomFunction.record("spike", inputs: [u], outputs: [spikes], saving: [u]) { saved, gradients in
        guard let gradient = gradients[0] else { return [nil] }
        return [try gradient * surrogate.derivative(saved[0])]
    }
    return spikes
}
