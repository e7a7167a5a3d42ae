import SpikeEncoding

/// An endless sequence of random numbers, and a place in it. A value: drawing from it does not change it.
///
/// The number at place `i` depends on the seed, the stream and `i` alone, so that parts drawn alone, on any number of
/// threads, make the same whole. Drawing twice from one value gives the same numbers twice: derive one for each purpose,
/// by name or number, and move on with `advanced(by:)` for what follows in a sequence.
///
///     let stream = RandomStream(seed: 7)
///     let weights = try Tensor.normal([256, 784], from: stream.split("weights"))
///     let noise = try Tensor.uniform([32, 784], from: stream.split("noise").split(step))
///
/// Every number takes one place, whatever its type and distribution: 64 bits, half a block of Philox 4×32-10, whose key
/// is the seed and whose counter is half the place (64 bits) and the stream (64 bits). Stream 0 of a seed is the sequence
/// that the codecs draw from.
///
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405.
public struct RandomStream: Sendable, Hashable {
    public let seed: UInt64

    /// Which of the seed's sequences.
    public let stream: UInt64

    /// Where in it the next draw begins, 0 or above.
    public let position: Int

    public init(seed: UInt64, stream: UInt64 = 0, position: Int = 0) {
        precondition(position >= 0, "RandomStream: position must be >= 0, got \(position)")
        self.seed = seed
        self.stream = stream
        self.position = position
    }

    /// The same sequence, `count` places further on.
    public func advanced(by count: Int) -> RandomStream {
        RandomStream(seed: seed, stream: stream, position: position + count)
    }

    /// A sequence of its own for each number, wherever in this one we are.
    ///
    /// Its seed and stream are the 128 bits of Philox, keyed by the complement of the seed, at the counter of the number
    /// (low 64 bits) and the stream (high 64 bits). So different numbers give different sequences for certain; those of
    /// different parents coincide with a probability of 2^-128 a pair.
    public func split(_ number: Int) -> RandomStream {
        precondition(number >= 0, "RandomStream: number must be >= 0, got \(number)")
        return child(UInt64(number))
    }

    /// A sequence of its own for each name, other than those of numbers.
    ///
    /// It is split by the name's length in UTF-8 plus 2^63, which is no number's, and then by each 8 bytes of the name.
    public func split(_ name: String) -> RandomStream {
        let bytes = Array(name.utf8)
        var result = child(1 << 63 | UInt64(bytes.count))
        for start in stride(from: 0, to: bytes.count, by: 8) {
            let part = bytes[start..<min(start + 8, bytes.count)]
            result = result.child(part.reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
        return result
    }

    private func child(_ number: UInt64) -> RandomStream {
        let words = Philox(seed: ~seed).block(at: Self.counter(number, stream))
        return RandomStream(seed: Self.joined(words[0], words[1]), stream: Self.joined(words[2], words[3]))
    }

    /// The 64 bits `index` places on from here: the plain way, which the tensors' faster one agrees with bit for bit.
    public func bits(at index: Int) -> UInt64 {
        let place = UInt64(position + index)
        let words = Philox(seed: seed).block(at: Self.counter(place / 2, stream))
        return place % 2 == 0 ? Self.joined(words[0], words[1]) : Self.joined(words[2], words[3])
    }

    /// The number in 0 ..< 1 `index` places on from here, with 53 random bits.
    public func uniform(at index: Int) -> Double { Double(bits(at: index) >> 11) * 0x1p-53 }

    /// The whole number in 0 ..< `count` `index` places on from here; `count` is above 0.
    ///
    /// The upper half of the product of the 64 bits and `count`: a number is more likely than another by at most
    /// `count` / 2^64.
    public func integer(at index: Int, below count: Int) -> Int {
        precondition(count > 0, "RandomStream: count must be > 0, got \(count)")
        return Int(bits(at: index).multipliedFullWidth(by: UInt64(count)).high)
    }

    /// The numbers 0 ..< `count` in random order, by the shuffle of Fisher and Yates, which takes `count` places.
    public func permutation(_ count: Int) -> [Int] {
        precondition(count >= 0, "RandomStream: count must be >= 0, got \(count)")
        var order = Array(0..<count)
        for index in 0..<max(count - 1, 0) {
            order.swapAt(index, index + integer(at: index, below: count - index))
        }
        return order
    }

    private static func counter(_ low: UInt64, _ high: UInt64) -> SIMD4<UInt32> {
        SIMD4(
            UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32), UInt32(truncatingIfNeeded: high),
            UInt32(truncatingIfNeeded: high >> 32))
    }

    private static func joined(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
}
