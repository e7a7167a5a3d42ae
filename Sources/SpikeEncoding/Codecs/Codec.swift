/// Any codec, as a value that files can hold.
///
/// ```swift
/// let codecs = try [StepForward(threshold: 0.3).codec, DeltaModulation(threshold: 0.3, padding: .edge).codec]
/// let signal = Signal(channels: [[0, 0.2, 0.4, 0.6]])
/// print(try codecs.map { try $0.encode(signal).spikes.signs })  // → [[0, 0, 1, 0], [0, 0, 0, 0]]
/// ```
public struct Codec: Sendable {
    /// The codec itself: `codec.base as? StepForward`.
    public let base: any SignalCodec

    /// A codec of any type as a value.
    ///
    /// - Parameter base: The codec.
    public init(_ base: any SignalCodec) { self.base = base }

    /// The name that the command-line program and files use.
    public var name: String { type(of: base).name }
}

/// The methods of `SignalCodec`, for a codec whose type is not known.
extension Codec {
    /// Encodes a recording, `channels × samples`, its channels in parallel.
    ///
    /// - Parameters:
    ///   - signal: The recording.
    ///   - ranges: The range of each channel, for codecs that scale by it; `nil` measures them in the recording.
    ///   - threads: The number of channels that are encoded at the same time; the result is the same for any number.
    /// - Throws: `CodecError` for an empty recording, NaN, infinity, or parameters that do not fit its channels.
    public func encode(
        _ signal: Signal, ranges: [ValueRange]? = nil, threads: Int = defaultThreadCount
    ) throws(CodecError) -> EncodedSignal {
        try base.encode(signal, ranges: ranges, threads: threads)
    }

    /// Encodes several recordings, which may differ in shape; results are those of encoding them one by one.
    ///
    /// - Parameters:
    ///   - batch: The recordings, each `channels × samples`.
    ///   - threads: The number of threads to use; the result is the same for any number.
    /// - Returns: One encoded recording for each recording, in the same order.
    /// - Throws: `CodecError`, as for a single recording; the error of the first recording that has one.
    public func encode(
        _ batch: [Signal], threads: Int = defaultThreadCount
    ) throws(CodecError) -> [EncodedSignal] {
        try base.encode(batch, threads: threads)
    }

    /// Encodes the recordings of a tensor `[B, F, T]`; results are those of encoding them one by one.
    ///
    /// - Parameters:
    ///   - batch: The recordings, `[B, F, T]`: recordings × channels × samples.
    ///   - threads: The number of threads to use; the result is the same for any number.
    /// - Returns: One encoded recording for each recording, in the same order.
    /// - Throws: `CodecError`, as for a single recording; the error of the first recording that has one.
    public func encode(
        _ batch: SignalBatch, threads: Int = defaultThreadCount
    ) throws(CodecError) -> [EncodedSignal] {
        try base.encode(batch, threads: threads)
    }

    /// An encoder that takes a recording in chunks and keeps constant memory.
    ///
    /// - Parameters:
    ///   - channelCount: The number of channels of every chunk.
    ///   - ranges: The range of each channel, which codecs that scale by it need.
    /// - Throws: `CodecError` if ranges are missing, or if the number of ranges or parameters does not fit the
    ///   channels.
    public func stream(channelCount: Int, ranges: [ValueRange]? = nil) throws(CodecError) -> SpikeStream {
        try base.stream(channelCount: channelCount, ranges: ranges)
    }

    /// The recording that `encoded` stands for; see `EncodedSignal.decode`. Traps if another codec encoded it.
    ///
    /// - Parameters:
    ///   - encoded: A recording that this codec encoded.
    ///   - initialValues: The values that decoding starts from; `nil` for those that the encoding carries.
    ///   - threads: The number of channels that are decoded at the same time; the result is the same for any number.
    /// - Throws: `CodecError` if the codec has no use for an initial value, or for a wrong number of them.
    public func decode(
        _ encoded: EncodedSignal, initialValues: PerChannel<Float>? = nil, threads: Int = defaultThreadCount
    ) throws(CodecError) -> Signal {
        try base.decode(encoded, initialValues: initialValues, threads: threads)
    }
}

extension SignalCodec {
    public var codec: Codec { Codec(self) }
}

extension Codec: Hashable {
    public static func == (left: Codec, right: Codec) -> Bool {
        func equals<Base: SignalCodec>(_ base: Base) -> Bool { base == right.base as? Base }
        return equals(left.base)
    }

    public func hash(into hasher: inout Hasher) { base.hash(into: &hasher) }
}

extension Codec: Codable {
    private enum CodingKeys: String, CodingKey { case name = "codec" }

    /// Encodes the name of the codec and its parameters.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try base.encode(to: encoder)
    }

    /// Decodes the codec whose name is in the file. The types that are known are those in the decoder's
    /// `CodingUserInfoKey.codecs`, or else `Codec.all`.
    public init(from decoder: any Decoder) throws {
        let codecs = decoder.userInfo[.codecs] as? [any SignalCodec.Type] ?? Codec.all
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let name = try values.decode(String.self, forKey: .name)
        guard let type = codecs.first(where: { $0.name == name }) else {
            let known = codecs.map { $0.name }.joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                forKey: .name, in: values, debugDescription: "unknown codec \"\(name)\"; known are \(known)")
        }
        self.init(try type.init(from: decoder))
    }
}

extension CodingUserInfoKey {
    /// The types of codecs, `[any SignalCodec.Type]`, that a decoder knows; an app adds its own to `Codec.all`.
    public static let codecs = CodingUserInfoKey(rawValue: "SpikeEncoding.codecs")!
}
