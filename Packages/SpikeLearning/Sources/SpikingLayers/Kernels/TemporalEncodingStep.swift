// One step of a tile of values. Each variant is a type of its own, so that the compiler makes a loop of each.

extension TemporalEncoding {
    /// Writes the spikes of a step, if wanted, and changes `x` to what it is at the next one; `count` is a multiple of
    /// 16.
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

    /// The gradient of one step: from that of the spikes and of x after it to that of x before it and of the
    /// thresholds. `count` is a multiple of 16.
    ///
    /// - Parameters:
    ///   - x: Before the step.
    ///   - derivatives: The surrogate's at x − θ.
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

/// x after a step.
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

/// What the gradient of x after a step adds to that of the spike, of x before it and of the threshold.
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
