import ArgumentParser
import SpikeEncoding

/// Numbers separated by commas, as the value of one option: `0.5` or `0.5,0.2,1e-3`.
public struct ValueList<Value: DecimalValue>: Sendable {
    /// The numbers, in the order in which they were written.
    public let values: [Value]

    /// Parses numbers separated by commas. Spaces around a number are ignored.
    ///
    /// - Throws: `CommandError` for the first field that is not a number, or that `Value` cannot represent.
    public init(parsing argument: String) throws {
        values = try argument.split(separator: ",", omittingEmptySubsequences: false).map { field in
            var text = field
            while text.first == " " { text.removeFirst() }
            while text.last == " " { text.removeLast() }
            return try Value(decimal: String(text))
        }
    }
}

extension Option {
    /// Creates an option whose value is a list of numbers separated by commas.
    public init<Element>(
        parsing strategy: SingleValueParsingStrategy = .next, help: ArgumentHelp? = nil
    ) where Value == ValueList<Element>? {
        self.init(parsing: strategy, help: help) { try ValueList<Element>(parsing: $0) }
    }

    /// Creates an option that may be given several times, each time with numbers separated by commas.
    public init<Element>(
        wrappedValue: Value, parsing strategy: ArrayParsingStrategy = .singleValue, help: ArgumentHelp? = nil
    ) where Value == [ValueList<Element>] {
        self.init(wrappedValue: wrappedValue, parsing: strategy, help: help) { try ValueList<Element>(parsing: $0) }
    }
}

/// The methods by which rates become spikes.
public enum Conversion: String, ExpressibleByArgument, CaseIterable, Sendable {
    case deterministic, poisson

    /// Returns the method for an encoder.
    ///
    /// - Parameter seed: The seed of random spikes; `.deterministic` does not use it.
    public func rateConversion(seed: UInt64) -> RateConversion {
        switch self {
        case .deterministic: .deterministic
        case .poisson: .poisson(seed: seed)
        }
    }
}

extension Dialect: ExpressibleByArgument {}
