import ArgumentParser
import SpikeEncoding

/// Values separated by commas.
public struct ValueList<Value: LosslessStringConvertible & Sendable>: ExpressibleByArgument, Sendable {
    public let values: [Value]

    public init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        values = parts.compactMap { Value(String($0).trimmingPrefix(while: { $0 == " " }).description) }
        if values.isEmpty || values.count != parts.count { return nil }
    }
}

/// How rates become spikes.
public enum Conversion: String, ExpressibleByArgument, CaseIterable, Sendable {
    case deterministic, poisson

    /// - Parameter seed: Of random spikes.
    public func rateConversion(seed: UInt64) -> RateConversion {
        switch self {
        case .deterministic: .deterministic
        case .poisson: .poisson(seed: seed)
        }
    }
}

extension Dialect: ExpressibleByArgument {}
