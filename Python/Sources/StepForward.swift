import SpikeKernels

private enum StepForward: Channelwise {
    static func encoder(_ row: Row, _ flags: Flags) -> StepForwardEncoder {
        StepForwardEncoder(threshold: row.parameters.0, down: flags.down)
    }

    static func encodeLanes(
        _ rows: UnsafePointer<Row>, _ flags: Flags, _ samples: UnsafePointer<Float>, count: Int, stride: Int,
        into spikes: UnsafeMutablePointer<Int8>
    ) -> Bool? {
        let encoder = StepForwardLanes(
            threshold: lanes(rows) { $0.parameters.0 }, down: flags.down, first: lanes(rows) { $0.initialValue })
        return encode(lanes: encoder, rows, samples, count: count, stride: stride, into: spikes)
    }

    static func decode(
        _ spikes: UnsafeBufferPointer<Int8>, _ row: Row, _ flags: Flags, into signal: UnsafeMutablePointer<Float>
    ) { StepDecoder(step: row.parameters.0, initialValue: row.initialValue).decode(spikes, into: signal) }
}

@_cdecl("spikekit_step_forward_encode")
public func stepForwardEncode(
    _ flags: Int32, _ rows: UnsafeMutableRawPointer, _ samples: UnsafePointer<Float>, _ rowCount: Int, _ count: Int,
    _ stride: Int, _ spikes: UnsafeMutablePointer<Int8>
) -> Int {
    encode(
        StepForward.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), samples, rowCount: rowCount,
        count: count, stride: stride, into: spikes)
}

@_cdecl("spikekit_step_forward_decode")
public func stepForwardDecode(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ spikes: UnsafePointer<Int8>, _ rowCount: Int, _ count: Int,
    _ signal: UnsafeMutablePointer<Float>
) -> Int {
    decode(
        StepForward.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), spikes, rowCount: rowCount,
        count: count, into: signal)
}

@_cdecl("spikekit_step_forward_stream")
public func stepForwardStream(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ rowCount: Int
) -> UnsafeMutableRawPointer {
    stream(StepForward.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), rowCount: rowCount)
}
