import SpikeKernels

/// The encoders of the rows of a recording that arrives in chunks. Which codec they are of is known to the subclass.
class RowStream {
    func push(
        _ samples: UnsafePointer<Float>, count: Int, stride: Int, into spikes: UnsafeMutableRawPointer,
        written: UnsafeMutablePointer<Int>
    ) { preconditionFailure("a subclass has this method") }

    func lags(into lags: UnsafeMutablePointer<Int>) { preconditionFailure("a subclass has this method") }

    func finish(into spikes: UnsafeMutableRawPointer, stride: Int) {
        preconditionFailure("a subclass has this method")
    }
}

private final class CodecStream<Codec: Channelwise>: RowStream {
    typealias Spike = Codec.Encoder.Spike

    private var encoders: [Codec.Encoder]

    init(_ flags: Flags, _ rows: UnsafePointer<Row>, rowCount: Int) {
        encoders = []
        for row in 0..<rowCount {
            var encoder = Codec.encoder(rows[row], flags)
            encoder.start(zero: rows[row].zero)
            encoders.append(encoder)
        }
    }

    override func push(
        _ samples: UnsafePointer<Float>, count: Int, stride: Int, into spikes: UnsafeMutableRawPointer,
        written: UnsafeMutablePointer<Int>
    ) {
        let spikes = spikes.assumingMemoryBound(to: Spike.self)
        for row in encoders.indices {
            let chunk = UnsafeBufferPointer(start: samples + row * stride, count: count)
            written[row] = encoders[row].encode(chunk, into: spikes + row * count)
        }
    }

    override func lags(into lags: UnsafeMutablePointer<Int>) {
        for row in encoders.indices { lags[row] = encoders[row].lag }
    }

    override func finish(into spikes: UnsafeMutableRawPointer, stride: Int) {
        let spikes = spikes.assumingMemoryBound(to: Spike.self)
        for row in encoders.indices { encoders[row].finish(into: spikes + row * stride) }
    }
}

func stream<Codec: Channelwise>(
    _: Codec.Type, _ flags: Flags, _ rows: UnsafePointer<Row>, rowCount: Int
) -> UnsafeMutableRawPointer {
    let stream: RowStream = CodecStream<Codec>(flags, rows, rowCount: rowCount)
    return Unmanaged.passRetained(stream).toOpaque()
}

private func borrowed(_ stream: UnsafeMutableRawPointer) -> RowStream {
    Unmanaged<RowStream>.fromOpaque(stream).takeUnretainedValue()
}

/// Encodes the next samples of every row. Row `r` of the spikes starts at `r * count`; `written` receives the number
/// of spikes in each row.
@_cdecl("spikekit_stream_push")
public func streamPush(
    _ stream: UnsafeMutableRawPointer, _ samples: UnsafePointer<Float>, _ count: Int, _ stride: Int,
    _ spikes: UnsafeMutableRawPointer, _ written: UnsafeMutablePointer<Int>
) { borrowed(stream).push(samples, count: count, stride: stride, into: spikes, written: written) }

/// Tells for every row how many spikes `spikekit_stream_finish` will write.
@_cdecl("spikekit_stream_lags")
public func streamLags(_ stream: UnsafeMutableRawPointer, _ lags: UnsafeMutablePointer<Int>) {
    borrowed(stream).lags(into: lags)
}

/// Writes the spikes that are still to come. Row `r` starts at `r * stride`.
@_cdecl("spikekit_stream_finish")
public func streamFinish(_ stream: UnsafeMutableRawPointer, _ spikes: UnsafeMutableRawPointer, _ stride: Int) {
    borrowed(stream).finish(into: spikes, stride: stride)
}

/// Frees the stream.
@_cdecl("spikekit_stream_free")
public func streamFree(_ stream: UnsafeMutableRawPointer) { Unmanaged<RowStream>.fromOpaque(stream).release() }
