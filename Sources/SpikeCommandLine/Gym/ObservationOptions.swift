import ArgumentParser
import SpikeEncoding
import SpikeGym

/// Options for encoding observations as spikes; all commands share them.
public struct ObservationOptions: ParsableArguments {
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Steps an observation is encoded over.", valueName: "T"),
        transform: wholeNumber)
    public var steps: Int?

    @Flag(inversion: .prefixedNo, help: "Encode the values.")
    public var rateCoder = true

    @Flag(help: "Encode the changes since the observation before; their units come first.")
    public var stepCoder = false

    @Flag(inversion: .prefixedNo, help: "Two units per feature, for its upper and its lower half.")
    public var splitPolarity: Bool?

    @Flag(help: "Give each unit a partner with the complement of its rate.")
    public var inverted = false

    @Option(parsing: .unconditional, help: ArgumentHelp("Spikes a step at the highest rate (1).", valueName: "r"))
    public var maximumRate: Double?

    @Option(help: "How rates become spikes (deterministic).")
    public var conversion: Conversion?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Encode each feature with this many receptive fields.", valueName: "n"),
        transform: wholeNumber)
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
            valueName: "n"), transform: wholeNumber)
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

    /// The bounds that are known without running episodes; `nil` if there are none, or `--fit-episodes` asks for
    /// episodes.
    private func knownBounds(_ environment: (any VectorEnvironment)?) throws -> ObservationScaler? {
        if let scaler { return try .read(scaler) }
        if let low, let high { return try ObservationScaler(minimum: low.values, maximum: high.values) }
        guard fitEpisodes == nil, let environment else { return nil }
        return try? ObservationScaler(environment.observationSpace)
    }

    /// Whether `makeScaler` will run random episodes, because bounds or largest changes are not known otherwise.
    ///
    /// - Throws: The errors of reading the scaler's file or of the bounds that were given.
    public func needsEpisodes(in environment: any VectorEnvironment) throws -> Bool {
        guard let bounds = try knownBounds(environment) else { return true }
        return stepCoder && thresholds == nil && bounds.largestSteps == nil
    }

    /// Makes the scaler that the options ask for, with the largest changes if the encoder needs them, and saves it if
    /// `--save-scaler` asks for that.
    ///
    /// - Parameters:
    ///   - environment: The environment to run random episodes in if needed; `nil` for observations without one.
    ///   - seed: The seed of those episodes and their actions.
    /// - Throws: `ValidationError` if an option is missing or does not fit the environment; the errors of files and of
    ///   the environment.
    public func makeScaler(environment: (any VectorEnvironment)?, seed: UInt64) throws -> ObservationScaler {
        if let saveScaler { try requireOutput(saveScaler, extensions: ["json"], inputs: [scaler]) }
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
                "the bounds are of \(counted(result.featureCount, "feature")), and \(environment.name) has "
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

    /// Makes the encoder that the options ask for.
    ///
    /// - Parameters:
    ///   - scaler: Scales the features to 0…1.
    ///   - usualSteps: The number of time steps T if `--steps` is not given.
    ///   - usual: The number of units per feature if neither `--bins` nor `--split-polarity` is given.
    ///   - seed: The seed of random spikes.
    /// - Throws: `CodecError` if a value is outside its range.
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
