import ArgumentParser
import SpikeEncoding

/// Values separated by commas.
public struct ValueList<Value: LosslessStringConvertible & Sendable>: ExpressibleByArgument, Sendable {
    public let values: [Value]

    public init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        values = parts.compactMap { part in
            let text = String(part.trimmingPrefix(while: { $0 == " " }))
            let value = Value(text)
            // A number that is beyond its type becomes infinity, which nobody asked for.
            let isBeyond = (value as? any FloatingPoint)?.isInfinite ?? false && text.contains(where: \.isNumber)
            return isBeyond ? nil : value
        }
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
