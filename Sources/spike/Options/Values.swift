import ArgumentParser
import SpikeCommandLine
import SpikeEncoding

extension ValueList where Value: Codable & Hashable & Sendable {
    /// One value for all channels, or one each.
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

extension Polarity: ExpressibleByArgument {}
extension Padding: ExpressibleByArgument {}
