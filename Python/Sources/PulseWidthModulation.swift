import SpikeKernels

private enum PulseWidthModulation: Channelwise {
    static var needsRange: Bool { true }

    static func encoder(_ row: Row, _ flags: Flags) -> PulseWidthEncoder {
        PulseWidthEncoder(frequency: row.parameters.0, scale: row.scale, hasDown: !flags.isUnipolar)
    }

    static func decode(
        _ spikes: UnsafeBufferPointer<Int8>, _ row: Row, _ flags: Flags, into signal: UnsafeMutablePointer<Float>
    ) {
        PulseWidthDecoder(
            frequency: row.parameters.0, scale: row.scale, initialValue: row.initialValue, variant: flags.variant
        ).decode(spikes, into: signal)
    }
}

@_cdecl("spikekit_pwm_encode")
public func pwmEncode(
    _ flags: Int32, _ rows: UnsafeMutableRawPointer, _ samples: UnsafePointer<Float>, _ rowCount: Int, _ count: Int,
    _ stride: Int, _ spikes: UnsafeMutablePointer<Int8>
) -> Int {
    encode(
        PulseWidthModulation.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), samples,
        rowCount: rowCount,
        count: count, stride: stride, into: spikes)
}

@_cdecl("spikekit_pwm_decode")
public func pwmDecode(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ spikes: UnsafePointer<Int8>, _ rowCount: Int, _ count: Int,
    _ signal: UnsafeMutablePointer<Float>
) -> Int {
    decode(
        PulseWidthModulation.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), spikes,
        rowCount: rowCount,
        count: count, into: signal)
}

@_cdecl("spikekit_pwm_stream")
public func pwmStream(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ rowCount: Int
) -> UnsafeMutableRawPointer {
    stream(PulseWidthModulation.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), rowCount: rowCount)
}
