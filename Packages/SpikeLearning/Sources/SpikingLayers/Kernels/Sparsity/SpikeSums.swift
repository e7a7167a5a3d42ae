/// Adds the gradients that the spikes of a channel give to the weights of 32 outputs: for each spike, its value times
/// the gradient at its place.
func addPoints(
    _ spikes: UnsafeBufferPointer<Spike>, _ gradients: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>
) {
    let none = Lanes(repeating: 0)
    var (a0, a1, b0, b1) = (sums.lanes(at: 0), sums.lanes(at: 16), none, none)
    var (c0, c1, d0, d1) = (none, none, none, none)
    @inline(__always) func add(_ index: Int, _ first: inout Lanes, _ second: inout Lanes) {
        let spike = spikes[index]
        let place = gradients + Int(spike.place) &* 32
        let value = Lanes(repeating: spike.value)
        first += place.lanes(at: 0) * value
        second += place.lanes(at: 16) * value
    }
    // Four sums run side by side, because an addition must wait for the previous one to the same sum.
    var index = 0
    while index &+ 4 <= spikes.count {
        add(index, &a0, &a1)
        add(index &+ 1, &b0, &b1)
        add(index &+ 2, &c0, &c1)
        add(index &+ 3, &d0, &d1)
        index &+= 4
    }
    while index < spikes.count {
        add(index, &a0, &a1)
        index &+= 1
    }
    sums.store((a0 + b0) + (c0 + d0), at: 0)
    sums.store((a1 + b1) + (c1 + d1), at: 16)
}

/// Adds the gradients that the spikes of a channel give to the weights of 32 outputs with 3 × 3 kernels. Place (1, 1)
/// of a kernel connects a spike with the result at its own place, and place (2, 2) with the result one up and one left.
func addSquares(
    _ spikes: UnsafeBufferPointer<Spike>, _ gradients: UnsafePointer<Float>, pitch: Int,
    to sums: UnsafeMutablePointer<Float>
) {
    var square = KernelSquare(sums)
    for spike in spikes {
        square.add(gradients + Int(spike.place) &* 32, pitch: pitch, Lanes(repeating: spike.value))
    }
    square.store(to: sums)
}

/// The sums of 32 outputs at each place of a 3 × 3 kernel.
private struct KernelSquare {
    private var upper: KernelRow
    private var middle: KernelRow
    private var lower: KernelRow

    @inline(__always)
    init(_ sums: UnsafePointer<Float>) {
        upper = KernelRow(sums)
        middle = KernelRow(sums + 96)
        lower = KernelRow(sums + 192)
    }

    @inline(__always)
    mutating func add(_ gradients: UnsafePointer<Float>, pitch: Int, _ value: Lanes) {
        upper.add(gradients + pitch, value)
        middle.add(gradients, value)
        lower.add(gradients - pitch, value)
    }

    @inline(__always)
    func store(to sums: UnsafeMutablePointer<Float>) {
        upper.store(to: sums)
        middle.store(to: sums + 96)
        lower.store(to: sums + 192)
    }
}

/// The sums of 32 outputs at the three places of a row of a kernel.
private struct KernelRow {
    private var left0: Lanes, left1: Lanes
    private var center0: Lanes, center1: Lanes
    private var right0: Lanes, right1: Lanes

    @inline(__always)
    init(_ sums: UnsafePointer<Float>) {
        (left0, left1) = (sums.lanes(at: 0), sums.lanes(at: 16))
        (center0, center1) = (sums.lanes(at: 32), sums.lanes(at: 48))
        (right0, right1) = (sums.lanes(at: 64), sums.lanes(at: 80))
    }

    @inline(__always)
    mutating func add(_ gradients: UnsafePointer<Float>, _ value: Lanes) {
        left0 += gradients.lanes(at: 32) * value
        left1 += gradients.lanes(at: 48) * value
        center0 += gradients.lanes(at: 0) * value
        center1 += gradients.lanes(at: 16) * value
        right0 += gradients.lanes(at: -32) * value
        right1 += gradients.lanes(at: -16) * value
    }

    @inline(__always)
    func store(to sums: UnsafeMutablePointer<Float>) {
        sums.store(left0, at: 0)
        sums.store(left1, at: 16)
        sums.store(center0, at: 32)
        sums.store(center1, at: 48)
        sums.store(right0, at: 64)
        sums.store(right1, at: 80)
    }
}
