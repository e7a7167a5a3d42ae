import ArrayFiles
import Foundation

/// Computes SHA-256 checksums, which verify downloads and identify images.
///
/// SpikeKit has its own implementation because a library for this one function would be larger than all else that the
/// package builds. The tests compare it with the examples of the standard. Source: FIPS 180-4, "Secure hash standard",
/// 2015.
public struct SHA256 {
    private var state: [UInt32]
    private var block: [UInt8] = []
    private var count: UInt64 = 0
    private static let blockSize = 64

    /// Creates the checksum of no bytes.
    public init() { state = Self.initialState }

    /// Appends bytes to those that the checksum covers.
    public mutating func update(_ bytes: some Collection<UInt8>) {
        count += UInt64(bytes.count)
        block.append(contentsOf: bytes)
        compressBlocks()
    }

    /// A checksum as eight words.
    struct Digest: Hashable, Sendable {
        let words: SIMD8<UInt32>

        /// The checksum in 64 hexadecimal digits.
        var hexadecimal: String {
            String(unsafeUninitializedCapacity: 64) { digits in
                for index in 0..<64 {
                    let nibble = UInt8(words[index / 8] >> UInt32(28 - 4 * (index % 8)) & 0xF)
                    digits[index] = nibble < 10 ? 0x30 + nibble : 0x61 + nibble - 10
                }
                return 64
            }
        }
    }

    /// Returns the checksum of all bytes so far, in 64 hexadecimal digits.
    public func hexadecimal() -> String { digest().hexadecimal }

    /// Returns the checksum of all bytes so far.
    func digest() -> Digest {
        var last = self
        last.block.append(0x80)
        let zeros = (2 * Self.blockSize - 8 - last.block.count % Self.blockSize) % Self.blockSize
        last.block.append(contentsOf: [UInt8](repeating: 0, count: zeros))
        let bits = count * 8
        last.block.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) })
        last.compressBlocks()
        return Digest(words: SIMD8(last.state))
    }

    /// Returns the checksum of a file's content, in 64 hexadecimal digits.
    ///
    /// - Throws: `FileError` if the file cannot be read.
    public static func hexadecimal(ofFile path: String) throws(FileError) -> String {
        let file = try InputFile(path)
        var checksum = SHA256()
        while true {
            let bytes = try file.bytes(1 << 20)
            if bytes.isEmpty { return checksum.hexadecimal() }
            checksum.update(bytes)
        }
    }

    private mutating func compressBlocks() {
        let whole = block.count / Self.blockSize
        guard whole > 0 else { return }
        block.withUnsafeBufferPointer { bytes in
            state.withUnsafeMutableBufferPointer { state in
                Self.roundConstants.withUnsafeBufferPointer { constants in
                    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
                        for index in 0..<whole {
                            let start = bytes.baseAddress! + index * Self.blockSize
                            Self.compress(start, state, constants, schedule)
                        }
                    }
                }
            }
        }
        block.removeFirst(whole * Self.blockSize)
    }

    private static func compress(
        _ bytes: UnsafePointer<UInt8>, _ state: UnsafeMutableBufferPointer<UInt32>,
        _ constants: UnsafeBufferPointer<UInt32>, _ w: UnsafeMutableBufferPointer<UInt32>
    ) {
        for t in 0..<16 {
            w[t] = UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: 4 * t, as: UInt32.self).bigEndian
        }
        for t in 16..<64 {
            let (early, late) = (w[t &- 15], w[t &- 2])
            let sigma0 = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
            let sigma1 = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
            w[t] = w[t &- 16] &+ sigma0 &+ w[t &- 7] &+ sigma1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for t in 0..<64 {
            let choice = (e & f) ^ (~e & g)
            let first = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constants[t] &+ w[t]
            let majority = (a & b) ^ (a & c) ^ (b & c)
            let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }

    @inline(__always)
    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word &>> count | word &<< (32 &- count) }

    /// The first 64 primes.
    private static let primes = (2...311).filter { number in !(2..<number).contains { number % $0 == 0 } }

    /// The first 32 bits of the fractions of the primes' square roots.
    private static let initialState = primes.prefix(8).map { fraction(Double($0).squareRoot()) }

    /// The first 32 bits of the fractions of the primes' cube roots.
    private static let roundConstants = primes.map { fraction(cbrt(Double($0))) }

    /// Returns the first 32 bits of the fraction of a root. A `Double` has enough bits for that.
    private static func fraction(_ root: Double) -> UInt32 { UInt32((root - root.rounded(.down)) * 0x1p32) }
}
