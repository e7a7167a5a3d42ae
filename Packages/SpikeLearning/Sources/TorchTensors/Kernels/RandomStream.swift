import SpikeEncoding

/// An endless sequence of random numbers, together with a place in it. A stream is a value: drawing from it does not
/// change it.
///
/// The number at place `i` depends only on the seed, the stream and `i`. Parts that are drawn separately, on any number
/// of threads, therefore form the same whole. Drawing twice from one value gives the same numbers twice: derive a
/// stream for each purpose with `split`, by name or number, and continue a sequence with `advanced(by:)`.
///
///     let stream = RandomStream(seed: 7)
///     let weights = try Tensor.normal([256, 784], from: stream.split("weights"))
///     let noise = try Tensor.uniform([32, 784], from: stream.split("noise").split(step))
///
/// Every number takes one place, whatever its type and distribution. Its 64 bits are half a block of Philox 4×32-10,
/// whose key is the seed and whose counter consists of half the place (64 bits) and the stream (64 bits). Stream 0 of a
/// seed is the sequence that the codecs draw from.
///
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405.
public struct RandomStream: Sendable, Hashable {
    /// The seed, which is the key of Philox.
    public let seed: UInt64

    /// The number of the sequence among those of the seed.
    public let stream: UInt64

    /// The place in the sequence at which the next draw begins, at least 0.
    public let position: Int

    /// Creates a stream.
    ///
    /// - Parameters:
    ///   - seed: The seed. The same seed gives the same numbers.
    ///   - stream: The number of the sequence among those of the seed.
    ///   - position: The place at which the next draw begins. Traps if it is negative.
    public init(seed: UInt64, stream: UInt64 = 0, position: Int = 0) {
        precondition(position >= 0, "RandomStream: position must be >= 0, got \(position)")
        self.seed = seed
        self.stream = stream
        self.position = position
    }

    /// Returns the same sequence at a place that is `count` numbers further on. Traps if the place is negative.
    public func advanced(by count: Int) -> RandomStream {
        RandomStream(seed: seed, stream: stream, position: position + count)
    }

    /// Returns an independent sequence for each number. The result does not depend on the position.
    ///
    /// The new seed and stream are the 128 bits that Philox computes from the complement of the seed as its key, and
    /// from `number` (low 64 bits) and the stream (high 64 bits) as its counter. Different numbers are therefore
    /// certain to give different sequences. Two sequences of different parents coincide with a probability of 2^-128.
    /// - Parameter number: The number, at least 0. Traps if it is negative.
    public func split(_ number: Int) -> RandomStream {
        precondition(number >= 0, "RandomStream: number must be >= 0, got \(number)")
        return child(UInt64(number))
    }

    /// Returns an independent sequence for each name, different from those of numbers. The result does not depend on
    /// the position.
    ///
    /// The stream is split by 2^63 plus the length of the name in UTF-8, which is not the number of any `split(_:)` by
    /// number, and then by each 8 bytes of the name.
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

    /// Returns the 64 random bits at `index` places from here. This is the reference implementation; the faster one for
    /// tensors returns the same bits.
    public func bits(at index: Int) -> UInt64 {
        let place = UInt64(position + index)
        let words = Philox(seed: seed).block(at: Self.counter(place / 2, stream))
        return place % 2 == 0 ? Self.joined(words[0], words[1]) : Self.joined(words[2], words[3])
    }

    /// Returns the number in 0 ..< 1 at `index` places from here, with 53 random bits.
    public func uniform(at index: Int) -> Double { Double(bits(at: index) >> 11) * 0x1p-53 }

    /// Returns the whole number in 0 ..< `count` at `index` places from here. Traps unless `count` is above 0.
    ///
    /// The number is the upper half of the product of the 64 bits and `count`. The probabilities of any two numbers
    /// differ by at most 2^-64.
    public func integer(at index: Int, below count: Int) -> Int {
        precondition(count > 0, "RandomStream: count must be > 0, got \(count)")
        return Int(bits(at: index).multipliedFullWidth(by: UInt64(count)).high)
    }

    /// Returns the numbers 0 ..< `count` in random order, by the shuffle of Fisher and Yates, which takes at most
    /// `count` places. Traps if `count` is negative.
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
