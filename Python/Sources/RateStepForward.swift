import SpikeKernels

private enum RateStepForward: Channelwise {
    static func encoder(_ row: Row, _ flags: Flags) -> RateStepForwardEncoder {
        RateStepForwardEncoder(threshold: row.parameters.0, startsFromZero: flags.startsFromZero)
    }

    static func decode(
        _ spikes: UnsafeBufferPointer<Float>, _ row: Row, _ flags: Flags, into signal: UnsafeMutablePointer<Float>
    ) {
        RateStepForwardDecoder(threshold: row.parameters.0, initialValue: row.initialValue).decode(spikes, into: signal)
    }
}

@_cdecl("spikekit_rate_step_forward_encode")
public func rateStepForwardEncode(
    _ flags: Int32, _ rows: UnsafeMutableRawPointer, _ samples: UnsafePointer<Float>, _ rowCount: Int, _ count: Int,
    _ stride: Int, _ spikes: UnsafeMutablePointer<Float>
) -> Int {
    encode(
        RateStepForward.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), samples, rowCount: rowCount,
        count: count, stride: stride, into: spikes)
}

@_cdecl("spikekit_rate_step_forward_decode")
public func rateStepForwardDecode(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ spikes: UnsafePointer<Float>, _ rowCount: Int, _ count: Int,
    _ signal: UnsafeMutablePointer<Float>
) -> Int {
    decode(
        RateStepForward.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), spikes, rowCount: rowCount,
        count: count, into: signal)
}

@_cdecl("spikekit_rate_step_forward_stream")
public func rateStepForwardStream(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ rowCount: Int
) -> UnsafeMutableRawPointer {
    stream(RateStepForward.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), rowCount: rowCount)
}
