import ArgumentParser
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeGym
import SpikeReports

struct GymEncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Turns observations into spikes.",
        discussion: """
            spike gym encode --env CartPole-v1 --split-polarity --output spikes.npy
            spike gym encode --env CartPole-v1 --observation 0.1,-0.2,0.03,0.4
            spike gym encode --env Acrobot-v1 --observations 20 --step-coder --environments 4 --output spikes.npy
            spike gym encode --observation 0.1,-2 --observation 0.3,1 --low -1,-3 --high 1,3 --bins 5

            Bounds are given by --low and --high, by a file, or by the environment; if the environment has none, they are \
            fitted on random episodes. Actions in the environment are random. With --observation, the environment is \
            only used for bounds and thresholds.
            """)

    @Option(help: ArgumentHelp("The environment, by Gymnasium's name.", valueName: "NAME"))
    var env: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "An observation to encode instead of the environment's own; several observations are a batch.",
            valueName: "v,v…"))
    var observation: [ValueList<Double>] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "The previous observation, with which --step-coder compares an --observation; one for each (the observation itself).",
            valueName: "v,v…"))
    var previous: [ValueList<Double>] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --env: the number B of copies of the environment, which are observed together (1).", valueName: "B"))
    var environments: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --env: the number of successive observations, each encoded over T steps (1).", valueName: "n"))
    var observations: Int?

    @OptionGroup var encoding: ObservationOptions
    @OptionGroup var source: EnvironmentOptions

    @Option(
        parsing: .unconditional,
        help: "Seed of all random numbers: of the environment, of the actions in it, and of poisson spikes (0).")
    var seed: UInt64?

    @Option(help: ArgumentHelp("Where the spikes go, int8 [T, B, units].", valueName: "OUT.npy"))
    var output: String?

    func validate() throws {
        if env == nil && observation.isEmpty { throw ValidationError("give either --env or --observation, or both") }
        for (name, count) in [("environments", environments), ("observations", observations)] {
            guard let count else { continue }
            if env == nil { throw ValidationError("--\(name) goes with --env") }
            if !observation.isEmpty {
                throw ValidationError("--\(name) counts the environment's own observations; leave --observation out")
            }
            if !(1...1_000_000).contains(count) {
                throw ValidationError("--\(name) must be within 1...1000000, got \(count)")
            }
        }
        if !previous.isEmpty && (observation.count != previous.count || !encoding.stepCoder) {
            throw ValidationError("--previous goes with --step-coder, one for each --observation")
        }
        let counts = Set((observation + previous).map(\.values.count))
        if counts.count > 1 {
            let found = counts.sorted().map(String.init).joined(separator: " and ")
            throw ValidationError("observations must have as many values each, got \(found)")
        }
        if env == nil && (source.kind != nil || encoding.fitEpisodes != nil) {
            throw ValidationError("--native, --gymnasium and --fit-episodes go with --env")
        }
        try source.checkProcessOptions(env)
        if env == nil && seed != nil && encoding.conversion != .poisson {
            throw ValidationError("--seed goes with --env or --conversion poisson; nothing is random otherwise")
        }
        if let output, !output.hasSuffix(".npy") { throw ValidationError("--output takes a .npy file, got \(output)") }
    }

    func run() throws {
        let (spikes, encoder, state, names) =
            try observation.isEmpty ? encodeEnvironment(env!) : encodeObservations()
        if let output {
            try NPYArray(shape: [spikes.steps, spikes.batch, spikes.units], elements: .int8(spikes.values))
                .write(to: output)
        }
        print(summary(spikes, encoder))
        print(SpikeLines(spikes, unitNames: encoder.unitNames(names)).text)
        for (feature, count) in state.clippedCounts.enumerated() where count > 0 {
            print("\(names.isEmpty ? "feature \(feature)" : names[feature]): \(counted(count, "value")) out of bounds")
        }
        if let file = encoding.saveScaler { print("bounds → \(file)") }
    }

    private typealias Encoded = (ObservationSpikes, ObservationEncoder, ObservationEncoderState, names: [String])

    private func encodeObservations() throws -> Encoded {
        func batch(_ rows: [ValueList<Double>]) -> Observations {
            Observations(values: rows.flatMap(\.values), featureCount: rows[0].values.count)
        }
        let environment = try env.map { try source.source.environment($0, count: 1) }
        defer { environment?.close() }
        let count = observation[0].values.count
        if let environment, environment.observationSpace.count != count {
            throw CommandError(
                "\(environment.name) observes \(counted(environment.observationSpace.count, "value")), "
                    + "the observation has \(count)")
        }
        if seed != nil, encoding.conversion != .poisson, let environment,
            try !encoding.needsEpisodes(in: environment)
        {
            throw ValidationError(
                "nothing is random here: the bounds are known, and the spikes deterministic; leave --seed out")
        }
        let scaler = try encoding.makeScaler(environment: environment, seed: seed ?? 0)
        guard scaler.featureCount == count else {
            throw CommandError(
                "the bounds are of \(counted(scaler.featureCount, "feature")), the observation has \(count)")
        }
        let encoder = try encoding.makeEncoder(scaler: scaler, seed: seed ?? 0)
        var state = ObservationEncoderState(batch: observation.count, of: encoder)
        if !previous.isEmpty {
            var before = state
            _ = try encoder.rates(of: batch(previous), &before)
            state.continueEpisodes(of: before)
        }
        let spikes = try encoder.encode(batch(observation), &state)
        return (spikes, encoder, state, environment?.featureNames ?? [])
    }

    private func encodeEnvironment(_ name: String) throws -> Encoded {
        let environment = try source.source.environment(name, count: environments ?? 1)
        defer { environment.close() }
        let seed = seed ?? 0
        let scaler = try encoding.makeScaler(environment: environment, seed: seed)
        let encoder = try encoding.makeEncoder(scaler: scaler, seed: seed)
        var state = ObservationEncoderState(batch: environment.count, of: encoder)
        let actions = RandomActions(space: environment.actionSpace, seed: seed)
        var current = try environment.reset(seed: seed)
        var parts: [ObservationSpikes] = []
        for index in 0..<(observations ?? 1) {
            if index > 0 {
                let step = try environment.step(
                    actions.draw(count: environment.count, at: (index - 1) * environment.count))
                current = step.observations
                for row in 0..<environment.count where step.isEnd(row) { state.beginEpisode(row: row) }
            }
            parts.append(
                try encoder.encode(
                    Observations(values: current.map { Double($0) }, featureCount: scaler.featureCount), &state))
        }
        return (.joined(parts), encoder, state, environment.featureNames)
    }

    private func summary(_ spikes: ObservationSpikes, _ encoder: ObservationEncoder) -> String {
        let count = spikes.batch * spikes.steps / encoder.steps
        return "\(env.map { "\($0): " } ?? "")\(counted(count, "observation")) of "
            + "\(counted(encoder.scaler.featureCount, "feature")), \(counted(spikes.units, "unit")) × "
            + "\(counted(spikes.steps, "step")), \(counted(spikes.spikeCount, "spike"))"
            + (output.map { " → \($0)" } ?? "")
    }
}
