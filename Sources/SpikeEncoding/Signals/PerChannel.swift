/// A parameter of a codec with one value for all channels, or with one value per channel.
///
/// Codecs keep their parameters in this form. Their initializers take numbers and arrays of numbers as well, so there
/// is seldom a need to make one; see `PerChannelConvertible`.
///
/// ```swift
/// let codec = try LeakyIntegrateAndFire(threshold: [0.5, 0.25], membraneConstant: 0.9)
/// print(codec.threshold[1], codec.membraneConstant[1])  // → 0.25 0.9
/// ```
public struct PerChannel<Value: Sendable & Hashable & Codable>: Sendable, Hashable {
    /// One value for all channels, or one value per channel.
    public let values: [Value]

    /// A parameter with one value per channel.
    ///
    /// - Parameter values: As many values as the recordings have channels, or one value for any number of channels. The
    ///   initializer traps if there is none.
    public init(each values: [Value]) {
        precondition(!values.isEmpty, "PerChannel: needs at least one value")
        self.values = values
    }

    /// A parameter with one value for all channels.
    ///
    /// - Parameter value: The value for all channels.
    public init(_ value: Value) { values = [value] }

    /// The value for a channel.
    ///
    /// - Parameter channel: The index of the channel, counted from 0. The subscript traps for a channel beyond the
    ///   values, unless there is just one.
    public subscript(channel: Int) -> Value { values.count == 1 ? values[0] : values[channel] }
}

/// A value that the initializers of codecs take for a parameter: a number for all channels, or an array of numbers, one
/// per channel.
///
/// `Float`, `Double` and `Int`, arrays of them, and `PerChannel` conform. Literals and variables work alike.
///
/// ```swift
/// let threshold: Float = 0.25
/// print(try StepForward(threshold: threshold).threshold.values)  // → [0.25]
/// print(try StepForward(threshold: [threshold, 0.5]).threshold.values)  // → [0.25, 0.5]
/// ```
///
/// Numbers are converted to the type of the parameter: a `Double` is rounded to `Float` where the codec computes in
/// Float32. A parameter that counts something, such as a filter's order, takes whole numbers only.
public protocol PerChannelConvertible<Number> {
    /// The type of the numbers.
    associatedtype Number: ParameterNumber

    /// One number for all channels, or one number per channel.
    var numbersPerChannel: [Number] { get }
}

extension Float: PerChannelConvertible {
    public var numbersPerChannel: [Float] { [self] }
}

extension Double: PerChannelConvertible {
    public var numbersPerChannel: [Double] { [self] }
}

extension Int: PerChannelConvertible {
    public var numbersPerChannel: [Int] { [self] }
}

extension Array: PerChannelConvertible where Element: ParameterNumber {
    public var numbersPerChannel: [Element] { self }
}

extension PerChannel: PerChannelConvertible where Value: ParameterNumber {
    public var numbersPerChannel: [Value] { values }
}

extension PerChannel where Value: BinaryFloatingPoint {
    /// The parameter that a number, or an array with one number per channel, stands for.
    ///
    /// - Parameter numbers: Each is rounded to `Value`. The initializer traps for an empty array.
    public init(converting numbers: some PerChannelConvertible) {
        self.init(each: numbers.numbersPerChannel.map { Value($0.double) })
    }
}

extension PerChannel where Value == Int {
    /// The parameter that a whole number, or an array with one whole number per channel, stands for.
    ///
    /// - Parameter numbers: The initializer traps for an empty array.
    public init(converting numbers: some PerChannelConvertible<Int>) { self.init(each: numbers.numbersPerChannel) }
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
