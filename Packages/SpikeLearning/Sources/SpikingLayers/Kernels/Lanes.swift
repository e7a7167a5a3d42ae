/// The vector of numbers that a kernel computes at once.
typealias Lanes = SIMD16<Float>

extension UnsafePointer<Float> {
    @inline(__always)
    func lanes(at index: Int) -> Lanes {
        UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self)
    }
}

extension UnsafeMutablePointer<Float> {
    @inline(__always)
    func lanes(at index: Int) -> Lanes { UnsafePointer(self).lanes(at: index) }

    @inline(__always)
    func store(_ lanes: Lanes, at index: Int) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Lanes.self)
    }
}

extension SIMD16<Float> {
    @inline(__always)
    var magnitudes: Self { Self(bitPattern: SIMD16<UInt32>(bitPattern: self) & 0x7FFF_FFFF) }

    @inline(__always)
    init(bitPattern bits: SIMD16<UInt32>) { self = unsafeBitCast(bits, to: Self.self) }
}

extension SIMD16<UInt32> {
    @inline(__always)
    init(bitPattern lanes: SIMD16<Float>) { self = unsafeBitCast(lanes, to: Self.self) }
}

extension SIMDMask<SIMD16<Int32>> {
    /// One bit per lane, which is 1 where the lane is true; the first lane has the lowest bit.
    @inline(__always)
    var bits: UInt32 {
        sum(
            SIMD16(
                1, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7,
                1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15))
    }

    /// The bits of `bits` with a zero above each, so that the bit of lane i is bit 2i.
    @inline(__always)
    var spreadBits: UInt32 {
        sum(
            SIMD16(
                1, 1 << 2, 1 << 4, 1 << 6, 1 << 8, 1 << 10, 1 << 12, 1 << 14,
                1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28, 1 << 30))
    }

    /// Returns the sum of the numbers in lanes that are true. The numbers have no bits in common.
    @inline(__always)
    private func sum(_ numbers: SIMD16<UInt32>) -> UInt32 {
        let sixteen = SIMD16<UInt32>(repeating: 0).replacing(with: numbers, where: self)
        let eight = sixteen.lowHalf | sixteen.highHalf
        let four = eight.lowHalf | eight.highHalf
        let two = four.lowHalf | four.highHalf
        return two.x | two.y
    }
}

/// Returns exp(−z) for z >= 0, within 2 units in the last place; results that underflow are 0 or about 1e-38.
@inline(__always)
func exponentialOfNegative(_ z: Lanes) -> Lanes {
    let x = -z.replacing(with: 87, where: z .> 87)
    // x = n·ln 2 + r with |r| <= ln 2 / 2. Adding 1.5·2²³ rounds to a whole number and leaves n in the lowest bits.
    let shifted = x * 1.442_695_04 + 12_582_912
    let n = shifted - 12_582_912
    let r = x - n * 0.693_359_375 - n * -2.121_944_4e-4
    // The exponential series up to the 7th power, whose remainder is below 6e-9.
    var series: Lanes = r * (1 / 5040) + (1 / 720)
    series = series * r + (1 / 120)
    series = series * r + (1 / 24)
    series = series * r + (1 / 6)
    series = series * r + 0.5
    series = series * r + 1
    series = series * r + 1
    let scale = SIMD16<UInt32>(bitPattern: shifted) &<< 23
    return Lanes(bitPattern: SIMD16<UInt32>(bitPattern: series) &+ scale)
}
