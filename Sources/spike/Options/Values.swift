import SpikeCommandLine
import SpikeEncoding

extension ValueList where Value: Codable & Hashable & Sendable {
    /// The values as one for all channels, or one per channel.
    var perChannel: PerChannel<Value> { PerChannel(each: values) }
}
