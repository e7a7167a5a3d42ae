import TestSupport
import Testing
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite(.leavesNothing) struct ArithmeticTests {
    @Test(arguments: TestDevices.available) func fourOperationsBroadcast(device: Device) throws {
        let a = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2], device: device)
        let b = try Tensor([10, 20] as [Float], device: device)
        #expect(try (a + b).elements(as: Float.self) == [11, 22, 13, 24])
        #expect(try (b - a).elements(as: Float.self) == [9, 18, 7, 16])
        #expect(try (a * b.reshaped(2, 1)).elements(as: Float.self) == [10, 20, 60, 80])
        #expect(try (b / a).elements(as: Float.self) == [10, 10, 10 / 3, 5])
        #expect(try (a + 1).elements(as: Float.self) == [2, 3, 4, 5])
        #expect(try (1 - a).elements(as: Float.self) == [0, -1, -2, -3])
        #expect(try (2 * a / 4 - 1).elements(as: Float.self) == [-0.5, 0, 0.5, 1])
        #expect(try (1 / a + 0 * a).elements(as: Float.self) == [1, 0.5, 1 / 3, 0.25])
        #expect(try (-a).elements(as: Float.self) == [-1, -2, -3, -4])
    }

    @Test func operationsInPlaceKeepMemoryAndType() throws {
        let a = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
        let view = try a[0]
        try a += Tensor([1, 1])
        try a *= 4
        try a -= Tensor([4] as [Float])
        try a /= 2
        #expect(try a.elements(as: Float.self) == [2, 4, 6, 8])
        #expect(try view.elements(as: Float.self) == [2, 4])
        try a += 1
        try a -= 0.5
        try a *= Tensor(2.0)
        try a /= Tensor([5, 1] as [Float])
        #expect(try a.elements(as: Float.self) == [1, 9, 2.6, 17])
        #expect(a.dtype == .float32)
        // The result does not fit: it would need more elements, or another kind of type.
        #expect(throws: TensorError.self) { try a += Tensor.zeros([3, 2, 2]) }
        #expect(throws: TensorError.self) { try Tensor([1, 2]) += 0.5 }
    }

    @Test func typesArePromoted() throws {
        let float = try Tensor([1] as [Float])
        #expect(try (float + Tensor([1.0])).dtype == .float64)
        #expect(try (float + Tensor([1])).dtype == .float32)
        #expect(try (float.to(.bfloat16) + float.to(.float16)).dtype == .float32)
        #expect(try (Tensor([1 as UInt8]) + Tensor([1 as Int8])).dtype == .int16)
        #expect(try (Tensor([1]) / Tensor([2])).elements(as: Float.self) == [0.5])
        #expect(try (Tensor([true]) + Tensor([true])).dtype == .bool)
    }

    /// Each function against the C library's, in float64. Both claim errors of a few units in the last place.
    @Test func functionsAgreeWithTheCLibrary() throws {
        let cases: [(String, (Tensor) throws -> Tensor, (Double) -> Double)] = [
            ("absolute", { try $0.absolute() }, { abs($0) }),
            ("exp", { try $0.exp() }, { exp($0) }),
            ("log", { try $0.absolute().log() }, { log(abs($0)) }),
            ("sqrt", { try $0.absolute().sqrt() }, { abs($0).squareRoot() }),
            ("sin", { try $0.sin() }, { sin($0) }),
            ("cos", { try $0.cos() }, { cos($0) }),
            ("atan", { try $0.atan() }, { atan($0) }),
            ("tanh", { try $0.tanh() }, { tanh($0) }),
            ("sigmoid", { try $0.sigmoid() }, { 1 / (1 + exp(-$0)) }),
            ("relu", { try $0.relu() }, { max($0, 0) }),
            ("silu", { try $0.silu() }, { $0 / (1 + exp(-$0)) }),
            ("floor", { try $0.floor() }, { $0.rounded(.down) }),
            ("rounded", { try $0.rounded() }, { $0.rounded(.toNearestOrEven) }),
            ("sign", { try $0.sign() }, { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }),
            ("squared", { try $0.squared() }, { $0 * $0 }),
            ("power", { try $0.absolute().power(1.5) }, { pow(abs($0), 1.5) }),
            ("clamped", { try $0.clamped(to: -1...2) }, { min(max($0, -1), 2) }),
            ("remainder", { try $0.remainder(Tensor(0.75)) }, { $0 - 0.75 * ($0 / 0.75).rounded(.down) }),
        ]
        let values = spread(101, -5...5) + [0, 0.5, 1.5, 2.5, -0.5]
        for (name, function, expected) in cases {
            let results = try function(Tensor(values)).elements(as: Double.self)
            for (value, result) in zip(values, results) {
                let exact = expected(value)
                #expect(
                    result == exact || abs(result - exact) <= 1e-14 * max(1, abs(exact)),
                    "\(name)(\(value)) = \(result), not \(exact)")
            }
        }
    }

    @Test func greaterAndLesser() throws {
        let (a, b) = (try Tensor([1, 5, .nan] as [Float]), try Tensor([3, 2, 0] as [Float]))
        #expect(try Tensor.maximum(a, b).elements(as: Float.self).prefix(2) == [3, 5])
        #expect(try Tensor.minimum(a, b).elements(as: Float.self).prefix(2) == [1, 2])
        #expect(try Tensor.maximum(a, b).elements(as: Float.self)[2].isNaN)
        #expect(try a.clamped(to: 2...3).elements(as: Float.self)[2].isNaN)
        #expect(try Tensor([-7, 7]).remainder(Tensor([3, -3])).elements(as: Int.self) == [2, -2])
        #expect(try Tensor([2, 3]).power(Tensor([3, 2])).elements(as: Int.self) == [8, 9])
    }

    @Test func emptyTensors() throws {
        let empty = try Tensor.zeros([0, 3])
        #expect(try (empty + 1).shape == [0, 3])
        #expect(try (empty * Tensor.ones([3])).shape == [0, 3])
        #expect(try empty.exp().shape == [0, 3])
    }
}
