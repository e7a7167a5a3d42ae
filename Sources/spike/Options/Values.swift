import ArgumentParser
import SpikeEncoding

/// One value for all channels, or one each, separated by commas.
struct ValueList<Value: LosslessStringConvertible & Sendable & Hashable & Codable>: ExpressibleByArgument {
    let values: [Value]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        values = parts.compactMap { Value(String($0).trimmingPrefix(while: { $0 == " " }).description) }
        if values.isEmpty || values.count != parts.count { return nil }
    }

    var perChannel: PerChannel<Value> { PerChannel(each: values) }
}

/// The codecs, by the names that the program uses.
enum CodecName: String, ExpressibleByArgument, CaseIterable {
    case stepForward = "step-forward"
    case bsa
    case pwm
    case lif
    case delta
    case rateStepForward = "rate-step-forward"
    case receptiveFields = "receptive-fields"
    case rate

    /// Whether values are encoded each on its own, so that files are read as observations.
    var takesObservations: Bool { self == .receptiveFields || self == .rate }
}

enum Conversion: String, ExpressibleByArgument, CaseIterable {
    case deterministic, poisson
}

extension Polarity: ExpressibleByArgument {}
extension Dialect: ExpressibleByArgument {}
extension Padding: ExpressibleByArgument {}
