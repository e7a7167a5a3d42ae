/// Reads and changes one parameter of a codec, whatever the codec's type and the parameter's.
protocol ParameterAccess: Sendable {
    func accepts(_ text: String) -> Bool
    func text(of codec: any SignalCodec) -> String?
    /// The numbers of a codec, and each as text; none for words.
    func numbers(of codec: any SignalCodec) -> [Double]
    func texts(of codec: any SignalCodec) -> [String]
    /// The number of numbers of a codec. Every recording is checked with it, so neither the codec nor they are copied.
    func count(of codec: some SignalCodec) -> Int
    /// The codec with another value, unchecked; nil if the text or the numbers stand for none.
    func setting(_ codec: any SignalCodec, text: String) -> (any SignalCodec)?
    func setting(_ codec: any SignalCodec, numbers: [Double]) -> (any SignalCodec)?
    func encode(_ codec: any SignalCodec, into values: inout KeyedEncodingContainer<ParameterKey>) throws
    /// The codec with a file's value, unchecked.
    func decode(
        _ codec: any SignalCodec, from values: KeyedDecodingContainer<ParameterKey>
    ) throws -> any SignalCodec
}

/// A parameter that is a property. Traps if it is used with a codec of another type.
struct PathAccess<Described: SignalCodec, Value: ParameterValue>: ParameterAccess {
    let path: any WritableKeyPath<Described, Value> & Sendable
    let key: String
    let inOlderFiles: (@Sendable (Described) -> Value)?
    /// Whether there may be no value.
    let isOptional: Bool

    func accepts(_ text: String) -> Bool { Value.parsed(text) != nil }

    func text(of codec: any SignalCodec) -> String? { value(of: codec).text }

    func numbers(of codec: any SignalCodec) -> [Double] { value(of: codec).numbers }

    func texts(of codec: any SignalCodec) -> [String] { value(of: codec).texts }

    func count(of codec: some SignalCodec) -> Int { value(of: codec).count }

    func setting(_ codec: any SignalCodec, text: String) -> (any SignalCodec)? {
        Value.parsed(text).map { setting(codec, $0) }
    }

    func setting(_ codec: any SignalCodec, numbers: [Double]) -> (any SignalCodec)? {
        Value.made(of: numbers).map { setting(codec, $0) }
    }

    func encode(_ codec: any SignalCodec, into values: inout KeyedEncodingContainer<ParameterKey>) throws {
        let value = value(of: codec)
        if value.text != nil { try values.encode(value, forKey: ParameterKey(key)) }
    }

    func decode(
        _ codec: any SignalCodec, from values: KeyedDecodingContainer<ParameterKey>
    ) throws -> any SignalCodec {
        if let value = try values.decodeIfPresent(Value.self, forKey: ParameterKey(key)) {
            return setting(codec, value)
        }
        if let inOlderFiles { return setting(codec, inOlderFiles(described(codec))) }
        return isOptional ? codec : setting(codec, try values.decode(Value.self, forKey: ParameterKey(key)))
    }

    private func described(_ codec: some SignalCodec) -> Described {
        guard let described = codec as? Described else {
            preconditionFailure("\(key): a parameter of \(Described.name) was used with \(type(of: codec).name)")
        }
        return described
    }

    private func value(of codec: some SignalCodec) -> Value { described(codec)[keyPath: path] }

    private func setting(_ codec: any SignalCodec, _ value: Value) -> any SignalCodec {
        var changed = described(codec)
        changed[keyPath: path] = value
        return changed
    }
}

/// The key of a parameter in files.
package struct ParameterKey: CodingKey {
    package let stringValue: String
    package var intValue: Int? { nil }

    package init(_ key: String) { stringValue = key }
    package init?(stringValue: String) { self.init(stringValue) }
    package init?(intValue: Int) { nil }
}
