// One step of a tile of neurons. Each variant is a type of its own, so that the compiler makes a loop of each combination.

typealias Fired = SIMDMask<Lanes.MaskStorage>

extension LIFDynamics {
    /// What a step writes.
    enum StepOutput {
        case spikes
        case potentials
    }

    /// Charges and resets `membrane`, and writes spikes or potentials; `count` is a multiple of 16.
    func step(
        _ current: UnsafePointer<Float>, _ membrane: UnsafeMutablePointer<Float>, _ output: StepOutput,
        into result: UnsafeMutablePointer<Float>, count: Int
    ) {
        let threshold = Float(threshold)
        func run(_ charge: some Charge, _ reset: some Reset) {
            switch output {
            case .spikes:
                var index = 0
                while index < count {
                    let potential = charge(membrane.lanes(at: index), current.lanes(at: index))
                    let fired = potential .>= threshold
                    result.store(Lanes(repeating: 0).replacing(with: 1, where: fired), at: index)
                    membrane.store(reset(potential, fired), at: index)
                    index &+= Lanes.scalarCount
                }
            case .potentials:
                var index = 0
                while index < count {
                    let potential = charge(membrane.lanes(at: index), current.lanes(at: index))
                    result.store(potential, at: index)
                    membrane.store(reset(potential, potential .>= threshold), at: index)
                    index &+= Lanes.scalarCount
                }
            }
        }
        func run(_ charge: some Charge) {
            switch reset {
            case .subtractThreshold: run(charge, SubtractThreshold(threshold: threshold))
            case .toZero: run(charge, ResetToZero())
            }
        }
        switch decay {
        case .factor(let factor): run(FactorCharge(factor: Float(factor)))
        case .timeConstant(let constant) where constant.significand == 1:
            run(TimeShareCharge(share: Float(1 / constant)))
        case .timeConstant(let constant): run(TimeConstantCharge(constant: Float(constant)))
        }
    }

    /// The gradient of one step: from that of the spikes and of the membrane after it to that of the current and of the
    /// membrane before it. `count` is a multiple of 16.
    func stepBack(
        _ potentials: UnsafePointer<Float>, _ derivatives: UnsafePointer<Float>, _ spikeGradient: UnsafePointer<Float>,
        _ membraneGradient: UnsafeMutablePointer<Float>, into currentGradient: UnsafeMutablePointer<Float>, count: Int
    ) {
        let threshold = Float(threshold)
        let membraneShare = Float(decay.membraneShare), inputShare = Float(decay.inputShare)
        func run(_ slope: some ResetSlope) {
            var index = 0
            while index < count {
                let derivative = derivatives.lanes(at: index)
                let gradient =
                    spikeGradient.lanes(at: index) * derivative
                    + membraneGradient.lanes(at: index) * slope(potentials.lanes(at: index), derivative)
                currentGradient.store(gradient * inputShare, at: index)
                membraneGradient.store(gradient * membraneShare, at: index)
                index &+= Lanes.scalarCount
            }
        }
        switch (reset, detachesReset) {
        case (.subtractThreshold, true): run(DetachedSubtraction())
        case (.subtractThreshold, false): run(SubtractionSlope(threshold: threshold))
        case (.toZero, true): run(DetachedZeroing(threshold: threshold))
        case (.toZero, false): run(ZeroingSlope(threshold: threshold))
        }
    }
}

/// The potential from the membrane before and the current.
private protocol Charge {
    func callAsFunction(_ membrane: Lanes, _ current: Lanes) -> Lanes
}

private struct FactorCharge: Charge {
    let factor: Float

    @inline(__always)
    func callAsFunction(_ membrane: Lanes, _ current: Lanes) -> Lanes { membrane * factor + current }
}

private struct TimeConstantCharge: Charge {
    let constant: Float

    @inline(__always)
    func callAsFunction(_ membrane: Lanes, _ current: Lanes) -> Lanes { membrane + (current - membrane) / constant }
}

/// For a power of two, by which division and multiplication give the same.
private struct TimeShareCharge: Charge {
    let share: Float

    @inline(__always)
    func callAsFunction(_ membrane: Lanes, _ current: Lanes) -> Lanes { membrane + (current - membrane) * share }
}

/// The membrane after a step.
private protocol Reset {
    func callAsFunction(_ potential: Lanes, _ fired: Fired) -> Lanes
}

private struct SubtractThreshold: Reset {
    let threshold: Float

    @inline(__always)
    func callAsFunction(_ potential: Lanes, _ fired: Fired) -> Lanes {
        potential.replacing(with: potential - threshold, where: fired)
    }
}

private struct ResetToZero: Reset {
    @inline(__always)
    func callAsFunction(_ potential: Lanes, _ fired: Fired) -> Lanes { potential.replacing(with: 0, where: fired) }
}

/// The derivative of the membrane after a step with respect to the potential.
private protocol ResetSlope {
    func callAsFunction(_ potential: Lanes, _ derivative: Lanes) -> Lanes
}

private struct DetachedSubtraction: ResetSlope {
    @inline(__always)
    func callAsFunction(_ potential: Lanes, _ derivative: Lanes) -> Lanes { Lanes(repeating: 1) }
}

private struct SubtractionSlope: ResetSlope {
    let threshold: Float

    @inline(__always)
    func callAsFunction(_ potential: Lanes, _ derivative: Lanes) -> Lanes { 1 - derivative * threshold }
}

private struct DetachedZeroing: ResetSlope {
    let threshold: Float

    @inline(__always)
    func callAsFunction(_ potential: Lanes, _ derivative: Lanes) -> Lanes {
        Lanes(repeating: 1).replacing(with: 0, where: potential .>= threshold)
    }
}

private struct ZeroingSlope: ResetSlope {
    let threshold: Float

    @inline(__always)
    func callAsFunction(_ potential: Lanes, _ derivative: Lanes) -> Lanes {
        Lanes(repeating: 1).replacing(with: 0, where: potential .>= threshold) - potential * derivative
    }
}
