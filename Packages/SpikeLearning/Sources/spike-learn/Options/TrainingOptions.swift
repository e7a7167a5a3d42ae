import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining
import SpikingModels

/// Options that replace settings of the file.
struct TrainingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "One of \(KnownDataset.choices.joined(separator: ", ")); for detectors \(DetectionFormat.names.joined(separator: ", ")).",
            valueName: "name"))
    var dataset: String?

    @Option(
        help: ArgumentHelp(
            "Height and width to which the images of a folder are scaled; other data sets keep their size.",
            valueName: "pixels"), transform: wholeNumber)
    var side: Int?

    @Option(
        help: ArgumentHelp(
            "\(Networks.help(for: .classification)); for detectors \(Networks.help(for: .detection)).",
            valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("direct, rate, phase, ttfs, or all for one run of each.", valueName: "name"))
    var encoding: String?

    @Option(help: ArgumentHelp("Time steps, T.", valueName: "n"), transform: wholeNumber)
    var steps: Int?

    @Option(
        help: ArgumentHelp(
            "What is learned in addition to the weights: any of threshold,decay,neuron, or none.",
            valueName: "name,name…"))
    var learn: String?

    @Flag(help: "Encode the pixels, without a convolution in front of the encoder.")
    var noConvolution = false

    @Option(
        help: ArgumentHelp(
            "Channels of the convolution in front of the encoder; 0 for the model's own number.", valueName: "n"),
        transform: wholeNumber)
    var encoderChannels: Int?

    @Flag(help: "Let no gradient pass through the encoder's spikes, so that nothing in front of the encoder learns.")
    var noSurrogate = false

    @Option(
        help: ArgumentHelp("Number of epochs: how often the network is trained on all images.", valueName: "n"),
        transform: wholeNumber)
    var epochs: Int?

    @Option(help: ArgumentHelp("Images in a batch.", valueName: "n"), transform: wholeNumber)
    var batch: Int?

    @Option(
        help: ArgumentHelp("Batches whose gradients are averaged for an update of the weights.", valueName: "n"),
        transform: wholeNumber)
    var accumulate: Int?

    @Flag(help: "Leave out of an epoch the images that do not fill its last batch.")
    var dropLast = false

    @Option(help: ArgumentHelp("Precision of matrix products and convolutions: fp32 or bf16.", valueName: "name"))
    var precision: String?

    @Option(
        help: ArgumentHelp("Images to train on, evenly from each class; 0 for all.", valueName: "n"),
        transform: wholeNumber)
    var limitTrain: Int?

    @Option(
        help: ArgumentHelp("Images to test on, evenly from each class; 0 for all.", valueName: "n"),
        transform: wholeNumber)
    var limitTest: Int?

    @Flag(
        help: ArgumentHelp(
            "Show what each part of the encoder contributes, by six variants of --encoding (ttfs if not given).",
            discussion:
                "raw: pixels; lt: learned thresholds; lt-lc: a fixed random convolution in front of the encoder; "
                + "lt-lc-sg: this convolution and the thresholds learned; three-lc and three-lc-sg: a convolution of three "
                + "channels, fixed and learned."
        ))
    var ablation = false

    @Option(
        help: ArgumentHelp("Any setting of the file, such as learning-rate=2e-3; repeatable.", valueName: "name=value"))
    var set: [String] = []

    /// Reads the settings of the file, or the defaults, and replaces those for which an option was given.
    ///
    /// - Parameter others: Further options that replace settings, and whether they were given.
    private func settings(
        _ path: String?, others: [(name: Substring, option: String, isGiven: Bool)]
    ) throws -> RunSettings {
        var settings = try path.map { try RunSettings(file: $0) } ?? RunSettings()
        var named: Set<Substring> = []
        for assignment in set {
            let name = assignment.prefix { $0 != "=" }
            guard named.insert(name).inserted else {
                throw CommandError("--set: \(name) is there twice; keep one of them")
            }
            try settings.set(assignment, origin: "--set")
        }
        let flags: [(name: Substring, option: String, isGiven: Bool)] = [
            ("dataset", "--dataset", dataset != nil), ("side", "--side", side != nil),
            ("model", "--model", model != nil), ("steps", "--steps", steps != nil),
            ("epochs", "--epochs", epochs != nil), ("batch", "--batch", batch != nil),
            ("accumulate", "--accumulate", accumulate != nil),
            ("limit-train", "--limit-train", limitTrain != nil), ("limit-test", "--limit-test", limitTest != nil),
            ("encoder-channels", "--encoder-channels", encoderChannels != nil), ("drop-last", "--drop-last", dropLast),
            ("convolution", "--no-convolution", noConvolution), ("surrogate", "--no-surrogate", noSurrogate),
            ("precision", "--precision", precision != nil), ("learn", "--learn", learn != nil),
            ("encoding", "--encoding", encoding != nil),
        ]
        for flag in flags + others where flag.isGiven {
            guard let assignment = set.first(where: { $0.hasPrefix("\(flag.name)=") }) else { continue }
            throw CommandError(
                "--set \(assignment) and \(flag.option): both say what \(flag.name) is; keep one of them")
        }
        var base = settings.configuration
        if let dataset { base.dataset = dataset }
        if let side { base.side = side }
        if let model { base.model = model }
        if let steps { base.steps = steps }
        if let epochs { base.epochs = epochs }
        if let batch { base.batch = batch }
        if let accumulate { base.accumulate = accumulate }
        if let limitTrain { base.limitTrain = limitTrain }
        if let limitTest { base.limitTest = limitTest }
        if let encoderChannels { base.encoderChannels = encoderChannels }
        if dropLast { base.dropLast = true }
        if noConvolution { base.convolution = false }
        if noSurrogate { base.surrogate = false }
        if let precision { base.precision = try Self.choice(precision, "--precision") }
        if let learn { base.learn = try Self.learned(learn) }
        settings.configuration = base
        return settings
    }

    private static func learned(_ text: String) throws -> [TrainingConfiguration.Learned] {
        if text == "none" { return [] }
        var learned: [TrainingConfiguration.Learned] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            let part: TrainingConfiguration.Learned = try choice(String(name), "--learn")
            guard !learned.contains(part) else { throw CommandError("--learn: \(name) is there twice; name it once") }
            learned.append(part)
        }
        return learned
    }

    /// The variants to train, one per encoding, and the seed and data folder of the settings.
    ///
    /// - Parameters:
    ///   - path: The file of settings; `nil` for the defaults.
    ///   - others: Further options that replace settings, and whether they were given.
    func variants(
        _ path: String?, others: [(name: Substring, option: String, isGiven: Bool)]
    ) throws -> (variants: [TrainingVariant], seed: UInt64?, data: String?) {
        let settings = try settings(path, others: others)
        let variants = try chosenVariants(settings.configuration)
        for variant in variants { try variant.configuration.check(variants.count == 1 ? "settings" : variant.name) }
        try checkEffects(variants)
        return (variants, settings.seed, settings.data)
    }

    /// Throws if an option was given that has no effect on any variant.
    private func checkEffects(_ variants: [TrainingVariant]) throws {
        let flags: [(option: String, setting: String, isGiven: Bool)] = [
            ("--side", "side", side != nil), ("--learn", "learn", learn != nil),
            ("--encoder-channels", "encoder-channels", encoderChannels != nil),
        ]
        let assigned = set.map { ("--set \($0)", String($0.prefix { $0 != "=" }), true) }
        for (option, setting, isGiven) in flags + assigned where isGiven {
            let reasons = variants.map { $0.configuration.reasonWithoutEffect(setting) }
            if let reason = reasons.first ?? nil, !reasons.contains(nil) {
                throw CommandError("\(option): changes nothing here: \(reason); leave it out")
            }
        }
    }

    private func chosenVariants(_ base: TrainingConfiguration) throws -> [TrainingVariant] {
        let encodings: [TrainingConfiguration.Encoding] =
            switch encoding {
            case nil: [ablation && base.encoding == .direct ? .ttfs : base.encoding]
            // Direct encoding needs a convolution in front.
            case "all":
                TrainingConfiguration.Encoding.allCases.filter { base.convolution && !ablation || $0 != .direct }
            case let name?: [try Self.choice(name, "--encoding")]
            }
        // With several encodings, the others can do without a surrogate gradient.
        if encodings == [.direct], !ablation, !base.surrogate {
            throw CommandError(
                "--encoding direct: has no encoder, so that --no-surrogate (surrogate: false) changes nothing; leave it out"
            )
        }
        let variants = TrainingVariant.encodings(encodings, base)
        guard ablation else { return variants }
        guard !encodings.contains(.direct) else {
            throw CommandError(
                "--ablation: direct encoding has no encoder to take apart; choose rate, phase, ttfs or all")
        }
        let parts = ["convolution", "surrogate", "encoder-channels"]
        guard !noConvolution, !noSurrogate, learn == nil, encoderChannels == nil,
            !set.contains(where: { assignment in parts.contains { assignment.hasPrefix("\($0)=") } })
        else {
            throw CommandError(
                "--ablation: sets --no-convolution, --no-surrogate, --learn and --encoder-channels itself; leave them out"
            )
        }
        return variants.flatMap { TrainingVariant.ablation(of: $0.configuration) }
    }

    private static func choice<Value: RawRepresentable & CaseIterable>(
        _ text: String, _ option: String
    ) throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError("\(option): there are \(names); got \(text)")
        }
        return value
    }
}

/// The seeds of `--seeds`; `nil` if the option is not given.
///
/// - Throws: `ValidationError` for a seed that is there twice, whose runs would be the same.
func distinct(_ seeds: ValueList<UInt64>?) throws -> [UInt64]? {
    guard let seeds = seeds?.values else { return nil }
    if let twice = seeds.first(where: { seed in seeds.count { $0 == seed } > 1 }) {
        throw ValidationError("--seeds: \(twice) is there twice")
    }
    return seeds
}
