/// Computes the checksum that files of spikes carry.
@_cdecl("spikekit_checksum")
public func checksum(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
    var checksum = Checksum64()
    checksum.add(UnsafeRawBufferPointer(start: bytes, count: count))
    return checksum.value
}
