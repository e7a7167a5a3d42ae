/// The description of a codec: its names, its purpose, its source and its parameters.
///
/// The options, help and tables of the command-line program, files, searches and guides are derived from it.
public struct CodecDescription: Sendable {
    /// The name that the command-line program and files use, such as `step-forward`.
    public let name: String

    /// The name in a sentence, such as "Step-forward".
    public let title: String

    /// What the codec does and is for, in one sentence.
    public let purpose: String

    /// The publication that defines the codec, with its DOI where it has one.
    public let source: String

    /// Whether the codec takes recordings or observations.
    public let input: CodecInput

    /// What the `.reference` dialect does, in one sentence; `nil` for a codec with one definition.
    public let referenceDialect: String?

    /// The parameters of the codec, in the order of tables.
    public let parameters: [CodecParameter]

    /// Those that can have one value per channel.
    let perChannelParameters: [CodecParameter]

    /// The name of the Swift type, which is also the name of the codec's guide.
    public let typeName: String

    private let makeUsual: @Sendable () throws(CodecError) -> any SignalCodec

    /// The description of a codec.
    ///
    /// - Parameters:
    ///   - usual: An expression that makes the codec with every parameter at its default.
    ///   - title: The name in a sentence, such as "Step-forward".
    ///   - purpose: What the codec does and is for, in one sentence.
    ///   - source: The publication that defines the codec, with its DOI where it has one.
    ///   - referenceDialect: What the `.reference` dialect does, in one sentence; `nil` for a codec with one
    ///     definition.
    ///   - parameters: The parameters, in the order of tables.
    public init<Described: SignalCodec>(
        _ usual: @autoclosure @escaping @Sendable () throws(CodecError) -> Described, title: String, purpose: String,
        source: String, referenceDialect: String? = nil, parameters: [CodecParameter]
    ) {
        name = Described.name
        self.title = title
        self.purpose = purpose
        self.source = source
        input = Described.self is any ObservationCodec.Type ? .observations : .recordings
        self.referenceDialect = referenceDialect
        self.parameters = parameters
        perChannelParameters = parameters.filter(\.isPerChannel)
        typeName = "\(Described.self)"
        makeUsual = usual
    }

    /// The codec with every parameter at its default. Traps if a default is outside the parameter's own bounds.
    public var usual: any SignalCodec {
        do throws(CodecError) { return try makeUsual() } catch { preconditionFailure("\(error)") }
    }

    /// Whether the codec has parameters that a search can find.
    public var isTunable: Bool { parameters.contains { $0.search != nil } }

    /// The value of a parameter that is not given, as text: its default, or a description of what replaces it.
    ///
    /// - Parameter parameter: A parameter of this codec.
    public func defaultText(of parameter: CodecParameter) -> String {
        guard let text = usual.text(of: parameter) else { return parameter.fromData ?? "0" }
        return parameter.kind == .number && text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The parameter that the program's option `--flag` sets; `nil` if there is none.
    ///
    /// - Parameter flag: The name of the option without its hyphens.
    public func parameter(flag: String) -> CodecParameter? { parameters.first { $0.flag == flag } }
}

/// The kind of data that a codec encodes.
public enum CodecInput: String, Sendable, Hashable, Codable {
    /// The samples of a recording, one after the other, channel by channel.
    case recordings
    /// Values each on its own; an observation has one value per feature.
    case observations

    /// The word for a column of the data: `channel` or `feature`.
    public var noun: String { self == .recordings ? "channel" : "feature" }
}
