import SpikeKernels

/// A codec that decides about each sample of a channel when the sample arrives. It is the simplest way to define a
/// codec of your own.
///
/// An app supplies the encoder and the decoder of one channel. Whole recordings, threads, streams, checks of values and
/// files then work as for the codecs of this package. Spikes are not graded, a channel has one unit, and a sample has
/// one step.
///
///     struct Comparator: SampleCodec {
///         static let name = "comparator"
///         static let description = CodecDescription(try Comparator(), title: "Comparator", …)
///         private(set) var level: PerChannel<Float>
///         …
///     }
///
/// A file of the codec is read with `EncodedFile.read(path, codecs: Codec.all + [Comparator.self])`.
public protocol SampleCodec: SignalCodec {
    associatedtype Encoder: SampleEncoder

    /// One channel's encoder, before its first sample.
    ///
    /// - Parameters:
    ///   - channel: The index of the channel, counted from 0.
    ///   - range: The range of the channel, if the codec needs it.
    func encoder(forChannel channel: Int, range: ValueRange?) -> Encoder

    /// Decodes one channel; returns one value per spike.
    ///
    /// - Parameters:
    ///   - spikes: −1, 0 or 1 for each sample.
    ///   - channel: The index of the channel, counted from 0.
    ///   - range: The range of the channel, if the codec needs it.
    ///   - initialValue: The first sample of the channel, or the initial value that the caller of `decode` gave
    ///     instead.
    func decode(_ spikes: [Int8], channel: Int, range: ValueRange?, initialValue: Float) -> [Float]
}

/// The state of one channel's encoding.
public protocol SampleEncoder: Sendable {
    /// Encodes the next sample of the channel.
    ///
    /// - Parameter sample: The sample, which is finite.
    /// - Returns: The spike: −1, 0 or 1.
    mutating func spike(for sample: Float) -> Int8
}

extension SampleCodec {
    public func encode(
        _ signal: Signal, ranges: [ValueRange]?, threads: Int
    ) throws(CodecError) -> EncodedSignal {
        try Channelwise(base: self).encodeChannels(signal, ranges: ranges, threads: threads)
    }

    public func stream(channelCount: Int, ranges: [ValueRange]?) throws(CodecError) -> SpikeStream {
        try Channelwise(base: self).streamChannels(channelCount: channelCount, ranges: ranges)
    }

    public func decode(
        _ encoded: EncodedSignal, initialValues: PerChannel<Float>?, threads: Int
    ) throws(CodecError) -> Signal {
        try Channelwise(base: self).decode(encoded, initialValues: initialValues, threads: threads)
    }
}

/// A `SampleCodec` as a `ChannelwiseCodec`, with the methods of this package's own codecs.
private struct Channelwise<Base: SampleCodec>: ChannelwiseCodec {
    static var name: String { Base.name }
    static var description: CodecDescription { Base.description }

    let base: Base

    var codec: Codec { Codec(base) }
    var needsRange: Bool { base.needsRange }
    var startsFromValue: Bool { base.startsFromValue }

    func check(channelCount: Int) throws(CodecError) { try base.check(channelCount: channelCount) }

    func encoder(forChannel channel: Int, range: ValueRange?) -> SampleChannel<Base.Encoder> {
        SampleChannel(encoder: base.encoder(forChannel: channel, range: range))
    }

    func decoder(forChannel channel: Int, range: ValueRange?, initialValue: Float) -> (any ChannelDecoder<Int8>)? {
        nil
    }

    func decode(
        channel: Int, _ spikes: UnsafeBufferPointer<Int8>, range: ValueRange?, initialValue: Float,
        into signal: UnsafeMutablePointer<Float>
    ) {
        let values = base.decode(Array(spikes), channel: channel, range: range, initialValue: initialValue)
        precondition(
            values.count == spikes.count,
            "\(Base.name): decode returned \(values.count) values for \(spikes.count) spikes")
        signal.update(from: values, count: values.count)
    }
}

private struct SampleChannel<Encoder: SampleEncoder>: ChannelEncoder {
    var encoder: Encoder

    mutating func encode(_ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>) -> Int {
        for (index, sample) in samples.enumerated() {
            let spike = encoder.spike(for: sample)
            precondition((-1...1).contains(spike), "\(Encoder.self): spike(for:) returned \(spike), not -1, 0 or 1")
            spikes[index] = spike
        }
        return samples.count
    }
}
