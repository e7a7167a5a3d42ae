extension SurrogateGradient {
    /// `derivative` of potentials[i] − threshold for i in 0 ..< count, a multiple of 16.
    func derivatives(
        _ potentials: UnsafePointer<Float>, threshold: Float, count: Int, into result: UnsafeMutablePointer<Float>
    ) {
        @inline(__always)
        func each(_ derivative: (Lanes) -> Lanes) {
            forEachLanes(count) { result.store(derivative(potentials.lanes(at: $0) - threshold), at: $0) }
        }
        switch self {
        case .sigmoid(let slope):
            let slope = Float(slope)
            each { u in
                let e = exponentialOfNegative((u * slope).magnitudes)
                return e * slope / ((e + 1) * (e + 1))
            }
        case .arctangent(let slope):
            let (height, scale) = (Float(slope / 2), Float(.pi / 2 * slope))
            each { u in
                let s = u * scale
                return height / (s * s + 1)
            }
        case .triangle(let slope):
            let slope = Float(slope)
            each { u in
                let height = 1 - u.magnitudes * slope
                return height.replacing(with: 0, where: height .< 0) * slope
            }
        case .fastSigmoid(let slope):
            let slope = Float(slope)
            each { u in
                let s = u.magnitudes * slope + 1
                return 1 / (s * s)
            }
        case .rectangle(let width):
            let (half, height) = (Float(width / 2), Float(1 / width))
            each { u in Lanes(repeating: height).replacing(with: 0, where: u.magnitudes .> half) }
        }
    }
}
