/// CRC-32C: the cyclic redundancy check with Castagnoli's polynomial, 0x1EDC6F41, with reflected bits.
///
/// Source: RFC 3720, section 12.1 and appendix B.4.
enum CyclicRedundancyCheck {
    static func castagnoli(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }

    /// The check of each single byte, starting from a check of 0.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { check, _ in check >> 1 ^ (check & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
}
