import ArrayFiles
import Foundation

/// Computes MD5 checksums, for downloads of which nothing better is published. It finds damage, not forgery.
///
/// Source: Rivest, "The MD5 message-digest algorithm", RFC 1321, 1992.
struct MD5 {
    private var state: SIMD4<UInt32> = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476]
    private var block: [UInt8] = []
    private var count: UInt64 = 0
    private static let blockSize = 64

    /// Appends bytes to those that the checksum covers.
    mutating func update(_ bytes: some Collection<UInt8>) {
        count += UInt64(bytes.count)
        block.append(contentsOf: bytes)
        let whole = block.count / Self.blockSize * Self.blockSize
        block.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: whole, by: Self.blockSize) {
                Self.compress(bytes.baseAddress! + start, &state)
            }
        }
        block.removeFirst(whole)
    }

    /// Returns the checksum of all bytes so far, in 32 hexadecimal digits.
    func hexadecimal() -> String {
        var last = self
        let bits = count * 8
        let zeros = (2 * Self.blockSize - 9 - block.count) % Self.blockSize
        last.update(
            [0x80] + [UInt8](repeating: 0, count: zeros) + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
        return (0..<16).map { index in
            let byte = UInt8(truncatingIfNeeded: last.state[index / 4] >> UInt32(index % 4 * 8))
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// Returns the checksum of a file's content, in 32 hexadecimal digits.
    ///
    /// - Throws: `FileError` if the file cannot be read.
    static func hexadecimal(ofFile path: String) throws(FileError) -> String {
        let file = try InputFile(path)
        var checksum = MD5()
        while true {
            let bytes = try file.bytes(1 << 20)
            if bytes.isEmpty { return checksum.hexadecimal() }
            checksum.update(bytes)
        }
    }

    private static func compress(_ bytes: UnsafeRawPointer, _ state: inout SIMD4<UInt32>) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        for step in 0..<64 {
            let (mixed, word): (UInt32, Int) =
                switch step / 16 {
                case 0: ((b & c) | (~b & d), step)
                case 1: ((d & b) | (~d & c), (5 * step + 1) % 16)
                case 2: (b ^ c ^ d, (3 * step + 5) % 16)
                default: (c ^ (b | ~d), 7 * step % 16)
                }
            let part = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * word, as: UInt32.self))
            let sum = a &+ mixed &+ constants[step] &+ part
            let turn = turns[step / 16][step % 4]
            (a, d, c, b) = (d, c, b, b &+ (sum << turn | sum >> (32 - turn)))
        }
        state = SIMD4(state[0] &+ a, state[1] &+ b, state[2] &+ c, state[3] &+ d)
    }

    /// By how many bits the sums are rotated, for each of the four rounds.
    private static let turns: [[UInt32]] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]]

    /// The whole parts of 2³²·|sin(i + 1)|.
    private static let constants = (0..<64).map { UInt32(abs(sin(Double($0 + 1))) * 0x1p32) }
}
