// One step of a tile of neurons. Each variant has a type of its own, so that the compiler makes a specialized loop for
// each combination.

typealias Fired = SIMDMask<Lanes.MaskStorage>

extension LIFDynamics {
    /// The values that a step writes.
    enum StepOutput {
        case spikes
        case potentials
    }

    /// Computes one step: charges and resets `membrane`, and writes spikes or potentials. `count` is a multiple of 16.
    ///
    /// - Parameter shares: The factors of membrane and current for each neuron; nil to use `decay` for all neurons.
    func step(
        _ current: UnsafePointer<Float>, _ membrane: UnsafeMutablePointer<Float>, shares: InputShares? = nil,
        _ output: StepOutput, into result: UnsafeMutablePointer<Float>, count: Int
    ) {
        let threshold = Float(threshold)
        func run(_ charge: some Charge, _ reset: some Reset) {
            switch output {
            case .spikes:
                var index = 0
                while index < count {
                    let potential = charge(membrane.lanes(at: index), current.lanes(at: index), index)
                    let fired = potential .>= threshold
                    result.store(Lanes(repeating: 0).replacing(with: 1, where: fired), at: index)
                    membrane.store(reset(potential, fired), at: index)
                    index &+= Lanes.scalarCount
                }
            case .potentials:
                var index = 0
                while index < count {
                    let potential = charge(membrane.lanes(at: index), current.lanes(at: index), index)
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
        if let shares { return run(SharedCharge(shares: shares)) }
        switch decay {
        case .factor(let factor): run(FactorCharge(factor: Float(factor)))
        case .timeConstant(let constant) where constant.significand == 1:
            run(TimeShareCharge(share: Float(1 / constant)))
        case .timeConstant(let constant): run(TimeConstantCharge(constant: Float(constant)))
        }
    }

    /// Writes the membrane potentials V after the reset of a step from its potentials U.
    func reset(_ potentials: UnsafePointer<Float>, into membrane: UnsafeMutablePointer<Float>, count: Int) {
        let threshold = Float(threshold)
        func run(_ reset: some Reset) {
            var index = 0
            while index < count {
                let potential = potentials.lanes(at: index)
                membrane.store(reset(potential, potential .>= threshold), at: index)
                index &+= Lanes.scalarCount
            }
        }
        switch reset {
        case .subtractThreshold: run(SubtractThreshold(threshold: threshold))
        case .toZero: run(ResetToZero())
        }
    }

    /// Computes the gradients of the current and of the membrane before a step from those of the spikes and of the
    /// membrane after it. `count` is a multiple of 16.
    ///
    /// - Parameter shares: The factors of membrane and current for each neuron, and the memory for their gradients; nil
    ///   to use `decay` for all neurons.
    func stepBack(
        _ potentials: UnsafePointer<Float>, _ derivatives: UnsafePointer<Float>, _ spikeGradient: UnsafePointer<Float>,
        _ membraneGradient: UnsafeMutablePointer<Float>, shares: InputShareGradients? = nil,
        into currentGradient: UnsafeMutablePointer<Float>, count: Int
    ) {
        let threshold = Float(threshold)
        func run(_ slope: some ResetSlope, _ charge: some ChargeSlope) {
            var index = 0
            while index < count {
                let derivative = derivatives.lanes(at: index)
                let gradient =
                    spikeGradient.lanes(at: index) * derivative
                    + membraneGradient.lanes(at: index) * slope(potentials.lanes(at: index), derivative)
                let (current, membrane) = charge(gradient, index)
                currentGradient.store(current, at: index)
                membraneGradient.store(membrane, at: index)
                index &+= Lanes.scalarCount
            }
        }
        func run(_ slope: some ResetSlope) {
            if let shares { return run(slope, SharedChargeSlope(shares: shares)) }
            run(
                slope,
                UniformChargeSlope(membraneShare: Float(decay.membraneShare), inputShare: Float(decay.inputShare)))
        }
        switch (reset, detachesReset) {
        case (.subtractThreshold, true): run(DetachedSubtraction())
        case (.subtractThreshold, false): run(SubtractionSlope(threshold: threshold))
        case (.toZero, true): run(DetachedZeroing(threshold: threshold))
        case (.toZero, false): run(ZeroingSlope(threshold: threshold))
        }
    }
}

/// The factors of the previous membrane potential and of the current in the potential U, for each neuron of a tile.
struct InputShares {
    let membrane: UnsafePointer<Float>
    let current: UnsafePointer<Float>
}

/// The values from which the gradients of `shares` are computed, and the memory to which they are written, for each
/// neuron of a tile.
struct InputShareGradients {
    let shares: InputShares
    let membraneBefore: UnsafePointer<Float>
    let current: UnsafePointer<Float>
    let ofMembraneShare: UnsafeMutablePointer<Float>
    let ofCurrentShare: UnsafeMutablePointer<Float>
}

/// Computes the potentials U of the neurons from `index` on from the previous membrane potentials and the currents.
private protocol Charge {
    func callAsFunction(_ membrane: Lanes, _ current: Lanes, _ index: Int) -> Lanes
}

private struct FactorCharge: Charge {
    let factor: Float

    @inline(__always)
    func callAsFunction(_ membrane: Lanes, _ current: Lanes, _ index: Int) -> Lanes { membrane * factor + current }
}

private struct TimeConstantCharge: Charge {
    let constant: Float

    @inline(__always)
    func callAsFunction(_ membrane: Lanes, _ current: Lanes, _ index: Int) -> Lanes {
        membrane + (current - membrane) / constant
    }
}

/// The charge for a time constant that is a power of two, for which dividing by it and multiplying by its reciprocal
/// give the same.
private struct TimeShareCharge: Charge {
    let share: Float

    @inline(__always)
    func callAsFunction(_ membrane: Lanes, _ current: Lanes, _ index: Int) -> Lanes {
        membrane + (current - membrane) * share
    }
}

private struct SharedCharge: Charge {
    let shares: InputShares

    @inline(__always)
    func callAsFunction(_ membrane: Lanes, _ current: Lanes, _ index: Int) -> Lanes {
        membrane * shares.membrane.lanes(at: index) + current * shares.current.lanes(at: index)
    }
}

/// Computes the gradients of the current and of the previous membrane potential from that of the potential U.
private protocol ChargeSlope {
    func callAsFunction(_ gradient: Lanes, _ index: Int) -> (current: Lanes, membrane: Lanes)
}

private struct UniformChargeSlope: ChargeSlope {
    let membraneShare: Float
    let inputShare: Float

    @inline(__always)
    func callAsFunction(_ gradient: Lanes, _ index: Int) -> (current: Lanes, membrane: Lanes) {
        (gradient * inputShare, gradient * membraneShare)
    }
}

private struct SharedChargeSlope: ChargeSlope {
    let shares: InputShareGradients

    @inline(__always)
    func callAsFunction(_ gradient: Lanes, _ index: Int) -> (current: Lanes, membrane: Lanes) {
        shares.ofMembraneShare.store(gradient * shares.membraneBefore.lanes(at: index), at: index)
        shares.ofCurrentShare.store(gradient * shares.current.lanes(at: index), at: index)
        return (
            gradient * shares.shares.current.lanes(at: index), gradient * shares.shares.membrane.lanes(at: index)
        )
    }
}

/// Computes the membrane potential V after a step from the potential U.
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

/// Computes the derivative of the membrane potential V after a step with respect to the potential U.
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
