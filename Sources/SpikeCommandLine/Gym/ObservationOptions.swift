import ArgumentParser
import SpikeEncoding
import SpikeGym

/// How observations become spikes; the same words in every command.
public struct ObservationOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("Steps an observation is encoded over.", valueName: "T"))
    public var steps: Int?

    @Flag(inversion: .prefixedNo, help: "Encode the values.")
    public var rateCoder = true

    @Flag(help: "Encode the changes since the observation before; their units come first.")
    public var stepCoder = false

    @Flag(inversion: .prefixedNo, help: "Two units a feature, for its upper and its lower half.")
    public var splitPolarity: Bool?

    @Flag(help: "Give each unit a partner with the complement of its rate.")
    public var inverted = false

    @Option(parsing: .unconditional, help: ArgumentHelp("Spikes a step at the highest rate (1).", valueName: "r"))
    public var maximumRate: Double?

    @Option(help: "How rates become spikes (deterministic).")
    public var conversion: Conversion?

    @Option(parsing: .unconditional, help: ArgumentHelp("Receptive fields, so many a feature.", valueName: "n"))
    public var bins: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Width of the receptive fields, of the value scaled to 0…1 (0.1).", valueName: "σ"))
    public var sigma: Double?

    @Option(
        help: "Which definition holds where the package spike-encoding 1.8.2 departs from ours.")
    public var dialect: Dialect = .standard

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Lower bound of each feature; those beyond are clipped and counted.", valueName: "v,v…"))
    public var low: ValueList<Double>?

    @Option(parsing: .unconditional, help: ArgumentHelp("Upper bound of each feature.", valueName: "v,v…"))
    public var high: ValueList<Double>?

    @Option(
        help: ArgumentHelp("Bounds, and largest steps, from a file that --save-scaler wrote.", valueName: "FILE.json"))
    public var scaler: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Fit bounds, and largest steps, on so many random episodes; where there are no others, on 100.",
            valueName: "n"))
    public var fitEpisodes: Int?

    @Option(help: ArgumentHelp("Where the bounds in use go.", valueName: "FILE.json"))
    public var saveScaler: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The change, of the value scaled to 0…1, that is encoded at the highest rate; one, or one a feature (each "
                + "feature's largest step).", valueName: "v[,v…]"))
    public var thresholds: ValueList<Double>?

    public init() {}

    public func validate() throws {
        if (low == nil) != (high == nil) { throw ValidationError("--low and --high go together") }
        if scaler != nil && low != nil { throw ValidationError("--scaler has bounds; leave --low and --high out") }
        if fitEpisodes != nil && (low != nil || scaler != nil) {
            throw ValidationError("--fit-episodes finds bounds; leave --low, --high and --scaler out")
        }
        if let fitEpisodes, fitEpisodes < 1 { throw ValidationError("--fit-episodes must be >= 1, got \(fitEpisodes)") }
        if thresholds != nil && !stepCoder { throw ValidationError("--thresholds goes with --step-coder") }
        if !rateCoder && !stepCoder { throw ValidationError("--no-rate-coder goes with --step-coder") }
        if bins != nil && splitPolarity == true {
            throw ValidationError("--bins covers the whole range; leave --split-polarity out")
        }
        if sigma != nil && bins == nil { throw ValidationError("--sigma goes with --bins") }
    }

    /// Bounds that are known without acting in an environment; nil where there are none, or episodes are asked for.
    private func knownBounds(_ environment: (any VectorEnvironment)?) throws -> ObservationScaler? {
        if let scaler { return try .read(scaler) }
        if let low, let high { return try ObservationScaler(minimum: low.values, maximum: high.values) }
        guard fitEpisodes == nil, let environment else { return nil }
        return try? ObservationScaler(environment.observationSpace)
    }

    /// Whether `makeScaler` acts in the environment at random, as bounds or largest steps are known from nowhere else.
    public func needsEpisodes(in environment: any VectorEnvironment) throws -> Bool {
        guard let bounds = try knownBounds(environment) else { return true }
        return stepCoder && thresholds == nil && bounds.largestSteps == nil
    }

    /// The bounds asked for, and largest steps where the coder needs them.
    ///
    /// - Parameters:
    ///   - environment: Is acted on at random where bounds or steps are to be found; nil for plain observations.
    ///   - seed: Of those actions and episodes.
    /// - Throws: `ValidationError` where an option is missing; what reading a file or the environment throws.
    public func makeScaler(environment: (any VectorEnvironment)?, seed: UInt64) throws -> ObservationScaler {
        if let saveScaler { try requireOutput(saveScaler, extensions: ["json"]) }
        func episodes(_ environment: any VectorEnvironment) throws -> EpisodeStatistics {
            try EpisodeStatistics(
                ofRandomEpisodes: fitEpisodes ?? 100, in: environment, seed: seed,
                shouldStop: { StopRequest.current != nil })
        }
        var result: ObservationScaler
        if let bounds = try knownBounds(environment) {
            result = bounds
        } else if let environment {
            result = try ObservationScaler(fittedTo: episodes(environment))
        } else {
            throw ValidationError("observations need bounds: give --low and --high, or --scaler, or --env")
        }
        if let environment, result.featureCount != environment.observationSpace.count {
            throw ValidationError(
                "the bounds are of \(result.featureCount) features, and \(environment.name) has "
                    + "\(environment.observationSpace.count)")
        }
        if stepCoder && thresholds == nil && result.largestSteps == nil {
            guard let environment else {
                throw ValidationError("--step-coder needs --thresholds, or a --scaler with largest steps")
            }
            result = try result.withLargestSteps(of: episodes(environment))
        }
        if let saveScaler { try result.write(to: saveScaler) }
        return result
    }

    /// The encoder asked for.
    ///
    /// - Parameters:
    ///   - usualSteps: T, where it is not asked for.
    ///   - usual: How many units, where that is not asked for.
    ///   - seed: Of random spikes.
    public func makeEncoder(
        scaler: ObservationScaler, usualSteps: Int = 16, usual: UnitCode = .single, seed: UInt64
    ) throws -> ObservationEncoder {
        let thresholds = thresholds?.values ?? scaler.largestSteps ?? []
        let coders: ObservationCoders =
            !stepCoder ? .rate : rateCoder ? .stepAndRate(thresholds: thresholds) : .step(thresholds: thresholds)
        let unitCode: UnitCode =
            if let bins { .receptiveFields(bins: bins, sigma: sigma ?? 0.1) } else if let splitPolarity {
                splitPolarity ? .splitPolarity : .single
            } else { usual }
        return try ObservationEncoder(
            scaler: scaler, steps: steps ?? usualSteps, coders: coders, unitCode: unitCode, hasInvertedInputs: inverted,
            maximumRate: maximumRate ?? 1, conversion: (conversion ?? .deterministic).rateConversion(seed: seed),
            dialect: dialect)
    }
}
