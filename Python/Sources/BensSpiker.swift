import SpikeKernels

private enum BensSpiker: Channelwise {
    static var needsRange: Bool { true }

    static func encoder(_ row: Row, _ flags: Flags) -> BensSpikerEncoder {
        BensSpikerEncoder(
            order: Int(row.parameters.0), cutoff: row.parameters.1, scale: row.scale, threshold: row.parameters.2,
            variant: flags.variant)
    }

    static func decode(
        _ spikes: UnsafeBufferPointer<Int8>, _ row: Row, _ flags: Flags, into signal: UnsafeMutablePointer<Float>
    ) {
        BensSpikerDecoder(
            order: Int(row.parameters.0), cutoff: row.parameters.1, scale: row.scale, variant: flags.variant
        ).decode(spikes, into: signal)
    }
}

@_cdecl("spikekit_bsa_encode")
public func bsaEncode(
    _ flags: Int32, _ rows: UnsafeMutableRawPointer, _ samples: UnsafePointer<Float>, _ rowCount: Int, _ count: Int,
    _ stride: Int, _ spikes: UnsafeMutablePointer<Int8>
) -> Int {
    encode(
        BensSpiker.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), samples, rowCount: rowCount,
        count: count, stride: stride, into: spikes)
}

@_cdecl("spikekit_bsa_decode")
public func bsaDecode(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ spikes: UnsafePointer<Int8>, _ rowCount: Int, _ count: Int,
    _ signal: UnsafeMutablePointer<Float>
) -> Int {
    decode(
        BensSpiker.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), spikes, rowCount: rowCount,
        count: count, into: signal)
}

@_cdecl("spikekit_bsa_stream")
public func bsaStream(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ rowCount: Int
) -> UnsafeMutableRawPointer {
    stream(BensSpiker.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), rowCount: rowCount)
}
