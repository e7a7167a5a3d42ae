/// A type that a codec's parameter can have: numbers, numbers per channel, and enums of words.
public protocol ParameterValue: Sendable, Hashable, Codable {
    /// Whether the value is a number, a whole number or a word.
    static var kind: ParameterKind { get }

    /// Whether there can be one value per channel.
    static var isPerChannel: Bool { get }

    /// The value that a text stands for; `nil` if it stands for none.
    ///
    /// - Parameter text: The text, as the option of the command-line program takes it.
    static func parsed(_ text: String) -> Self?

    /// The value with these numbers, one per channel; `nil` for types that are no numbers.
    ///
    /// - Parameter numbers: One number for all channels, or one per channel.
    static func made(of numbers: [Double]) -> Self?

    /// Each number, or the word, as text; empty for a value that is not there.
    var texts: [String] { get }

    /// The numbers; empty for words.
    var numbers: [Double] { get }

    /// The number of numbers.
    var count: Int { get }
}

extension ParameterValue {
    public static var isPerChannel: Bool { false }
    public static func made(of numbers: [Double]) -> Self? { nil }
    public var numbers: [Double] { [] }
    public var count: Int { numbers.count }

    /// The texts with commas between them; `nil` for a value that is not there.
    var text: String? { texts.isEmpty ? nil : texts.joined(separator: ",") }
}

/// A number that a codec's parameter can be.
public protocol ParameterNumber: ParameterValue, LosslessStringConvertible {
    /// The nearest number of this type; `nil` if it cannot hold it.
    ///
    /// - Parameter number: The number to convert.
    init?(nearest number: Double)

    /// The number in double precision.
    var double: Double { get }
}

extension ParameterNumber {
    public var texts: [String] { ["\(self)"] }
    public var numbers: [Double] { [double] }

    public static func parsed(_ text: String) -> Self? {
        guard let number = Self(String(text.drop { $0 == " " })) else { return nil }
        // A number that is beyond its type becomes infinity, and one that is too small for it 0; nobody asked for
        // these.
        let digits = text.prefix { $0 != "e" && $0 != "E" }
        if number.double.isInfinite && digits.contains(where: \.isNumber) { return nil }
        return number.double == 0 && digits.contains { ("1"..."9").contains($0) } ? nil : number
    }

    public static func made(of numbers: [Double]) -> Self? { numbers.count == 1 ? Self(nearest: numbers[0]) : nil }
}

extension Float: ParameterNumber {
    public static var kind: ParameterKind { .number }
    public init?(nearest number: Double) { self.init(number) }
    public var double: Double { Double(self) }
}

extension Double: ParameterNumber {
    public static var kind: ParameterKind { .number }
    public init?(nearest number: Double) { self = number }
    public var double: Double { self }
}

extension Int: ParameterNumber {
    public static var kind: ParameterKind { .integer }
    public init?(nearest number: Double) { self.init(exactly: number.rounded()) }
    public var double: Double { Double(self) }
}

extension UInt64: ParameterNumber {
    public static var kind: ParameterKind { .integer }
    public init?(nearest number: Double) { self.init(exactly: number.rounded()) }
    public var double: Double { Double(self) }
}

extension PerChannel: ParameterValue where Value: ParameterNumber {
    public static var kind: ParameterKind { Value.kind }
    public static var isPerChannel: Bool { true }
    public var texts: [String] { values.map { "\($0)" } }
    // In generic code a closure costs much less than a key path, and searches set and read parameters at every trial.
    public var numbers: [Double] { values.map { $0.double } }
    public var count: Int { values.count }

    public static func parsed(_ text: String) -> PerChannel? {
        complete(text.split(separator: ",", omittingEmptySubsequences: false)) { Value.parsed(String($0)) }
    }

    public static func made(of numbers: [Double]) -> PerChannel? { complete(numbers) { Value(nearest: $0) } }

    private static func complete<Part>(_ parts: [Part], _ value: (Part) -> Value?) -> PerChannel? {
        var values: [Value] = []
        for part in parts {
            guard let value = value(part) else { return nil }
            values.append(value)
        }
        return values.isEmpty ? nil : PerChannel(each: values)
    }
}

extension Optional: ParameterValue where Wrapped: ParameterValue {
    public static var kind: ParameterKind { Wrapped.kind }
    public static var isPerChannel: Bool { Wrapped.isPerChannel }
    public static func parsed(_ text: String) -> Wrapped?? { Wrapped.parsed(text).map(Optional.some) }
    public static func made(of numbers: [Double]) -> Wrapped?? { Wrapped.made(of: numbers).map(Optional.some) }
    public var texts: [String] { self?.texts ?? [] }
    public var numbers: [Double] { self?.numbers ?? [] }
    public var count: Int { self?.count ?? 0 }
}

/// An enum whose cases are the words to choose from.
extension ParameterValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    public static var kind: ParameterKind { .words(allCases.map(\.rawValue)) }
    public static func parsed(_ text: String) -> Self? { Self(rawValue: text) }
    public var texts: [String] { [rawValue] }
}
