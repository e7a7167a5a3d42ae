/// A 64-bit checksum of bytes, which takes little time compared with reading them.
///
/// Four lanes take every fourth 64-bit word each: `h ← (h ⊕ w)·k; h ← (h ⊕ h/2^32)·m`. Every step is one-to-one, so any
/// change within one word changes the sum. It finds damage, not forgery.
struct Checksum64 {
    // The fractions of the golden ratio and of e; π's, in hexadecimal, for the lanes to start from.
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let secondFactor: UInt64 = 0xB7E1_5162_8AED_2A6B
    private var lanes = SIMD4<UInt64>(
        0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0, 0x082E_FA98_EC4E_6C89)
    private var byteCount: UInt64 = 0

    /// Adds bytes to the checksum.
    ///
    /// - Parameter bytes: The next bytes, a multiple of 32 except for the last part.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        precondition(byteCount % 32 == 0, "Checksum64: only the last part may have an odd length")
        byteCount += UInt64(bytes.count)
        guard let start = bytes.baseAddress else { return }
        var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
        let whole = bytes.count & ~31
        var offset = 0
        while offset < whole {
            a = Self.mixed(a, Self.word(start, offset))
            b = Self.mixed(b, Self.word(start, offset &+ 8))
            c = Self.mixed(c, Self.word(start, offset &+ 16))
            d = Self.mixed(d, Self.word(start, offset &+ 24))
            offset &+= 32
        }
        while offset < bytes.count {
            a = Self.mixed(a, UInt64(bytes[offset]))
            offset += 1
        }
        lanes = SIMD4(a, b, c, d)
    }

    /// The checksum of all bytes added and their count.
    var value: UInt64 {
        var sum = Self.mixed(Self.factor, byteCount)
        for index in 0..<4 { sum = Self.mixed(sum, lanes[index]) }
        return Self.mixed(sum, sum >> 29)
    }

    @inline(__always)
    private static func word(_ start: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    private static func mixed(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        let product = (sum ^ word) &* factor
        return (product ^ (product >> 32)) &* secondFactor
    }
}
