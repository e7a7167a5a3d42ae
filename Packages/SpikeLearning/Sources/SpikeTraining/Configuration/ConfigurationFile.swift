import Foundation
import SpikingModels
import Yams

extension RunConfiguration {
    /// Reads a configuration from YAML. Settings that the text does not name have their defaults. The text may contain
    /// a seed and a data folder, which only `SettingsFile` keeps.
    ///
    /// - Parameters:
    ///   - yaml: The text.
    ///   - path: The path of the file, for messages.
    /// - Throws: `TrainingError`, as `SettingsFile.init(yaml:path:)` does.
    public init(yaml: String, path: String) throws(TrainingError) {
        self = try SettingsFile<Self>(yaml: yaml, path: path).configuration
    }

    /// Returns all settings as YAML, including defaults, in the order of their declaration. Reading the text gives the
    /// same numbers.
    public func yaml() throws -> String { try SettingsFile(self).yaml() }

    /// Checks that all settings have allowed values and do not exclude each other.
    ///
    /// - Parameter origin: The beginning of error messages, such as the path of a file.
    /// - Throws: `TrainingError`, in one line, if they do not.
    public func check(_ origin: String) throws(TrainingError) {
        try checkValues(origin)
        guard warmUpEpochs < Double(epochs) else {
            throw TrainingError(
                "\(origin): warm-up-epochs must be less than epochs, got \(warmUpEpochs) of \(epochs); lower it too, for instance "
                    + "with --set warm-up-epochs=0")
        }
        guard convolution || encoding != .direct || !hasSpikes else {
            throw TrainingError(
                "\(origin): direct encoding needs the convolution; choose rate, phase or ttfs to encode the pixels")
        }
        guard surrogate || encoding != .direct || !hasSpikes else {
            throw TrainingError(
                "\(origin): surrogate: false (--no-surrogate) changes nothing with direct encoding, which has no encoder; "
                    + "leave it out, or choose rate, phase or ttfs")
        }
        guard convolution || encoderChannels == 0 else {
            throw TrainingError(
                "\(origin): encoder-channels are those of the convolution; without one it must be 0, got "
                    + "\(encoderChannels)")
        }
        try checkTask(origin)
    }

    /// Checks that each setting by itself has an allowed value.
    func checkValues(_ origin: String) throws(TrainingError) {
        for (name, value) in settings {
            let kind = SettingKind(name, value, of: Self.self)
            guard kind.allows(value) else {
                throw TrainingError("\(origin): \(name) must be \(kind.allowed), got \(kind.text(of: value))")
            }
        }
    }

    /// Returns the reason why a setting has no effect, given the other settings; `nil` if it has an effect.
    ///
    /// - Parameter name: The name of the setting as in the file, such as `mixup-share`.
    public func reasonWithoutEffect(_ name: String) -> String? {
        switch name {
        case "encoding", "steps", "convolution", "encoder-channels", "learn", "surrogate":
            hasSpikes ? reasonEncodingSettingIsWithoutEffect(name) : "\(model) has no spikes"
        default: taskReasonWithoutEffect(name)
        }
    }

    private func reasonEncodingSettingIsWithoutEffect(_ name: String) -> String? {
        switch name {
        case "surrogate" where encoding == .direct: "direct encoding has no encoder"
        case "encoder-channels" where !convolution: "there is no convolution"
        case "learn" where encoding == .direct && !learn.contains(.neuron):
            "direct encoding has no encoder that could learn"
        case "learn" where encoding == .direct && learn != [.neuron]:
            "threshold and decay belong to an encoder, and direct encoding has none"
        case "learn" where !surrogate && learn.contains { $0 != .neuron }:
            "without a surrogate gradient, thresholds and decays of the encoder do not learn"
        case "learn" where steps == 1 && learn.contains(.decay): "a threshold does not decay within one step"
        default: nil
        }
    }
}

/// The values that a setting may have.
struct SettingKind {
    enum Form {
        case wholeNumber(ClosedRange<Double>)
        case number(ClosedRange<Double>)
        case truth
        case choice([String])
        case choices([String])
        case dataset([String])
        case model(NetworkTask)
    }

    let form: Form

    /// Creates the kind of a setting.
    ///
    /// - Parameters:
    ///   - name: The name of the setting.
    ///   - value: Any value of the setting; its type decides the kind.
    ///   - type: The configuration that the setting belongs to.
    init(_ name: String, _ value: Any, of type: (some RunConfiguration).Type) {
        let bounds = type.bounds(of: name)
        form =
            switch value {
            case is Int: .wholeNumber(bounds ?? 0...1e9)
            case is Double: .number(bounds ?? 0...Double.greatestFiniteMagnitude)
            case is Bool: .truth
            case is [TrainingConfiguration.Learned]: .choices(TrainingConfiguration.Learned.allCases.map(\.rawValue))
            case is TrainingConfiguration.Encoding: .choice(TrainingConfiguration.Encoding.allCases.map(\.rawValue))
            case is TrainingConfiguration.Precision: .choice(TrainingConfiguration.Precision.allCases.map(\.rawValue))
            default: name == "model" ? .model(type.task) : .dataset(type.datasets)
            }
    }

    /// The allowed values as text, such as `a whole number within 1...1000`.
    var allowed: String {
        switch form {
        case .wholeNumber(let range): "a whole number within \(Int(range.lowerBound))...\(Int(range.upperBound))"
        case .number(let range) where range.upperBound == .greatestFiniteMagnitude: "a number >= 0"
        case .number(let range): "a number within \(Int(range.lowerBound))...\(Int(range.upperBound))"
        case .truth: "true or false"
        case .choice(let names): "one of \(names.joined(separator: ", "))"
        case .choices(let names):
            "a list of any of \(names.joined(separator: ", ")), such as [\(names.prefix(2).joined(separator: ", "))], or []"
        case .dataset(let names): "one of \(names.joined(separator: ", "))"
        case .model(let task): Networks.allowed(for: task)
        }
    }

    func allows(_ value: Any) -> Bool {
        switch (form, value) {
        case (.wholeNumber(let range), let value as Int): range.contains(Double(value))
        case (.number(let range), let value as Double): range.contains(value)
        case (.dataset(let names), let value as String): names.contains(value)
        case (.model(let task), let value as String): Networks.named(value, for: task) != nil
        default: true
        }
    }

    /// Returns a value as messages show it.
    func text(of value: Any) -> String {
        if let list = value as? [TrainingConfiguration.Learned] {
            return "[\(list.map(\.rawValue).joined(separator: ", "))]"
        }
        if let choice = value as? any RawRepresentable { return "\(choice.rawValue)" }
        return "\(value)"
    }

    /// Returns a YAML node with the value in the form that Yams decodes.
    ///
    /// - Parameters:
    ///   - node: The node as it was read.
    ///   - problem: Makes an error from a description of what is wrong with the value.
    /// - Throws: The error that `problem` makes if the value is not allowed.
    func node(_ node: Node, problem: (String) -> TrainingError) throws(TrainingError) -> Node {
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
                return Self.plain(value)
            }
            guard text.isDecimalNumber, let value = Double(text), allows(value) else { throw wrong }
            return Self.plain(value)
        case .truth:
            guard
                let value = ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false][
                    text.lowercased()]
            else { throw wrong }
            return Self.plain(value)
        case .choice(let names):
            guard names.contains(text) else { throw wrong }
            return Node(text)
        case .dataset, .model:
            guard allows(text) else { throw wrong }
            return Node(text)
        case .choices: return node
        }
    }

    private static func list(
        _ node: Node, _ names: [String], _ allowed: String, _ problem: (String) -> TrainingError
    ) throws(TrainingError) -> Node {
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
        return Node(texts.map { Node($0) })
    }

    private static func plain(_ value: Any) -> Node { Node("\(value)", .implicit, .plain) }
}

extension Node {
    /// True if there is nothing after the colon, or YAML's null. A text in quotes is a value, even if it is empty.
    var isEmptySetting: Bool {
        guard let scalar else { return false }
        return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}

extension String {
    /// True for a number such as `010` or `-00.5`.
    var hasLeadingZero: Bool { wholeMatch(of: #/[-+]?0[0-9_]+.*/#) != nil }
    var isWholeNumber: Bool { wholeMatch(of: #/-?[0-9]+/#) != nil }
    var isDecimalNumber: Bool { wholeMatch(of: #/-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?/#) != nil }
}

/// The reason why training is impossible: a setting, a run's folder, or numbers that are not finite.
public struct TrainingError: Error, CustomStringConvertible, Sendable {
    /// One line that says what is wrong, where, and what to do.
    public let description: String

    /// Creates an error. Control characters in the text are replaced.
    public init(_ description: String) {
        // Messages quote values from files, which may contain control characters.
        self.description = String(
            String.UnicodeScalarView(
                description.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
