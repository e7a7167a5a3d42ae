import Foundation
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining
import SpikingModels

extension TrainingOptions {
    /// Returns whether the options or the file of settings choose a data set of boxes, or without any data set a
    /// detector.
    ///
    /// - Parameter path: The file of settings; `nil` for none.
    func choosesDetector(_ path: String?) throws -> Bool {
        func assigned(_ name: String) -> String? {
            set.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
        }
        let file = try path.map { try SettingsChoice(file: $0) }
        if let dataset = dataset ?? assigned("dataset") ?? file?.dataset {
            return DetectionFormat.names.contains(dataset)
        }
        guard let model = model ?? assigned("model") ?? file?.model else { return false }
        return Networks.named(model, for: .detection) != nil
    }

    /// The variants of a detector to train, one per encoding, and the seed and data folder of the settings.
    ///
    /// - Parameters:
    ///   - path: The file of settings; `nil` for the defaults.
    ///   - others: Further options that replace settings, and whether they were given.
    func detectionVariants(
        _ path: String?, others: [(name: Substring, option: String, isGiven: Bool)]
    ) throws -> (variants: [(name: String, configuration: DetectionConfiguration)], seed: UInt64?, data: String?) {
        typealias Encoding = TrainingConfiguration.Encoding
        if dropLast {
            throw CommandError("--drop-last: is for classifiers; detectors train on every image; leave it out")
        }
        if accumulate != nil {
            throw CommandError(
                "--accumulate: is for classifiers; --set update-batch=N says how many images an update of a detector has"
            )
        }
        if ablation {
            throw CommandError(
                "--ablation: is for classifiers; name the parts of the encoder one by one, or leave it out")
        }
        var settings = try path.map { try SettingsFile<DetectionConfiguration>(file: $0) } ?? SettingsFile()
        var named: Set<Substring> = []
        for assignment in set {
            let name = assignment.prefix { $0 != "=" }
            guard named.insert(name).inserted else {
                throw CommandError("--set: \(name) is there twice; keep one of them")
            }
            try settings.set(assignment, origin: "--set")
        }
        let given = assignments + (encoding.map { [("encoding", "--encoding", $0)] } ?? [])
        for (name, option, isGiven) in given.map({ ($0.name, $0.option, true) })
            + others.map({ (String($0.name), $0.option, $0.isGiven) })
        where isGiven {
            guard let assignment = set.first(where: { $0.hasPrefix("\(name)=") }) else { continue }
            throw CommandError("--set \(assignment) and \(option): both say what \(name) is; keep one of them")
        }
        for (name, option, value) in assignments { try settings.set("\(name)=\(value)", origin: option) }
        let base = settings.configuration
        let encodings: [Encoding]
        if encoding == "all" {
            encodings = Encoding.allCases.filter { base.convolution || $0 != .direct }
        } else {
            if let encoding { try settings.set("encoding=\(encoding)", origin: "--encoding") }
            encodings = [settings.configuration.encoding]
        }
        let variants = encodings.map { encoding in
            var configuration = settings.configuration
            configuration.encoding = encoding
            if encodings.count > 1, encoding == .direct { configuration.surrogate = true }
            return (
                name: configuration.hasSpikes ? encoding.rawValue : configuration.model, configuration: configuration
            )
        }
        for (name, configuration) in variants { try configuration.check(variants.count == 1 ? "settings" : name) }
        for (name, option) in given.map({ ($0.0, $0.1) })
            + set.map({ (String($0.prefix { $0 != "=" }), "--set \($0)") })
        {
            let reasons = variants.map { $0.configuration.reasonWithoutEffect(name) }
            if let reason = reasons.first ?? nil, !reasons.contains(nil) {
                throw CommandError("\(option): changes nothing here: \(reason); leave it out")
            }
        }
        return (variants, settings.seed, settings.data)
    }

    /// The settings that options other than `--encoding` and `--set` name, as in a file.
    private var assignments: [(name: String, option: String, value: String)] {
        let learned = learn.map { $0 == "none" ? "[]" : "[\($0)]" }
        let all: [(name: String, option: String, value: String?)] = [
            ("dataset", "--dataset", dataset), ("side", "--side", side.map(String.init)), ("model", "--model", model),
            ("steps", "--steps", steps.map(String.init)), ("epochs", "--epochs", epochs.map(String.init)),
            ("batch", "--batch", batch.map(String.init)), ("limit-train", "--limit-train", limitTrain.map(String.init)),
            ("limit-test", "--limit-test", limitTest.map(String.init)),
            ("encoder-channels", "--encoder-channels", encoderChannels.map(String.init)),
            ("convolution", "--no-convolution", noConvolution ? "false" : nil),
            ("surrogate", "--no-surrogate", noSurrogate ? "false" : nil), ("precision", "--precision", precision),
            ("learn", "--learn", learned),
        ]
        return all.compactMap { name, option, value in value.map { (name, option, $0) } }
    }
}

extension DatasetOptions {
    /// Reads a data set of boxes.
    ///
    /// - Parameters:
    ///   - name: The form of the data set, one of `DetectionFormat.names`.
    ///   - usual: The path to use if `--data` is not given, such as the one that a run was trained on.
    ///   - classNames: The names of the classes, if a trained run knows them.
    func readDetection(_ name: String, usual: String? = nil, classNames: [String]? = nil) throws -> DetectionDataset {
        guard let format = DetectionFormat(rawValue: name) else {
            throw CommandError("dataset: there are \(DetectionFormat.names.joined(separator: ", ")); got \(name)")
        }
        if loading != nil {
            throw CommandError("--loading: changes nothing with detectors, whose images stay on disk; leave it out")
        }
        guard format != .shapes else {
            for (option, isGiven) in [("--data", data != nil), ("--broken-files", brokenFiles != nil)] where isGiven {
                throw CommandError(
                    "\(option): changes nothing with dataset shapes, whose images are drawn; leave it out")
            }
            return try format.read("")
        }
        guard let path = data ?? usual else {
            throw CommandError("dataset \(name): name its folder with --data")
        }
        let line = ProgressLine()
        defer { line.clear() }
        return try format.read(path, classNames: classNames, brokenFiles: brokenFiles ?? .skip) { progress in
            switch progress {
            case .images(let done, let count): line.update("reading \(path): \(done)/\(count)")
            case .note(let text): line.note(text)
            }
        }
    }
}
