import SpikeKernels

/// Gradients of Ben's spiker algorithm: v = Σₖ |r[t+k]| − |r[t+k] − h[k]|;  s = H(v − θ), r[t+k] −= s·h[k].
///
/// r starts as the scaled signal. The range and the filter count as constants. The derivative of |x| at x = 0 is 0.
func bensSpikerGradient(
    _ row: GradientRow, order: Int, cutoff: Float, scale: UnitScale, threshold: Float, isReference: Bool,
    fires: UnsafePointer<Int8>, _ options: GradientOptions
) {
    let count = row.count
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: order + 1 + 2 * count)
    defer { memory.deallocate() }
    let first = isReference ? 1 : 0
    let (taps, rest, ofRest) = (memory + first, memory + order + 1, memory + order + 1 + count)
    lowPassTaps(
        order: order, cutoff: Double(cutoff), into: UnsafeMutableBufferPointer(start: memory, count: order + 1))
    let tapCount = order + 1 - first
    for k in 0..<tapCount { taps[k] = Double(Float(taps[k])) }
    for t in 0..<count { (rest[t], ofRest[t]) = (Double(scale(row.samples[t])), 0) }
    for t in 0..<count where fires[t] != 0 {
        for k in 0..<min(tapCount, count - t) { rest[t + k] -= taps[k] }
    }
    for t in stride(from: count - 1, through: first, by: -1) {
        let length = min(tapCount, count - t)
        if fires[t] != 0 {
            for k in 0..<length { rest[t + k] += taps[k] }
        }
        var (value, ofSpike) = (0.0, row.spikes[t])
        for k in 0..<length {
            value += abs(rest[t + k]) - abs(rest[t + k] - taps[k])
            if !options.detachesReset { ofSpike -= taps[k] * ofRest[t + k] }
        }
        let ofValue = ofSpike * options.surrogate.derivative(value - Double(threshold))
        row.parameters[2] -= ofValue
        for k in 0..<length { ofRest[t + k] += ofValue * (sign(rest[t + k]) - sign(rest[t + k] - taps[k])) }
    }
    for t in 0..<count { row.input[t] = ofRest[t] * Double(scale.scale) }
}

/// The derivative of |x|. Differences below 2⁻²⁰ of the channel's range count as 0: the taps add up to 1, so that rests
/// are often equal to a tap, or 0, but for the rounding of the taps, which must not decide on the gradient.
private func sign(_ x: Double) -> Double { x > 0x1p-20 ? 1 : x < -0x1p-20 ? -1 : 0 }
