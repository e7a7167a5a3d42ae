/// Methods that are derived from the description of a codec.
extension SignalCodec {
    /// The parameters of the codec's description.
    public static var parameters: [CodecParameter] { description.parameters }

    /// The value of a parameter as the program's option takes it, such as `0.5,0.2`; `nil` if there is none.
    ///
    /// - Parameter parameter: A parameter of this codec.
    public func text(of parameter: CodecParameter) -> String? { parameter.access.text(of: self) }

    /// The numbers of a parameter: one for all channels, or one per channel; none for words.
    ///
    /// - Parameter parameter: A parameter of this codec.
    public func numbers(of parameter: CodecParameter) -> [Double] { parameter.access.numbers(of: self) }

    /// The codec with other values of some parameters.
    ///
    /// - Parameter texts: Values as the program's options take them, by the parameters' keys. Traps for a key that the
    ///   codec does not have.
    /// - Throws: `CodecError.parameter` for a value that cannot be read or is outside its bounds.
    public func setting(texts: [String: String]) throws(CodecError) -> Self {
        try changed(texts) { parameter, codec, text in parameter.access.setting(codec, text: text) }
    }

    /// The codec with other numbers for some parameters.
    ///
    /// - Parameter numbers: One number for all channels, or one per channel, by the parameters' keys; rounded to the
    ///   parameters' types. Traps for a key that the codec does not have.
    /// - Throws: `CodecError.parameter` for a number outside its bounds.
    public func setting(numbers: [String: [Double]]) throws(CodecError) -> Self {
        try changed(numbers) { parameter, codec, numbers in parameter.access.setting(codec, numbers: numbers) }
    }

    private func changed<Value>(
        _ values: [String: Value], _ change: (CodecParameter, any SignalCodec, Value) -> (any SignalCodec)?
    ) throws(CodecError) -> Self {
        if let key = values.keys.first(where: { key in !Self.parameters.contains { $0.key == key } }) {
            preconditionFailure("\(Self.name): has no parameter \(key)")
        }
        var codec: any SignalCodec = self
        // A parameter that is a part of another is set after it.
        for parameter in Self.parameters {
            guard let value = values[parameter.key] else { continue }
            guard let changed = change(parameter, codec, value) else {
                throw .parameter(
                    codec: Self.name, name: parameter.name, value: "\(value)",
                    requirement: parameter.requirement ?? "one of its values")
            }
            codec = changed
        }
        let result = codec as! Self
        try result.check()
        return result
    }

    /// Throws `CodecError.parameter` unless every parameter is within its bounds and they go together. Every
    /// initializer ends with it.
    public func check() throws(CodecError) {
        for parameter in Self.parameters {
            guard let bounds = parameter.bounds else { continue }
            if let flaw = parameter.access.numbers(of: self).firstIndex(where: { !bounds.contains($0) }) {
                throw .parameter(
                    codec: Self.name, name: parameter.name, value: parameter.access.texts(of: self)[flaw],
                    requirement: bounds.requirement(isInteger: parameter.kind == .integer))
            }
        }
        try checkTogether()
    }

    public func checkTogether() throws(CodecError) {}

    public func check(channelCount: Int) throws(CodecError) {
        let parameters = Self.description.perChannelParameters
        for index in parameters.indices {
            let count = parameters[index].access.count(of: self)
            guard count > 1 && count != channelCount else { continue }
            throw .parameterCount(
                codec: Self.name, parameter: parameters[index].name, count: count, channels: channelCount,
                input: Self.description.input)
        }
    }
}

/// Files hold the parameters of a codec by their keys.
extension SignalCodec {
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: ParameterKey.self)
        for parameter in Self.parameters where parameter.isInFiles {
            try parameter.access.encode(self, into: &values)
        }
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: ParameterKey.self)
        var codec = Self.description.usual
        for parameter in Self.parameters where parameter.isInFiles {
            codec = try parameter.access.decode(codec, from: values)
        }
        self = codec as! Self
        try check()
    }
}
