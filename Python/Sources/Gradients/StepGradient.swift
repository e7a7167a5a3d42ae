/// Gradients of codecs that follow the signal in steps: d = x[t] − b;  d > e: +1, b += θ;  d < −e: −1, b −= θ.
///
///     s = H(d/e − 1) − H(−d/e − 1);  b[0] = x[0]
///
/// - Parameters:
///   - edge: e, how far the signal must move.
///   - step: θ, how far the base moves.
/// - Returns: The gradients of e and of θ.
func stepGradient(
    _ row: GradientRow, edge: Float, step: Float, _ options: GradientOptions
) -> (edge: Double, step: Double) {
    let differences = UnsafeMutablePointer<Double>.allocate(capacity: row.count)
    let fires = UnsafeMutablePointer<Int8>.allocate(capacity: row.count)
    defer {
        differences.deallocate()
        fires.deallocate()
    }
    var base = row.samples[0]
    for t in 0..<row.count {
        let x = row.samples[t]
        let (rises, falls) = (x > base + edge, x < base - edge)
        differences[t] = Double(x) - Double(base)
        fires[t] = rises ? 1 : falls ? -1 : 0
        base = rises ? base + step : falls ? base - step : base
    }
    let e = Double(edge)
    // The gradient of the base after the step.
    var ofBase = 0.0
    var gradients = (edge: 0.0, step: 0.0)
    for t in stride(from: row.count - 1, through: 0, by: -1) {
        let d = differences[t]
        let up = options.surrogate.derivative(d / e - 1)
        let down = options.surrogate.derivative(-d / e - 1)
        // Spikes down move the base, too, if they are left out of the output.
        var sum = row.spikes[t] * (options.isBipolar ? up + down : up)
        if !options.detachesReset { sum += Double(step) * ofBase * (up + down) }
        gradients.edge -= sum * d / (e * e)
        gradients.step += ofBase * Double(fires[t])
        row.input[t] = sum / e
        ofBase -= sum / e
    }
    row.input[0] += ofBase
    return gradients
}

/// Gradients of delta modulation: d = x[t] − x[t−1];  d ≥ θ: +1;  d ≤ −θ: −1.
func deltaGradient(_ row: GradientRow, threshold: Float, zero: Float?, _ options: GradientOptions) {
    let e = Double(threshold)
    for t in 0..<row.count {
        let before = t > 0 ? row.samples[t - 1] : zero ?? row.samples[0]
        let d = Double(row.samples[t]) - Double(before)
        let up = options.surrogate.derivative(d / e - 1)
        let down = options.surrogate.derivative(-d / e - 1)
        let sum = row.spikes[t] * (options.isBipolar ? up + down : up)
        row.parameters[0] -= sum * d / (e * e)
        if t > 0 {
            row.input[t] += sum / e
            row.input[t - 1] -= sum / e
        } else if zero != nil {
            row.input[0] += sum / e
        }
    }
}

/// Gradients of rate step-forward, whose spikes are (x[t] − x[t−1])/θ: they need no surrogate.
func rateStepGradient(_ row: GradientRow, threshold: Float, zero: Float?) {
    let step = Double(threshold)
    guard row.count > 1 else { return }
    for t in 1..<row.count {
        let startsFromZero = t == 1 && zero != nil
        let before = startsFromZero ? zero ?? 0 : row.samples[t - 1]
        let gradient = row.spikes[t] / step
        row.parameters[0] -= gradient * (Double(row.samples[t]) - Double(before)) / step
        row.input[t] += gradient
        if !startsFromZero { row.input[t - 1] -= gradient }
    }
}
