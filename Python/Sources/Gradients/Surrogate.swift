import Glibc

/// The derivative of a function that approximates the step, as in the spiking layers of SpikeKit: u is the distance from
/// the threshold.
struct Surrogate {
    /// The kinds by the numbers that Python knows them by.
    enum Kind: Int32 {
        case sigmoid, arctangent, triangle, fastSigmoid, rectangle
    }

    let kind: Kind
    /// The slope; of a rectangle, the width.
    let size: Double

    func derivative(_ u: Double) -> Double {
        switch kind {
        case .sigmoid:
            let e = exp(-abs(size * u))
            return size * e / ((1 + e) * (1 + e))
        case .arctangent:
            let s = Double.pi / 2 * size * u
            return size / 2 / (1 + s * s)
        case .triangle: return size * max(0, 1 - size * abs(u))
        case .fastSigmoid:
            let s = 1 + size * abs(u)
            return 1 / (s * s)
        case .rectangle: return abs(u) <= size / 2 ? 1 / size : 0
        }
    }
}

/// How a call computes gradients.
struct GradientOptions {
    let surrogate: Surrogate
    /// Whether spikes count as constants where they change the state of the encoder.
    let detachesReset: Bool
    let isBipolar: Bool
}

/// One row to compute the gradients of.
struct GradientRow {
    let samples: UnsafePointer<Float>
    let count: Int
    /// The gradients of the spikes.
    let spikes: UnsafePointer<Double>
    /// Memory for the gradients of the samples, which is 0 before.
    let input: UnsafeMutablePointer<Double>
    /// Memory for the gradients of the three parameters.
    let parameters: UnsafeMutablePointer<Double>
}
