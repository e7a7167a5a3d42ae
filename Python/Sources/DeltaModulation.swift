import SpikeKernels

private enum DeltaModulation: Channelwise {
    static func encoder(_ row: Row, _ flags: Flags) -> DeltaModulationEncoder {
        DeltaModulationEncoder(
            threshold: row.parameters.0, down: flags.down, startsFromZero: flags.startsFromZero)
    }

    static func encodeLanes(
        _ rows: UnsafePointer<Row>, _ flags: Flags, _ samples: UnsafePointer<Float>, count: Int, stride: Int,
        into spikes: UnsafeMutablePointer<Int8>
    ) -> Bool? {
        let encoder = DeltaModulationLanes(
            threshold: lanes(rows) { $0.parameters.0 }, down: flags.down,
            previous: flags.startsFromZero ? .zero : lanes(rows) { $0.initialValue })
        return encode(lanes: encoder, rows, samples, count: count, stride: stride, into: spikes)
    }

    static func decode(
        _ spikes: UnsafeBufferPointer<Int8>, _ row: Row, _ flags: Flags, into signal: UnsafeMutablePointer<Float>
    ) {
        StepDecoder(step: row.parameters.0, initialValue: row.initialValue).decode(spikes, into: signal)
    }
}

@_cdecl("spikekit_delta_encode")
public func deltaEncode(
    _ flags: Int32, _ rows: UnsafeMutableRawPointer, _ samples: UnsafePointer<Float>, _ rowCount: Int, _ count: Int,
    _ stride: Int, _ spikes: UnsafeMutablePointer<Int8>
) -> Int {
    encode(
        DeltaModulation.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), samples, rowCount: rowCount,
        count: count, stride: stride, into: spikes)
}

@_cdecl("spikekit_delta_decode")
public func deltaDecode(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ spikes: UnsafePointer<Int8>, _ rowCount: Int, _ count: Int,
    _ signal: UnsafeMutablePointer<Float>
) -> Int {
    decode(
        DeltaModulation.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), spikes, rowCount: rowCount,
        count: count, into: signal)
}

@_cdecl("spikekit_delta_stream")
public func deltaStream(
    _ flags: Int32, _ rows: UnsafeRawPointer, _ rowCount: Int
) -> UnsafeMutableRawPointer {
    stream(DeltaModulation.self, Flags(bits: flags), rows.assumingMemoryBound(to: Row.self), rowCount: rowCount)
}
