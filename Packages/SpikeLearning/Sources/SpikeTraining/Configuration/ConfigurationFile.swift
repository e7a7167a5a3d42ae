import ArrayFiles
import Foundation
import Yams

extension TrainingConfiguration {
    /// Reads YAML; what it does not name has its default.
    ///
    /// - Parameter path: For messages.
    /// - Throws: `TrainingError` in a line for a name that is not known, a value of the wrong kind or out of range. What
    ///   settings exclude each other, `check` says.
    public init(yaml: String, path: String) throws {
        do {
            let node = try Yams.compose(yaml: yaml)
            let names = node?.mapping?.keys.compactMap(\.string) ?? []
            let known = CodingKeys.allCases.map(\.rawValue)
            if let unknown = names.first(where: { !known.contains($0) }) {
                throw TrainingError(
                    "\(path): there is no setting \(unknown); there are \(known.joined(separator: ", "))")
            }
            // Nil: empty, or nothing but comments.
            self = node == nil ? Self() : try YAMLDecoder().decode(Self.self, from: yaml)
        } catch let error as DecodingError {
            throw TrainingError("\(path): \(Self.problem(error))")
        } catch let error as YamlError {
            throw TrainingError("\(path): \("\(error)".split(separator: "\n").joined(separator: " "))")
        }
        try checkRanges(path)
    }

    /// Gives one setting another value.
    ///
    /// - Parameters:
    ///   - assignment: As `learning-rate=2e-3`, a value as in YAML.
    ///   - origin: Begins messages.
    /// - Throws: `TrainingError` as reading YAML does.
    public mutating func set(_ assignment: String, origin: String) throws {
        let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw TrainingError("\(origin): write name=value, such as learning-rate=2e-3; got \(assignment)")
        }
        let name = String(parts[0])
        let others = try yaml().split(separator: "\n").filter { !$0.hasPrefix("\(name):") }
        self = try Self(yaml: (others + ["\(name): \(parts[1])"]).joined(separator: "\n"), path: origin)
    }

    /// Every setting, defaults too, in the order of their declaration. Numbers are written as they are read back.
    public func yaml() throws -> String {
        // Keys are declared in the order of the properties.
        let settings = zip(CodingKeys.allCases, Mirror(reflecting: self).children).map { key, setting in
            (Node(key.rawValue), Self.node(setting.value))
        }
        return try Yams.serialize(node: Node(settings))
    }

    private static func node(_ value: Any) -> Node {
        switch value {
        case let text as String: Node(text)
        case let list as [Learned]: Node(list.map { Node($0.rawValue) }, .implicit, .flow)
        case let choice as any RawRepresentable: Node("\(choice.rawValue)")
        default: Node("\(value)", .implicit, .plain)
        }
    }

    private static func problem(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            let name = context.codingPath.map(\.stringValue).joined(separator: ".")
            return "\(name.isEmpty ? "settings" : name): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }

    /// Throws, in a line that begins with `origin`, if a number is out of range or settings exclude each other.
    public func check(_ origin: String) throws(TrainingError) {
        try checkRanges(origin)
        guard warmUpEpochs < Double(epochs) else {
            throw TrainingError(
                "\(origin): warm-up-epochs must be less than epochs, got \(warmUpEpochs) of \(epochs)")
        }
        guard convolution || encoding != .direct else {
            throw TrainingError(
                "\(origin): direct encoding needs the convolution; choose rate, phase or ttfs to encode the pixels")
        }
        guard convolution || encoderChannels == 0 else {
            throw TrainingError(
                "\(origin): encoder-channels are those of the convolution; without one it must be 0, got "
                    + "\(encoderChannels)")
        }
    }

    private func checkRanges(_ origin: String) throws(TrainingError) {
        func require(_ holds: Bool, _ key: CodingKeys, _ range: String, _ value: Any) throws(TrainingError) {
            if !holds { throw TrainingError("\(origin): \(key.rawValue) must be \(range), got \(value)") }
        }
        let counts: [(CodingKeys, Int)] = [(.side, side), (.steps, steps), (.epochs, epochs), (.batch, batch)]
        for (key, value) in counts { try require(value >= 1, key, ">= 1", value) }
        let amounts: [(CodingKeys, Int)] = [
            (.limitTrain, limitTrain), (.limitTest, limitTest), (.crop, crop), (.randAugment, randAugment),
            (.encoderChannels, encoderChannels),
        ]
        for (key, value) in amounts { try require(value >= 0, key, ">= 0", value) }
        let shares: [(CodingKeys, Double)] = [
            (.erasing, erasing), (.mixupShare, mixupShare), (.labelSmoothing, labelSmoothing),
        ]
        for (key, value) in shares { try require(0...1 ~= value, key, "within 0...1", value) }
        let sizes: [(CodingKeys, Double)] = [
            (.mixup, mixup), (.learningRate, learningRate), (.finalLearningRate, finalLearningRate),
            (.weightDecay, weightDecay), (.warmUpEpochs, warmUpEpochs),
        ]
        for (key, value) in sizes { try require(value >= 0 && value.isFinite, key, ">= 0", value) }
    }
}

/// What makes training impossible: a setting, a run's folder, or numbers that left their range.
public struct TrainingError: Error, CustomStringConvertible, Sendable {
    /// One line: what, where, and what to do.
    public let description: String

    public init(_ description: String) { self.description = description }
}
