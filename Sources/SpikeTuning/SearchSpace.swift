import SpikeEncoding

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One parameter's range, and how the optimizer's 0…1 maps to it.
struct SearchDimension {
    enum Scale { case linear, logarithmic, integer }

    let name: String
    let lower: Double
    let upper: Double
    let scale: Scale

    func value(_ position: Double) -> Double {
        switch scale {
        case .linear: lower + position * (upper - lower)
        case .logarithmic: lower * pow(upper / lower, position)
        case .integer: (lower + position * (upper - lower)).rounded()
        }
    }
}

extension Codec {
    /// The ranges to search for a channel; empty for a constant one, where nothing is to be found.
    ///
    /// Thresholds in the signal's unit run from 1/2000 of the channel's range up; those of scaled signals are fixed.
    func searchSpace(channel: Signal, range: ValueRange) throws(TuningError) -> [SearchDimension] {
        let width = Double(range.width)
        // The smallest threshold must be a normal Float32.
        guard width / 2000 >= Double(Float.leastNormalMagnitude) else { return [] }
        switch self {
        case .stepForward:
            return [SearchDimension(name: "threshold", lower: width / 2000, upper: width, scale: .logarithmic)]
        case .deltaModulation:
            let steps = try wrappingCodecErrors { () throws(CodecError) in try RateStepForward.largestSteps(of: channel)
            }
            let upper = max(Double(steps[0]), width / 1000)
            return [SearchDimension(name: "threshold", lower: width / 2000, upper: upper, scale: .logarithmic)]
        case .pulseWidthModulation:
            return [SearchDimension(name: "frequency", lower: 1, upper: 750, scale: .logarithmic)]
        case .leakyIntegrateAndFire:
            return [
                SearchDimension(name: "threshold", lower: 0.005, upper: 2, scale: .logarithmic),
                SearchDimension(name: "membraneConstant", lower: 0.01, upper: 1, scale: .linear),
            ]
        case .bensSpiker:
            return [
                SearchDimension(
                    name: "order", lower: 2, upper: Double(min(64, max(3, channel.sampleCount - 1))), scale: .integer),
                SearchDimension(name: "cutoff", lower: 0.002, upper: 0.45, scale: .logarithmic),
                SearchDimension(name: "threshold", lower: 0, upper: 1.5, scale: .linear),
            ]
        case .rateStepForward, .receptiveFields, .rate:
            throw .notTunable(codec: name)
        }
    }

    /// A channel's parameters, in the order of the search space.
    func parameters(ofChannel channel: Int) -> [Trial.Parameter] {
        func parameter(_ name: String, _ value: Double) -> Trial.Parameter { Trial.Parameter(name: name, value: value) }
        switch self {
        case .stepForward(let codec):
            return [parameter("threshold", Double(codec.threshold[channel]))]
        case .deltaModulation(let codec):
            return [parameter("threshold", Double(codec.threshold[channel]))]
        case .pulseWidthModulation(let codec):
            return [parameter("frequency", Double(codec.frequency[channel]))]
        case .leakyIntegrateAndFire(let codec):
            return [
                parameter("threshold", Double(codec.threshold[channel])),
                parameter("membraneConstant", Double(codec.membraneConstant[channel])),
            ]
        case .bensSpiker(let codec):
            return [
                parameter("order", Double(codec.order[channel])), parameter("cutoff", Double(codec.cutoff[channel])),
                parameter("threshold", Double(codec.threshold[channel])),
            ]
        case .rateStepForward, .receptiveFields, .rate:
            return []
        }
    }

    /// The codec with these parameters, `values[channel][parameter]`, and its other options. Traps for values outside the
    /// search space.
    func replacingParameters(with values: [[Double]]) -> Codec {
        func floats(_ index: Int) -> PerChannel<Float> { PerChannel(each: values.map { Float($0[index]) }) }
        do throws(CodecError) {
            switch self {
            case .stepForward(let codec):
                return try StepForward(threshold: floats(0), polarity: codec.polarity, dialect: codec.dialect).codec
            case .deltaModulation(let codec):
                return try DeltaModulation(threshold: floats(0), padding: codec.padding, polarity: codec.polarity).codec
            case .pulseWidthModulation(let codec):
                return try PulseWidthModulation(
                    frequency: floats(0), polarity: codec.polarity, dialect: codec.dialect
                ).codec
            case .leakyIntegrateAndFire(let codec):
                return try LeakyIntegrateAndFire(
                    threshold: floats(0), membraneConstant: floats(1), polarity: codec.polarity, dialect: codec.dialect
                ).codec
            case .bensSpiker(let codec):
                return try BensSpiker(
                    order: PerChannel(each: values.map { Int($0[0]) }), cutoff: floats(1), threshold: floats(2),
                    dialect: codec.dialect
                ).codec
            case .rateStepForward, .receptiveFields, .rate:
                preconditionFailure("replacingParameters: \(name) has no parameters to tune")
            }
        } catch {
            preconditionFailure("replacingParameters: \(error)")
        }
    }
}
