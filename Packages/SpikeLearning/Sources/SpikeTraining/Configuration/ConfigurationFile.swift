import Foundation
import SpikeDatasets
import SpikingModels
import Yams

extension TrainingConfiguration {
    /// Reads YAML; what it does not name has its default. Seed and data folder are left to `RunSettings`.
    ///
    /// - Parameter path: For messages.
    /// - Throws: `TrainingError` as `RunSettings` does.
    public init(yaml: String, path: String) throws(TrainingError) {
        self = try RunSettings(yaml: yaml, path: path).configuration
    }

    /// Every setting, defaults too, in the order of their declaration. Numbers are written as they are read back.
    public func yaml() throws -> String { try RunSettings(self).yaml() }

    /// Every setting with its value, in the order of their declaration.
    var settings: [(key: CodingKeys, value: Any)] {
        // Keys are declared in the order of the properties.
        zip(CodingKeys.allCases, Mirror(reflecting: self).children).map { ($0, $1.value) }
    }

    /// What numbers may be: more than any use needs, and so little that their products stay within 64 bits.
    static let bounds: [CodingKeys: ClosedRange<Double>] = {
        let positive = 0...Double.greatestFiniteMagnitude
        return [
            .side: 1...4096, .limitTrain: 0...1e9, .limitTest: 0...1e9, .crop: 0...4096, .randAugment: 0...100,
            .erasing: 0...1, .mixup: 0...1000, .mixupShare: 0...1, .labelSmoothing: 0...1, .steps: 1...10_000,
            .encoderChannels: 0...65_536, .epochs: 1...1_000_000, .batch: 1...1_000_000, .learningRate: positive,
            .finalLearningRate: positive, .warmUpEpochs: 0...1_000_000, .weightDecay: positive,
        ]
    }()

    /// Throws, in a line that begins with `origin`, if a value is not one of those that a setting may have, or settings
    /// exclude each other.
    public func check(_ origin: String) throws(TrainingError) {
        try checkValues(origin)
        guard warmUpEpochs < Double(epochs) else {
            throw TrainingError(
                "\(origin): warm-up-epochs must be less than epochs, got \(warmUpEpochs) of \(epochs)")
        }
        guard convolution || encoding != .direct else {
            throw TrainingError(
                "\(origin): direct encoding needs the convolution; choose rate, phase or ttfs to encode the pixels")
        }
        guard surrogate || encoding != .direct else {
            throw TrainingError(
                "\(origin): surrogate: false (--no-surrogate) changes nothing with direct encoding, which has no encoder; "
                    + "leave it out, or choose rate, phase or ttfs")
        }
        guard convolution || encoderChannels == 0 else {
            throw TrainingError(
                "\(origin): encoder-channels are those of the convolution; without one it must be 0, got "
                    + "\(encoderChannels)")
        }
    }

    /// As `check`, but for each setting by itself.
    func checkValues(_ origin: String) throws(TrainingError) {
        for (key, value) in settings {
            let kind = SettingKind(key, value)
            guard kind.allows(value) else {
                throw TrainingError("\(origin): \(key.rawValue) must be \(kind.allowed), got \(kind.text(of: value))")
            }
        }
    }

    /// Why a setting changes nothing as the others are; nil if it does.
    ///
    /// - Parameter name: As in the file.
    public func reasonWithoutEffect(_ name: String) -> String? {
        switch CodingKeys(rawValue: name) {
        case .side where dataset != "folder": "only the images of dataset folder are brought to another size"
        case .mixupShare where mixup == 0: "mixup is 0"
        case .mixup where mixupShare == 0: "mixup-share is 0"
        case .surrogate where encoding == .direct: "direct encoding has no encoder"
        case .encoderChannels where !convolution: "there is no convolution"
        case .learn where encoding == .direct && !learn.contains(.neuron):
            "direct encoding has no encoder that could learn"
        case .learn where encoding == .direct && learn != [.neuron]:
            "threshold and decay belong to an encoder, and direct encoding has none"
        case .learn where !surrogate && learn.contains { $0 != .neuron }:
            "without a surrogate gradient, thresholds and decays of the encoder do not learn"
        case .learn where steps == 1 && learn.contains(.decay): "a threshold does not decay within one step"
        default: nil
        }
    }
}

/// What a setting may be.
struct SettingKind {
    enum Form {
        case wholeNumber(ClosedRange<Double>)
        case number(ClosedRange<Double>)
        case truth
        case choice([String])
        case choices([String])
        case dataset
        case model
    }

    let form: Form

    /// - Parameter value: Any value of the setting; its type tells.
    init(_ key: TrainingConfiguration.CodingKeys, _ value: Any) {
        let bounds = TrainingConfiguration.bounds[key]
        form =
            switch value {
            case is Int: .wholeNumber(bounds ?? 0...1e9)
            case is Double: .number(bounds ?? 0...Double.greatestFiniteMagnitude)
            case is Bool: .truth
            case is [TrainingConfiguration.Learned]: .choices(TrainingConfiguration.Learned.allCases.map(\.rawValue))
            case is TrainingConfiguration.Encoding: .choice(TrainingConfiguration.Encoding.allCases.map(\.rawValue))
            case is TrainingConfiguration.Precision: .choice(TrainingConfiguration.Precision.allCases.map(\.rawValue))
            default: key == .model ? .model : .dataset
            }
    }

    /// Such as `a whole number within 1...1000`.
    var allowed: String {
        switch form {
        case .wholeNumber(let range): "a whole number within \(Int(range.lowerBound))...\(Int(range.upperBound))"
        case .number(let range) where range.upperBound == .greatestFiniteMagnitude: "a number >= 0"
        case .number(let range): "a number within \(Int(range.lowerBound))...\(Int(range.upperBound))"
        case .truth: "true or false"
        case .choice(let names): "one of \(names.joined(separator: ", "))"
        case .choices(let names):
            "a list of any of \(names.joined(separator: ", ")), such as [\(names.prefix(2).joined(separator: ", "))], or []"
        case .dataset: "one of \(Self.datasets.joined(separator: ", "))"
        case .model:
            "small, or qkformer-D-W of a depth D >= 3 and a width W that is a multiple of 32, such as qkformer-3-64"
        }
    }

    func allows(_ value: Any) -> Bool {
        switch (form, value) {
        case (.wholeNumber(let range), let value as Int): range.contains(Double(value))
        case (.number(let range), let value as Double): range.contains(value)
        case (.dataset, let value as String): Self.datasets.contains(value)
        case (.model, let value as String): value == "small" || (try? QKFormerSize(value)) != nil
        default: true
        }
    }

    /// As a message shows it.
    func text(of value: Any) -> String {
        if let list = value as? [TrainingConfiguration.Learned] {
            return "[\(list.map(\.rawValue).joined(separator: ", "))]"
        }
        if let choice = value as? any RawRepresentable { return "\(choice.rawValue)" }
        return "\(value)"
    }

    private static let datasets = KnownDataset.allCases.map(\.rawValue) + ["folder"]

    /// The value of a node of YAML as JSON.
    ///
    /// - Parameter problem: Makes an error of what is wrong with the value.
    func json(_ node: Node, problem: (String) -> TrainingError) throws(TrainingError) -> String {
        if case .choices(let names) = form { return try Self.list(node, names, allowed, problem) }
        guard let text = node.scalar?.string else {
            throw problem("must be \(allowed), got a list or another structure")
        }
        if node.isEmptySetting { throw problem("has no value; it must be \(allowed); write one, or remove the line") }
        let wrong = problem("must be \(allowed), got \(text.isEmpty ? "an empty text" : "\(text.prefix(60))")")
        switch form {
        case .wholeNumber, .number:
            if text.hasLeadingZero {
                throw problem(
                    "must be \(allowed); \(text.prefix(60)) may be meant as octal: write it without leading zeros")
            }
            if case .wholeNumber = form {
                guard text.isWholeNumber, let value = Int(text), allows(value) else { throw wrong }
                return "\(value)"
            }
            guard text.isDecimalNumber, let value = Double(text), allows(value) else { throw wrong }
            return "\(value)"
        case .truth:
            guard
                let value = ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false][
                    text.lowercased()]
            else { throw wrong }
            return "\(value)"
        case .choice(let names):
            guard names.contains(text) else { throw wrong }
            return "\"\(text)\""
        case .dataset, .model:
            guard allows(text) else { throw wrong }
            return "\"\(text)\""
        case .choices: return ""
        }
    }

    private static func list(
        _ node: Node, _ names: [String], _ allowed: String, _ problem: (String) -> TrainingError
    ) throws(TrainingError) -> String {
        guard let nodes = node.sequence else {
            throw problem(
                node.isEmptySetting
                    ? "has no value; it must be \(allowed); write one, or remove the line"
                    : "must be \(allowed), got \(node.scalar?.string.prefix(60) ?? "another structure")")
        }
        var texts: [String] = []
        for node in nodes {
            guard let text = node.scalar?.string, names.contains(text) else {
                throw problem("must be \(allowed), got [\(node.scalar?.string.prefix(60) ?? "another structure")]")
            }
            if texts.contains(text) { throw problem("names \(text) twice; name it once") }
            texts.append(text)
        }
        return "[\(texts.map { "\"\($0)\"" }.joined(separator: ","))]"
    }
}

extension Node {
    /// Nothing behind the colon, or YAML's null; a text in quotes is a value.
    var isEmptySetting: Bool {
        guard let scalar else { return false }
        return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}

extension String {
    /// Such as `010` or `-00.5`.
    var hasLeadingZero: Bool { wholeMatch(of: #/[-+]?0[0-9_]+.*/#) != nil }
    var isWholeNumber: Bool { wholeMatch(of: #/-?[0-9]+/#) != nil }
    var isDecimalNumber: Bool { wholeMatch(of: #/-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?/#) != nil }
}

/// What makes training impossible: a setting, a run's folder, or numbers that left their range.
public struct TrainingError: Error, CustomStringConvertible, Sendable {
    /// One line: what, where, and what to do.
    public let description: String

    public init(_ description: String) {
        // Values come from files, and hold what these hold.
        self.description = String(
            String.UnicodeScalarView(
                description.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
