// One step of a tile of values. Each variant has a type of its own, so that the compiler makes a specialized loop for
// each.

extension TemporalEncoding {
    /// Computes one step: writes the spikes unless `spikes` is nil, and changes `x` from x[t] to x[t+1]. `count` is a
    /// multiple of 16.
    func step(
        _ x: UnsafeMutablePointer<Float>, _ thresholds: UnsafePointer<Float>,
        spikes: UnsafeMutablePointer<Float>?, count: Int
    ) {
        func run(_ update: some Update) {
            var index = 0
            while index < count {
                let value = x.lanes(at: index)
                let threshold = thresholds.lanes(at: index)
                let fired = value .>= threshold
                spikes?.store(Lanes(repeating: 0).replacing(with: 1, where: fired), at: index)
                x.store(update(value, threshold, fired), at: index)
                index &+= Lanes.scalarCount
            }
        }
        switch code {
        case .rate: run(NoUpdate())
        case .phase: run(SubtractingUpdate())
        case .timeToFirstSpike: run(ZeroingUpdate())
        }
    }

    /// Computes the gradients of x[t] and of the thresholds from those of the spikes and of x[t+1]. `count` is a
    /// multiple of 16.
    ///
    /// - Parameters:
    ///   - x: The values x[t] before the step.
    ///   - derivatives: The derivatives of the surrogate at x[t] − θ[t].
    ///   - xGradient: The gradient of x[t+1]; becomes that of x[t].
    func stepBack(
        _ x: UnsafePointer<Float>, _ thresholds: UnsafePointer<Float>, _ derivatives: UnsafePointer<Float>,
        _ spikeGradient: UnsafePointer<Float>, _ xGradient: UnsafeMutablePointer<Float>,
        into thresholdGradient: UnsafeMutablePointer<Float>, count: Int
    ) {
        func run(_ slope: some UpdateSlope) {
            var index = 0
            while index < count {
                let value = x.lanes(at: index)
                let threshold = thresholds.lanes(at: index)
                let fired = value .>= threshold
                let after = xGradient.lanes(at: index)
                let ofSpike = spikeGradient.lanes(at: index) + slope.ofSpike(value, threshold, after)
                let ofDifference = ofSpike * derivatives.lanes(at: index)
                xGradient.store(ofDifference + slope.ofValue(after, fired), at: index)
                thresholdGradient.store(slope.ofThreshold(after, fired) - ofDifference, at: index)
                index &+= Lanes.scalarCount
            }
        }
        switch (code, detachesSpikeInUpdate) {
        case (.rate, _): run(NoUpdateSlope())
        case (.phase, true): run(DetachedSubtractionSlope())
        case (.phase, false): run(SubtractionSlope())
        case (.timeToFirstSpike, true): run(DetachedZeroingSlope())
        case (.timeToFirstSpike, false): run(ZeroingSlope())
        }
    }
}

/// Computes x[t+1] from x[t].
private protocol Update {
    func callAsFunction(_ x: Lanes, _ threshold: Lanes, _ fired: Fired) -> Lanes
}

private struct NoUpdate: Update {
    @inline(__always)
    func callAsFunction(_ x: Lanes, _ threshold: Lanes, _ fired: Fired) -> Lanes { x }
}

private struct SubtractingUpdate: Update {
    @inline(__always)
    func callAsFunction(_ x: Lanes, _ threshold: Lanes, _ fired: Fired) -> Lanes {
        x.replacing(with: x - threshold, where: fired)
    }
}

private struct ZeroingUpdate: Update {
    @inline(__always)
    func callAsFunction(_ x: Lanes, _ threshold: Lanes, _ fired: Fired) -> Lanes { x.replacing(with: 0, where: fired) }
}

/// Computes what the gradient of x[t+1] adds to the gradients of the spike, of x[t] and of the threshold.
private protocol UpdateSlope {
    func ofSpike(_ x: Lanes, _ threshold: Lanes, _ after: Lanes) -> Lanes
    func ofValue(_ after: Lanes, _ fired: Fired) -> Lanes
    func ofThreshold(_ after: Lanes, _ fired: Fired) -> Lanes
}

extension UpdateSlope {
    @inline(__always)
    func ofSpike(_ x: Lanes, _ threshold: Lanes, _ after: Lanes) -> Lanes { .zero }

    @inline(__always)
    func ofValue(_ after: Lanes, _ fired: Fired) -> Lanes { after }

    @inline(__always)
    func ofThreshold(_ after: Lanes, _ fired: Fired) -> Lanes { .zero }
}

private struct NoUpdateSlope: UpdateSlope {}

private struct DetachedSubtractionSlope: UpdateSlope {
    @inline(__always)
    func ofThreshold(_ after: Lanes, _ fired: Fired) -> Lanes { Lanes.zero.replacing(with: -after, where: fired) }
}

private struct SubtractionSlope: UpdateSlope {
    @inline(__always)
    func ofSpike(_ x: Lanes, _ threshold: Lanes, _ after: Lanes) -> Lanes { -after * threshold }

    @inline(__always)
    func ofThreshold(_ after: Lanes, _ fired: Fired) -> Lanes { Lanes.zero.replacing(with: -after, where: fired) }
}

private struct DetachedZeroingSlope: UpdateSlope {
    @inline(__always)
    func ofValue(_ after: Lanes, _ fired: Fired) -> Lanes { after.replacing(with: 0, where: fired) }
}

private struct ZeroingSlope: UpdateSlope {
    @inline(__always)
    func ofSpike(_ x: Lanes, _ threshold: Lanes, _ after: Lanes) -> Lanes { -after * x }

    @inline(__always)
    func ofValue(_ after: Lanes, _ fired: Fired) -> Lanes { after.replacing(with: 0, where: fired) }
}
