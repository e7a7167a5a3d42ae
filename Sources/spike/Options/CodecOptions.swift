import ArgumentParser
import SpikeCommandLine
import SpikeEncoding

/// The options that say which codec, with which parameters. Those that a codec does not have are refused.
struct CodecOptions: ParsableArguments {
    @Option(help: "The codec.")
    var codec: CodecName

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Threshold, one or one a channel: in the recording's unit for step-forward (0.5), delta (0.1) and "
                + "rate-step-forward (the largest step); of the scaled signal for bsa (0.5) and lif (0.5).",
            valueName: "v[,v…]"))
    var threshold: ValueList<Float>?

    @Option(parsing: .unconditional, help: ArgumentHelp("bsa: order of the low-pass filter (10).", valueName: "n[,n…]"))
    var order: ValueList<Int>?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("bsa: cutoff of the filter as a fraction of the sampling rate (0.2).", valueName: "c[,c…]"))
    var cutoff: ValueList<Float>?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("pwm: carrier periods in a thousand samples (1).", valueName: "f[,f…]"))
    var frequency: ValueList<Float>?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("lif: share of the membrane potential that stays after a step (0.9).", valueName: "m[,m…]"))
    var membrane: ValueList<Float>?

    @Option(parsing: .unconditional, help: "receptive-fields: units a feature (10).")
    var bins: Int?

    @Option(parsing: .unconditional, help: "receptive-fields: width of the fields, of the value scaled to 0…1 (0.1).")
    var sigma: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The value scaled to 0: receptive-fields and rate, one or one a feature; bsa, pwm and lif, instead of the "
                + "recording's least.", valueName: "v[,v…]"))
    var minimum: ValueList<Double>?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The value scaled to 1, as for --minimum.", valueName: "v[,v…]"))
    var maximum: ValueList<Double>?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("receptive-fields and rate: steps each value is encoded over (16).", valueName: "T"))
    var steps: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("receptive-fields and rate: spikes a step at the highest rate (1).", valueName: "r"))
    var maximumRate: Double?

    @Option(
        help: "How rates become spikes: deterministic (rate) or poisson (receptive-fields)."
    )
    var conversion: Conversion?

    @Option(help: "delta (zero) and rate-step-forward (edge): what stands before the first sample.")
    var padding: Padding?

    @Option(help: "Whether down spikes are put out: step-forward, pwm, lif, delta (bipolar).")
    var polarity: Polarity?

    @Option(
        help:
            "step-forward, bsa, pwm and lif: which definition holds where the package spike-encoding 1.8.2 departs from the published one (standard)."
    )
    var dialect: Dialect?

    @Option(parsing: .unconditional, help: "Seed of random numbers: of poisson spikes, and of tune's search (0).")
    var seed: UInt64?

    /// Whether encoding draws random numbers.
    var isRandom: Bool {
        switch codec {
        case .receptiveFields: conversion != .deterministic
        case .rate: conversion == .poisson
        default: false
        }
    }

    /// Throws if an option was given that the codec does not have.
    func validate() throws {
        let given: [(name: String, isGiven: Bool, codecs: Set<CodecName>)] = [
            ("threshold", threshold != nil, [.stepForward, .delta, .rateStepForward, .bsa, .lif]),
            ("order", order != nil, [.bsa]), ("cutoff", cutoff != nil, [.bsa]), ("frequency", frequency != nil, [.pwm]),
            ("membrane", membrane != nil, [.lif]), ("bins", bins != nil, [.receptiveFields]),
            ("sigma", sigma != nil, [.receptiveFields]),
            ("minimum", minimum != nil, [.receptiveFields, .rate, .bsa, .pwm, .lif]),
            ("maximum", maximum != nil, [.receptiveFields, .rate, .bsa, .pwm, .lif]),
            ("steps", steps != nil, [.receptiveFields, .rate]),
            ("maximum-rate", maximumRate != nil, [.receptiveFields, .rate]),
            ("conversion", conversion != nil, [.receptiveFields, .rate]),
            ("padding", padding != nil, [.delta, .rateStepForward]),
            ("polarity", polarity != nil, [.stepForward, .pwm, .lif, .delta]),
            ("dialect", dialect != nil, [.stepForward, .bsa, .pwm, .lif, .receptiveFields, .rate]),
        ]
        for option in given where option.isGiven && !option.codecs.contains(codec) {
            let own = given.filter { $0.codecs.contains(codec) }.map { "--\($0.name)" }.joined(separator: ", ")
            throw ValidationError("\(codec.rawValue) has no --\(option.name); it has \(own)")
        }
    }

    /// The codec with the given parameters, and the defaults of the others.
    func makeCodec() throws(CodecError) -> Codec {
        let threshold = threshold?.perChannel
        let polarity = polarity ?? .bipolar
        let dialect = dialect ?? .standard
        switch codec {
        case .stepForward:
            return try StepForward(threshold: threshold ?? 0.5, polarity: polarity, dialect: dialect).codec
        case .bsa:
            return try BensSpiker(
                order: order?.perChannel ?? 10, cutoff: cutoff?.perChannel ?? 0.2, threshold: threshold ?? 0.5,
                dialect: dialect
            ).codec
        case .pwm:
            return try PulseWidthModulation(frequency: frequency?.perChannel ?? 1, polarity: polarity, dialect: dialect)
                .codec
        case .lif:
            return try LeakyIntegrateAndFire(
                threshold: threshold ?? 0.5, membraneConstant: membrane?.perChannel ?? 0.9, polarity: polarity,
                dialect: dialect
            ).codec
        case .delta:
            return try DeltaModulation(threshold: threshold ?? 0.1, padding: padding ?? .zero, polarity: polarity).codec
        case .rateStepForward:
            return try RateStepForward(threshold: threshold, padding: padding ?? .edge).codec
        case .receptiveFields:
            return try ReceptiveFields(
                bins: bins ?? 10, sigma: sigma ?? 0.1, steps: steps ?? 16, conversion: rateConversion(.poisson),
                maximumRate: maximumRate ?? 1, minimum: minimum?.perChannel ?? 0, maximum: maximum?.perChannel ?? 1,
                dialect: dialect
            ).codec
        case .rate:
            return try RateCode(
                steps: steps ?? 16, conversion: rateConversion(.deterministic), maximumRate: maximumRate ?? 1,
                minimum: minimum?.perChannel ?? 0, maximum: maximum?.perChannel ?? 1, dialect: dialect
            ).codec
        }
    }

    private func rateConversion(_ usual: Conversion) -> RateConversion {
        (conversion ?? usual).rateConversion(seed: seed ?? 0)
    }

    /// Each channel's range to scale by, where one was given; nil to take it from the recording.
    func ranges(for signal: Signal) throws -> [ValueRange]? {
        guard minimum != nil || maximum != nil, !codec.takesObservations else { return nil }
        let own = try signal.ranges()
        for (name, list) in [("minimum", minimum), ("maximum", maximum)] {
            if let count = list?.values.count, count != 1 && count != signal.channelCount {
                throw CodecError.parameterCount(
                    codec: codec.rawValue, parameter: name, count: count, channels: signal.channelCount)
            }
        }
        return try own.indices.map { channel in
            let offset = signal.offset(ofChannel: channel)
            let least = minimum.map { Float($0.perChannel[channel] - offset) } ?? own[channel].minimum
            let largest = maximum.map { Float($0.perChannel[channel] - offset) } ?? own[channel].maximum
            guard least.isFinite && largest.isFinite && least < largest else {
                throw CodecError.parameter(
                    codec: codec.rawValue, name: "maximum", value: "\(offset + Double(largest))",
                    requirement: "above minimum \(offset + Double(least))")
            }
            return ValueRange(minimum: least, maximum: largest)
        }
    }
}
