import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeTraining

/// Flags that take the place of settings.
struct TrainingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("fashion-mnist, mnist, cifar10, cifar100 or folder.", valueName: "name"))
    var dataset: String?

    @Option(
        help: ArgumentHelp(
            "Height and width that the pictures of a folder are brought to; other data sets keep theirs.",
            valueName: "pixels"))
    var side: Int?

    @Option(help: ArgumentHelp("small, or qkformer-D-W of depth D and width W.", valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("direct, rate, phase, ttfs, or all for one run of each.", valueName: "name"))
    var encoding: String?

    @Option(help: ArgumentHelp("Time steps, T.", valueName: "n"))
    var steps: Int?

    @Option(
        help: ArgumentHelp(
            "What is learned beside weights: any of threshold,decay,neuron, or none.", valueName: "name,name…"))
    var learn: String?

    @Flag(help: "Encode the pixels: no convolution in front of the encoder.")
    var noConvolution = false

    @Option(help: ArgumentHelp("Channels of the convolution in front; 0 for the model's own.", valueName: "n"))
    var encoderChannels: Int?

    @Flag(help: "Let no gradient pass the encoder's spikes: nothing in front of it learns.")
    var noSurrogate = false

    @Option(help: ArgumentHelp("Times that all pictures are seen.", valueName: "n"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Pictures in a batch.", valueName: "n"))
    var batch: Int?

    @Flag(help: "Leave out of an epoch the images that do not fill its last batch.")
    var dropLast = false

    @Option(help: ArgumentHelp("fp32 or bf16.", valueName: "name"))
    var precision: String?

    @Option(help: ArgumentHelp("Pictures to train on, evenly from each class; 0 for all.", valueName: "n"))
    var limitTrain: Int?

    @Option(help: ArgumentHelp("Pictures to test on, evenly from each class; 0 for all.", valueName: "n"))
    var limitTest: Int?

    @Flag(
        help: ArgumentHelp(
            "Compare what the encoder's parts are worth: six variants of --encoding (ttfs if not given).",
            discussion: "raw, lt, lt-lc, lt-lc-sg: pixels; learnable thresholds; a convolution in front, as drawn at "
                + "random; that learned too. three-lc, three-lc-sg: a convolution of three channels, fixed and learned."))
    var ablation = false

    @Option(help: ArgumentHelp("Any setting of the file, such as learning-rate=2e-3; repeatable.", valueName: "name=value"))
    var set: [String] = []

    /// What is to be trained: the settings of the file, or the defaults, with the flags in their place, for each encoding
    /// asked for.
    func variants(_ path: String?) throws -> [TrainingVariant] {
        var base = TrainingConfiguration()
        if let path {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandError("\(path): cannot be read; check the path")
            }
            base = try TrainingConfiguration(yaml: String(decoding: data, as: UTF8.self), path: path)
        }
        for assignment in set { try base.set(assignment, origin: "--set") }
        if let dataset { base.dataset = dataset }
        if let side { base.side = side }
        if let model { base.model = model }
        if let steps { base.steps = steps }
        if let epochs { base.epochs = epochs }
        if let batch { base.batch = batch }
        if let limitTrain { base.limitTrain = limitTrain }
        if let limitTest { base.limitTest = limitTest }
        if let encoderChannels { base.encoderChannels = encoderChannels }
        if dropLast { base.dropLast = true }
        if noConvolution { base.convolution = false }
        if noSurrogate { base.surrogate = false }
        if let precision { base.precision = try choice(precision, "--precision") }
        if let learn {
            base.learn =
                learn == "none" ? [] : try learn.split(separator: ",").map { try choice(String($0), "--learn") }
        }
        let variants = try chosenVariants(base)
        for variant in variants { try variant.configuration.check(variants.count == 1 ? "settings" : variant.name) }
        return variants
    }

    private func chosenVariants(_ base: TrainingConfiguration) throws -> [TrainingVariant] {
        let encodings: [TrainingConfiguration.Encoding] =
            switch encoding {
            case nil: [ablation && base.encoding == .direct ? .ttfs : base.encoding]
            // Direct encoding stands behind a convolution.
            case "all": TrainingConfiguration.Encoding.allCases.filter { base.convolution && !ablation || $0 != .direct }
            case let name?: [try choice(name, "--encoding")]
            }
        let variants = TrainingVariant.encodings(encodings, base)
        guard ablation else { return variants }
        guard !encodings.contains(.direct) else {
            throw CommandError("--ablation: direct encoding has no encoder to take apart; choose rate, phase, ttfs or all")
        }
        guard !noConvolution, !noSurrogate, learn == nil, encoderChannels == nil else {
            throw CommandError(
                "--ablation: sets --no-convolution, --no-surrogate, --learn and --encoder-channels itself; leave them out")
        }
        return variants.flatMap { TrainingVariant.ablation(of: $0.configuration) }
    }

    private func choice<Value: RawRepresentable & CaseIterable>(
        _ text: String, _ option: String
    ) throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError("\(option): there are \(names); got \(text)")
        }
        return value
    }
}

/// Whole numbers >= 0 with commas between them.
struct NumberList: ExpressibleByArgument {
    let values: [UInt64]

    init(_ values: [UInt64]) { self.values = values }

    init?(argument: String) {
        let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { UInt64($0) }
        guard !numbers.isEmpty, !numbers.contains(nil) else { return nil }
        values = numbers.compactMap { $0 }
        guard Set(values).count == values.count else { return nil }
    }

    var defaultValueDescription: String { values.map(String.init).joined(separator: ",") }
}
