import Testing

@testable import SpikeFiles

@Suite struct Checksum64Tests {
    private func sum(_ bytes: [UInt8], parts: Int = 1) -> UInt64 {
        var checksum = Checksum64()
        bytes.withUnsafeBytes { bytes in
            let size = bytes.count / parts & ~31
            for part in 0..<parts {
                let end = part == parts - 1 ? bytes.count : (part + 1) * size
                checksum.add(UnsafeRawBufferPointer(rebasing: bytes[(part * size)..<end]))
            }
        }
        return checksum.value
    }

    @Test func partsDoNotMatter() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        #expect(sum(bytes, parts: 1) == sum(bytes, parts: 3))
    }

    @Test func everyBitCounts() {
        for count in [1, 31, 32, 100] {
            let bytes = Array(repeating: UInt8(0), count: count)
            var sums: Set<UInt64> = [sum(bytes), sum(bytes + [0])]
            for index in 0..<count {
                for bit in 0..<8 {
                    var changed = bytes
                    changed[index] ^= 1 << bit
                    sums.insert(sum(changed))
                }
            }
            #expect(sums.count == 2 + 8 * count)
        }
    }

    @Test func pairsOfChangesDoNotCancel() {
        let bytes = Array(repeating: UInt8(0x5A), count: 128)
        var sums: Set<UInt64> = [sum(bytes)]
        var count = 1
        for first in 0..<128 {
            for second in (first + 1)..<128 {
                var changed = bytes
                changed[first] ^= 0x80
                changed[second] ^= 0x80
                sums.insert(sum(changed))
                count += 1
            }
        }
        #expect(sums.count == count)
    }
}
