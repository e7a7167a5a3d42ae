/// A parameter with one value for all channels, or one for each.
///
/// Write `0.5` for all and `[0.5, 0.2]` for each.
public struct PerChannel<Value: Sendable & Hashable & Codable>: Sendable, Hashable {
    /// One value, or one a channel.
    public let values: [Value]

    /// Traps if there is no value.
    public init(each values: [Value]) {
        precondition(!values.isEmpty, "PerChannel: needs at least one value")
        self.values = values
    }

    public init(_ value: Value) { values = [value] }

    public subscript(channel: Int) -> Value { values.count == 1 ? values[0] : values[channel] }
}

extension PerChannel: Codable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        values = try container.decode([Value].self)
        if values.isEmpty {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "needs at least one value")
        }
    }
}

extension PerChannel: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Value...) { self.init(each: elements) }
}

extension PerChannel: ExpressibleByIntegerLiteral where Value: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Value.IntegerLiteralType) { self.init(Value(integerLiteral: value)) }
}

extension PerChannel: ExpressibleByFloatLiteral where Value: ExpressibleByFloatLiteral {
    public init(floatLiteral value: Value.FloatLiteralType) { self.init(Value(floatLiteral: value)) }
}

/// How many values a codec's parameter has, to be held against the channels of a recording.
struct ParameterCount: Sendable {
    let codec: String
    let parameter: String
    let count: Int

    init<Value>(_ codec: String, _ parameter: String, _ values: PerChannel<Value>) {
        self.codec = codec
        self.parameter = parameter
        self.count = values.values.count
    }

    func problem(channelCount: Int) -> CodecError? {
        count == 1 || count == channelCount
            ? nil : .parameterCount(codec: codec, parameter: parameter, count: count, channels: channelCount)
    }
}
