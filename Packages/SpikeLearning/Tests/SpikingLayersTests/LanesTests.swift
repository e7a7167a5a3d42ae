import TestSupport
import Testing
import TorchTensors

@testable import SpikingLayers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite(.leavesNothing) struct LanesTests {
    @Test func exponential() {
        for index in 0..<60_000 {
            let z = Float(index) * 0.0015
            let result = exponentialOfNegative(Lanes(repeating: z))[7]
            let expected = exp(-Double(min(z, 87)))
            #expect(abs(Double(result) - expected) <= 2.5e-7 * expected + 1e-38, "z = \(z)")
        }
        #expect(exponentialOfNegative(Lanes(repeating: 0))[0] == 1)
        #expect(exponentialOfNegative(Lanes(repeating: .infinity))[0] < 1e-37)
    }

    /// LibTorch's conversion is the oracle.
    @Test(arguments: [1, 31, 32, 33, 100]) func bfloat16RoundsAsLibTorch(count: Int) throws {
        var random = TestRandom()
        let padded = (count + 31) & ~31
        var values = try random.normal([padded]).elements(as: Float.self)
        let special: [Float] = [.infinity, -.infinity, 0, 1 + 0x1p-8, .nan, 1 + 3 * 0x1p-8, .greatestFiniteMagnitude]
        for (index, value) in special.enumerated() where 3 * index < count { values[3 * index] = value }
        // From 32 elements, those at even places come first.
        let order = (0..<padded).map { $0 / 32 * 32 + ($0 % 32 < 16 ? 2 * ($0 % 32) : 2 * ($0 % 32 - 16) + 1) }

        var tile = order.map { values[$0] }
        let result = try Tensor(unset: [count], dtype: .bfloat16)
        BFloat16.store(&tile, count: count, padded: padded, to: try result.unsafePointer(to: BFloat16.self))
        let expected = try Tensor(values.prefix(count) + [], shape: [count]).to(.bfloat16)
        #expect(isSame(try result.elements(), try expected.elements()), "seed \(random.seed)")

        var loaded = Array(repeating: Float(7), count: padded)
        _ = BFloat16.load(
            try expected.unsafePointer(to: BFloat16.self), count: count, padded: padded, scratch: &loaded)
        let filled = try expected.elements(as: Float.self) + Array(repeating: 0, count: padded - count)
        #expect(isSame(loaded, order.map { filled[$0] }), "seed \(random.seed)")
    }

    private func isSame(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
}
