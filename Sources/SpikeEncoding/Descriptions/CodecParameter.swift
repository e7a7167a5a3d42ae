/// One parameter of a codec: its names, its meaning, its bounds, and how to read and change it.
public struct CodecParameter: Sendable {
    /// The name in files, and of the Swift property, such as `maximumRate`.
    public let key: String

    /// The name of the program's option without its hyphens, such as `maximum-rate`.
    public let flag: String

    /// The name in errors, such as "maximum rate".
    public let name: String

    /// An explanation of the value or of how to choose it, in one sentence.
    public let help: String

    /// The unit of the value; `nil` for words and plain counts.
    public let unit: String?

    /// The numbers that are allowed; `nil` for words and numbers without bounds.
    public let bounds: ParameterBounds?

    /// The values that a search for the best one tries; `nil` for a parameter that is not searched.
    public let search: ParameterSearch?

    /// A description of what replaces a value that is not given, such as "the largest step"; `nil` for a parameter with
    /// a default.
    public let fromData: String?

    /// The option that the parameter goes with, such as `--conversion poisson`; `nil` for a parameter that is always
    /// used.
    public let condition: String?

    /// Whether the program asks for the value instead of taking the default.
    public let isAskedFor: Bool

    /// Whether the value is a number, a whole number or a word.
    public let kind: ParameterKind

    /// Whether each channel, or feature, can have its own value.
    public let isPerChannel: Bool

    /// Whether files hold the value under `key`; false for a part of another parameter.
    let isInFiles: Bool

    let access: any ParameterAccess

    /// - Parameters:
    ///   - key: The name in files, which must stay as it is.
    ///   - path: The property, whose setter may be private: `\StepForward.threshold`.
    ///   - flag: The name of the program's option; `nil` to derive it from `key`.
    ///   - unit: The unit of the value; `nil` for words and plain counts.
    ///   - bounds: The numbers that are allowed; `nil` for words and numbers without bounds.
    ///   - help: An explanation of the value or of how to choose it, in one sentence.
    ///   - search: The values that a search for the best one tries; `nil` for a parameter that is not searched.
    ///   - fromData: A description of what replaces a value that is not given; `nil` for a parameter with a default.
    ///   - condition: The option that the parameter goes with; `nil` for a parameter that is always used.
    ///   - isAskedFor: True if the program asks for the value instead of taking the default.
    ///   - isInFiles: True if files hold the value under `key`; false for a part of another parameter.
    ///   - inOlderFiles: The value that files mean which were written before the parameter existed; `nil` for a
    ///     parameter that every file has.
    public init<Described: SignalCodec, Value: ParameterValue>(
        _ key: String, _ path: any WritableKeyPath<Described, Value> & Sendable, flag: String? = nil,
        unit: String? = nil, bounds: ParameterBounds? = nil, help: String, search: ParameterSearch? = nil,
        fromData: String? = nil, condition: String? = nil, isAskedFor: Bool = false, isInFiles: Bool = true,
        inOlderFiles: (@Sendable (Described) -> Value)? = nil
    ) {
        let words = Self.words(key)
        self.key = key
        self.flag = flag ?? words.joined(separator: "-")
        name = words.joined(separator: " ")
        self.help = help
        self.unit = unit
        self.bounds = bounds
        self.search = search
        self.fromData = fromData
        self.condition = condition
        self.isAskedFor = isAskedFor
        kind = Value.kind
        isPerChannel = Value.isPerChannel
        self.isInFiles = isInFiles
        access = PathAccess(
            path: path, key: key, inOlderFiles: inOlderFiles, isOptional: fromData != nil || condition != nil)
    }

    /// The words of a name in camel case: `maximumRate` is "maximum" and "rate".
    private static func words(_ key: String) -> [String] {
        key.reduce(into: [""]) { words, letter in
            if letter.isUppercase { words.append(letter.lowercased()) } else { words[words.count - 1].append(letter) }
        }
    }

    /// The condition that a value must meet, such as "> 0 and <= 1"; `nil` if every value is allowed.
    public var requirement: String? { bounds?.requirement(isInteger: kind == .integer) }

    /// Whether a text can be read as a value of the parameter, within its bounds or not.
    ///
    /// - Parameter text: The text to read, such as `0.5,0.2`.
    public func accepts(_ text: String) -> Bool { access.accepts(text) }
}

/// The kind of value that a parameter has.
public enum ParameterKind: Sendable, Hashable {
    /// A real number.
    case number
    /// A whole number.
    case integer
    /// One of these words.
    case words([String])
}
