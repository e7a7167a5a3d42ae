/// The element type of the tensors of a kernel. The kernel computes in `Float`; other types are converted tile by tile.
protocol KernelElement: BitwiseCopyable, Sendable {
    /// Returns a tile as `padded` elements of `Float`, a multiple of 32. A complete tile of `Float` stays in its place;
    /// others are converted or copied to `scratch` and filled up with zeros. The order within 32 elements may differ
    /// from that of memory.
    static func load(
        _ source: UnsafePointer<Self>, count: Int, padded: Int, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float>

    /// Returns where to write a tile: the destination itself if it can hold a complete tile of `Float`, else `scratch`,
    /// from which `store` moves it to the destination.
    static func place(
        _ destination: UnsafeMutablePointer<Self>, count: Int, padded: Int, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float>

    /// Whether the order of `load` is that of memory.
    static var keepsOrder: Bool { get }

    /// Reorders a tile from the order of memory to that of `load`; `count` is a multiple of 32.
    static func arrange(_ tile: UnsafeMutablePointer<Float>, count: Int)

    /// Reorders a tile from the order of `load` to that of memory; `count` is a multiple of 32.
    static func restore(_ tile: UnsafeMutablePointer<Float>, count: Int)

    /// Writes a tile in the order of `load` to its destination, unless `place` has put it there.
    static func store(
        _ tile: UnsafeMutablePointer<Float>, count: Int, padded: Int, to destination: UnsafeMutablePointer<Self>)

    /// Returns one bit per element of 32, which is 1 where the element is not zero; the first element has the lowest
    /// bit.
    static func nonzeros(_ source: UnsafePointer<Self>) -> UInt32

    var asFloat: Float { get }
}

extension Float: KernelElement {
    static var keepsOrder: Bool { true }
    static func arrange(_ tile: UnsafeMutablePointer<Float>, count: Int) {}
    static func restore(_ tile: UnsafeMutablePointer<Float>, count: Int) {}

    @inline(__always)
    static func load(
        _ source: UnsafePointer<Float>, count: Int, padded: Int, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        if count == padded { return source }
        scratch.update(from: source, count: count)
        (scratch + count).update(repeating: 0, count: padded - count)
        return UnsafePointer(scratch)
    }

    @inline(__always)
    static func place(
        _ destination: UnsafeMutablePointer<Float>, count: Int, padded: Int, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        count == padded ? destination : scratch
    }

    @inline(__always)
    static func store(
        _ tile: UnsafeMutablePointer<Float>, count: Int, padded: Int, to destination: UnsafeMutablePointer<Float>
    ) {
        if tile != destination { destination.update(from: tile, count: count) }
    }

    @inline(__always)
    static func nonzeros(_ source: UnsafePointer<Float>) -> UInt32 {
        (source.lanes(at: 0) .!= Lanes.zero).bits | (source.lanes(at: 16) .!= Lanes.zero).bits &<< 16
    }

    @inline(__always)
    var asFloat: Float { self }
}

/// The upper 16 bits of a `Float`, as in LibTorch's bfloat16.
struct BFloat16: KernelElement {
    let bits: UInt16

    // Two neighbours share a word of 32 bits. They are taken apart without moving values between lanes: of 32 elements,
    // those at even places come first, then those at odd places.

    static var keepsOrder: Bool { false }

    static func arrange(_ tile: UnsafeMutablePointer<Float>, count: Int) {
        for index in stride(from: 0, to: count, by: 32) {
            let values = UnsafeRawPointer(tile + index).loadUnaligned(as: SIMD32<Float>.self)
            tile.store(values.evenHalf, at: index)
            tile.store(values.oddHalf, at: index + 16)
        }
    }

    static func restore(_ tile: UnsafeMutablePointer<Float>, count: Int) {
        for index in stride(from: 0, to: count, by: 32) {
            var values = SIMD32<Float>()
            values.evenHalf = tile.lanes(at: index)
            values.oddHalf = tile.lanes(at: index + 16)
            UnsafeMutableRawPointer(tile + index).storeBytes(of: values, as: SIMD32<Float>.self)
        }
    }

    @inline(__always)
    static func load(
        _ source: UnsafePointer<BFloat16>, count: Int, padded: Int, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        let whole = count & ~31
        widen(source, count: whole, into: scratch)
        if whole < padded {
            withUnsafeTemporaryAllocation(of: BFloat16.self, capacity: 32) { rest in
                rest.update(repeating: BFloat16(bits: 0))
                rest.baseAddress!.update(from: source + whole, count: count - whole)
                widen(rest.baseAddress!, count: 32, into: scratch + whole)
            }
        }
        return UnsafePointer(scratch)
    }

    @inline(__always)
    static func place(
        _ destination: UnsafeMutablePointer<BFloat16>, count: Int, padded: Int, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> { scratch }

    @inline(__always)
    static func store(
        _ tile: UnsafeMutablePointer<Float>, count: Int, padded: Int, to destination: UnsafeMutablePointer<BFloat16>
    ) {
        let whole = count & ~31
        narrow(tile, count: whole, into: destination)
        if whole < padded {
            withUnsafeTemporaryAllocation(of: BFloat16.self, capacity: 32) { rest in
                narrow(tile + whole, count: 32, into: rest.baseAddress!)
                (destination + whole).update(from: rest.baseAddress!, count: count - whole)
            }
        }
    }

    @inline(__always)
    static func nonzeros(_ source: UnsafePointer<BFloat16>) -> UInt32 {
        let words = UnsafeRawPointer(source).loadUnaligned(as: SIMD16<UInt32>.self)
        let (even, odd) = (Lanes(bitPattern: words &<< 16), Lanes(bitPattern: words & 0xFFFF_0000))
        return (even .!= Lanes.zero).spreadBits | (odd .!= Lanes.zero).spreadBits &<< 1
    }

    @inline(__always)
    var asFloat: Float { Float(bitPattern: UInt32(bits) &<< 16) }

    @inline(__always)
    private static func widen(_ source: UnsafePointer<BFloat16>, count: Int, into result: UnsafeMutablePointer<Float>) {
        var index = 0
        while index < count {
            let words = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD16<UInt32>.self)
            result.store(Lanes(bitPattern: words &<< 16), at: index)
            result.store(Lanes(bitPattern: words & 0xFFFF_0000), at: index + 16)
            index &+= 32
        }
    }

    @inline(__always)
    private static func narrow(
        _ source: UnsafePointer<Float>, count: Int, into result: UnsafeMutablePointer<BFloat16>
    ) {
        var index = 0
        while index < count {
            let even = rounded(source.lanes(at: index))
            let odd = rounded(source.lanes(at: index + 16))
            let words = (even &>> 16) | (odd & 0xFFFF_0000)
            UnsafeMutableRawPointer(result + index).storeBytes(of: words, as: SIMD16<UInt32>.self)
            index &+= 32
        }
    }

    /// Rounds to the nearest bfloat16, ties to even, in the upper 16 bits; NaN stays NaN.
    @inline(__always)
    private static func rounded(_ lanes: Lanes) -> SIMD16<UInt32> {
        let bits = SIMD16<UInt32>(bitPattern: lanes)
        let half = ((bits &>> 16) & 1) &+ 0x7FFF
        return (bits &+ half).replacing(with: bits | 0x0040_0000, where: lanes .!= lanes)
    }
}
