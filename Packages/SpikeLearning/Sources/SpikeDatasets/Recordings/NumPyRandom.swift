import Foundation

/// The random numbers of NumPy's older generator, `numpy.random.RandomState`, whose sequence never changes.
///
/// Published data sets that are computed from a seed can be computed again with it.
///
/// Source: Matsumoto and Nishimura 1998, "Mersenne Twister", doi:10.1145/272991.272995; NumPy's documentation of
/// `RandomState`.
struct NumPyRandom {
    private var state: [UInt32]
    private var place = 624
    /// The second of a pair of normal numbers, which the next call returns.
    private var storedNormal: Double?

    init(seed: UInt32) {
        state = [seed]
        for index in 1..<624 {
            let last = state[index - 1]
            state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
        }
    }

    private mutating func word() -> UInt32 {
        if place == 624 {
            for index in 0..<624 {
                let joined = state[index] & 0x8000_0000 | state[(index + 1) % 624] & 0x7FFF_FFFF
                state[index] = state[(index + 397) % 624] ^ joined >> 1 ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
            }
            place = 0
        }
        var word = state[place]
        place += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9D2C_5680
        word ^= word << 15 & 0xEFC6_0000
        return word ^ word >> 18
    }

    /// A number in 0 ..< 1, as of `rand()`.
    mutating func uniform() -> Double {
        let (high, low) = (word() >> 5, word() >> 6)
        return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
    }

    /// A standard normal number, as of `randn()`: by Marsaglia's polar method, which makes two at a time.
    mutating func normal() -> Double {
        if let storedNormal {
            self.storedNormal = nil
            return storedNormal
        }
        while true {
            let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
            let square = x * x + y * y
            guard square < 1, square != 0 else { continue }
            let factor = (-2 * log(square) / square).squareRoot()
            storedNormal = factor * x
            return factor * y
        }
    }

    /// A whole number in 0 ... `limit`, as of `choice(limit + 1)`: the lowest bits of a word, until they are in range.
    mutating func integer(through limit: Int) -> Int {
        guard limit > 0 else { return 0 }
        let mask = UInt32(truncatingIfNeeded: (1 << (Int.bitWidth - limit.leadingZeroBitCount)) - 1)
        while true {
            let number = Int(word() & mask)
            if number <= limit { return number }
        }
    }

    /// The numbers 0 ..< `count` in random order, as of `permutation(count)`.
    mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, integer(through: index)) }
        return order
    }
}
