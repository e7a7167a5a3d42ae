import SpikeKernels

/// Gradients of the leaky integrate-and-fire code: U = V + z[t], v = U − b;  s = H(v/θ − 1) − H(−v/θ − 1);
/// V = m·U·(1 − |s|).
///
/// z is the scaled signal, b is 0 or, in the reference dialect until the first spike, z[1]. The range counts as a
/// constant.
func leakyGradient(
    _ row: GradientRow, scale: UnitScale, threshold: Float, membraneConstant: Float, isReference: Bool,
    _ options: GradientOptions
) {
    guard row.count > 1 else { return }
    let count = row.count
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: 2 * count)
    defer { sums.deallocate() }
    // What is compared with the threshold; and the sign of the spike.
    let (potentials, fires) = (sums, sums + count)
    let signed = SignedUnitScale(scale)
    var membrane: Float = 0
    var base: Float = isReference ? signed(row.samples[1]) : 0
    // The step of the first spike in the reference dialect, up to which the base counts.
    var firstSpike = isReference ? count : 0
    for t in 1..<count {
        membrane += signed(row.samples[t])
        let compared = membrane - base
        let (rises, falls) = (compared > threshold, compared < -threshold)
        let fired = (rises || falls) && !(isReference && t == 1)
        potentials[t] = Double(compared)
        fires[t] = fired ? (rises ? 1 : -1) : 0
        if fired {
            if firstSpike == count { firstSpike = t }
            (membrane, base) = (0, 0)
        }
        membrane *= membraneConstant
    }
    // The base of step t is z[1] up to the first spike.
    let start = Double(isReference ? signed(row.samples[1]) : 0)
    let (edge, m) = (Double(threshold), Double(membraneConstant))
    var (ofMembrane, ofBase) = (0.0, 0.0)
    for t in stride(from: count - 1, through: 1, by: -1) {
        let v = potentials[t]
        let hasBase = t <= firstSpike && isReference
        let potential = v + (hasBase ? start : 0)
        // The derivatives of |s| and of the spike that is told, by v.
        var (ofSize, ofSpike) = (0.0, 0.0)
        if !(isReference && t == 1) {
            let up = options.surrogate.derivative(v / edge - 1)
            let down = options.surrogate.derivative(-v / edge - 1)
            ofSize = up - down
            ofSpike = options.isBipolar ? up + down : up
        }
        var sum = row.spikes[t] * ofSpike
        if !options.detachesReset { sum -= ofMembrane * m * potential * ofSize }
        let stays = 1 - abs(fires[t])
        row.parameters[0] -= sum * v / (edge * edge)
        row.parameters[1] += ofMembrane * potential * stays
        let ofPotential = sum / edge + ofMembrane * m * stays
        if hasBase { ofBase -= sum / edge }
        row.input[t] = 2 * Double(scale.scale) * ofPotential
        ofMembrane = ofPotential
    }
    row.input[1] += 2 * Double(scale.scale) * ofBase
}
