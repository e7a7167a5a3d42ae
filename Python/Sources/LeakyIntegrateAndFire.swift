import SpikeKernels

private enum LeakyIntegrateAndFire: Channelwise {
    static var needsRange: Bool { true }

    static func encoder(_ row: Row, _ flags: Flags) -> LeakyIntegrateAndFireEncoder {
        LeakyIntegrateAndFireEncoder(
            scale: SignedUnitScale(row.scale), threshold: row.parameters.0, membraneConstant: row.parameters.1,
            down: flags.down, variant: flags.variant)
    }

    static func encodeLanes(
        _ rows: UnsafePointer<Row>, _ flags: Flags, _ samples: UnsafePointer<Float>, count: Int, stride: Int,
        into spikes: UnsafeMutablePointer<Int8>
    ) -> Bool? {
        if flags.isReference { return nil }
        let encoder = LeakyIntegrateAndFireLanes(
            scales: (0..<16).map { SignedUnitScale(rows[$0].scale) }, threshold: lanes(rows) { $0.parameters.0 },
            membraneConstant: lanes(rows) { $0.parameters.1 }, down: flags.down,
            first: lanes(rows) { $0.initialValue })
        return encode(lanes: encoder, rows, samples, count: count, stride: stride, into: spikes)
    }

    static func decode(
        _ spikes: UnsafeBufferPointer<Int8>, _ row: Row, _ flags: Flags, into signal: UnsafeMutablePointer<Float>
    ) {
        LeakyIntegrateAndFireDecoder(
            scale: SignedUnitScale(row.scale), threshold: row.parameters.0, membraneConstant: row.parameters.1
        ).decode(spikes, into: signal)
    }
}

@_cdecl("spikekit_lif_encode")
public func lifEncode(
    _ flags: Int32, _ rows: UnsafeMutableRawPointer, _ samples: UnsafePointer<Float>, _ rowCount: Int, _ count: Int,
    _ stride: Int, _ spikes: UnsafeMutablePointer<Int8>
) -> Int {
    encode(
        LeakyIntegrateAndFire.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), samples,
        rowCount: rowCount,
        count: count, stride: stride, into: spikes)
}

@_cdecl("spikekit_lif_decode")
public func lifDecode(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ spikes: UnsafePointer<Int8>, _ rowCount: Int, _ count: Int,
    _ signal: UnsafeMutablePointer<Float>
) -> Int {
    decode(
        LeakyIntegrateAndFire.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), spikes,
        rowCount: rowCount,
        count: count, into: signal)
}

@_cdecl("spikekit_lif_stream")
public func lifStream(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ rowCount: Int
) -> UnsafeMutableRawPointer {
    stream(LeakyIntegrateAndFire.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), rowCount: rowCount)
}
