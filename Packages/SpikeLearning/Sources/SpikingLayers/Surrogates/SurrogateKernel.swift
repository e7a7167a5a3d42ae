extension SurrogateGradient {
    /// Writes `derivative(potentials[i] − threshold)` to `result[i]` for i in 0..<count; `count` is a multiple of 16.
    func derivatives(
        _ potentials: UnsafePointer<Float>, threshold: Float, count: Int, into result: UnsafeMutablePointer<Float>
    ) {
        func run(_ derivative: some Derivative) {
            var index = 0
            while index < count {
                result.store(derivative(potentials.lanes(at: index) - threshold), at: index)
                index &+= Lanes.scalarCount
            }
        }
        switch self {
        case .sigmoid(let slope): run(SigmoidDerivative(slope: Float(slope)))
        case .arctangent(let slope):
            run(ArctangentDerivative(height: Float(slope / 2), scale: Float(.pi / 2 * slope)))
        case .triangle(let slope): run(TriangleDerivative(slope: Float(slope)))
        case .fastSigmoid(let slope): run(FastSigmoidDerivative(slope: Float(slope)))
        case .rectangle(let width): run(RectangleDerivative(half: Float(width / 2), height: Float(1 / width)))
        }
    }
}

// Each surrogate has a type of its own, so that the compiler makes a specialized loop for each.

private protocol Derivative {
    func callAsFunction(_ u: Lanes) -> Lanes
}

private struct SigmoidDerivative: Derivative {
    let slope: Float

    @inline(__always)
    func callAsFunction(_ u: Lanes) -> Lanes {
        let e = exponentialOfNegative((u * slope).magnitudes)
        return e * slope / ((e + 1) * (e + 1))
    }
}

private struct ArctangentDerivative: Derivative {
    let height: Float
    let scale: Float

    @inline(__always)
    func callAsFunction(_ u: Lanes) -> Lanes {
        let s = u * scale
        return height / (s * s + 1)
    }
}

private struct TriangleDerivative: Derivative {
    let slope: Float

    @inline(__always)
    func callAsFunction(_ u: Lanes) -> Lanes {
        let height = 1 - u.magnitudes * slope
        return height.replacing(with: 0, where: height .< 0) * slope
    }
}

private struct FastSigmoidDerivative: Derivative {
    let slope: Float

    @inline(__always)
    func callAsFunction(_ u: Lanes) -> Lanes {
        let s = u.magnitudes * slope + 1
        return 1 / (s * s)
    }
}

private struct RectangleDerivative: Derivative {
    let half: Float
    let height: Float

    @inline(__always)
    func callAsFunction(_ u: Lanes) -> Lanes {
        Lanes(repeating: height).replacing(with: 0, where: u.magnitudes .> half)
    }
}
