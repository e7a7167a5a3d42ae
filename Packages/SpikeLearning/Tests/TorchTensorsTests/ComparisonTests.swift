import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct ComparisonTests {
    @Test(arguments: TestDevices.available) func comparisonsGiveBooleans(device: Device) throws {
        let a = try Tensor([1, 2, 3] as [Float], device: device)
        let b = try Tensor([3, 2, 1] as [Float], device: device)
        let cases: [(Tensor, [Bool])] = [
            (try a .== b, [false, true, false]), (try a .!= b, [true, false, true]),
            (try a < b, [true, false, false]), (try a <= b, [true, true, false]),
            (try a > b, [false, false, true]), (try a >= b, [false, true, true]),
            (try a .== 2, [false, true, false]), (try a .!= 2, [true, false, true]),
            (try a < 2, [true, false, false]), (try a <= 2, [true, true, false]),
            (try a > 2, [false, false, true]), (try a >= 2, [false, true, true]),
        ]
        for (result, expected) in cases {
            #expect(result.dtype == .bool)
            #expect(try result.elements(as: Bool.self) == expected)
        }
    }

    @Test func logic() throws {
        let (a, b) = (try Tensor([true, true, false, false]), try Tensor([true, false, true, false]))
        #expect(try a.and(b).elements(as: Bool.self) == [true, false, false, false])
        #expect(try a.or(b).elements(as: Bool.self) == [true, true, true, false])
        #expect(try a.not().elements(as: Bool.self) == [false, false, true, true])
        #expect(try a.any() && !a.all() && a.or(a.not()).all() && !a.and(a.not()).any())
        #expect(try Tensor([] as [Bool]).all() && !Tensor([] as [Bool]).any())
    }

    @Test func infinitiesAndNotNumbers() throws {
        let values = try Tensor([1, .nan, .infinity, -.infinity] as [Float])
        #expect(try values.isFinite().elements(as: Bool.self) == [true, false, false, false])
        #expect(try values.isNaN().elements(as: Bool.self) == [false, true, false, false])
    }

    @Test func equalityNeedsShapeTypeAndElements() throws {
        let a = try Tensor([1, 2] as [Float])
        #expect(try a.equals(a.cloned()))
        #expect(try !a.equals(a.unsqueezed(0)))
        #expect(try !a.equals(a.to(.float64)))
        #expect(try !a.equals(a + 1))
        #expect(try !Tensor([Float.nan]).equals(Tensor([Float.nan])))
    }

    @Test func closeness() throws {
        let a = try Tensor([1000, 1])
        let near = try Tensor([1000.5, 1])
        #expect(try !a.allClose(near))
        #expect(try a.allClose(near, relative: 1e-3))
        #expect(try a.allClose(near, relative: 0, absolute: 0.5))
        #expect(try !a.allClose(near, relative: 0, absolute: 0.4))
        #expect(try a.isClose(to: near).elements(as: Bool.self) == [false, true])
        #expect(try !a.allClose(near.unsqueezed(0), relative: 1))
        #expect(try !Tensor([Double.nan]).allClose(Tensor([Double.nan])))
        #expect(try Tensor([Double.infinity]).allClose(Tensor([Double.infinity])))
        #expect(throws: TensorError.self) { try a.isClose(to: near, relative: -1) }
    }

    /// Within 1e-8 + 1e-5 · |b|, unless other tolerances are given.
    @Test func usualTolerances() throws {
        let b = try Tensor([0, 0, 1000.0, 1000])
        let a = try Tensor([0.999e-8, 1.001e-8, 1000.00999, 1000.01001])
        #expect(try a.isClose(to: b).elements(as: Bool.self) == [true, false, true, false])
        for index in 0..<4 { #expect(try a[index].allClose(b[index]) == (index % 2 == 0), "\(index)") }
    }

    @Test func choosing() throws {
        let condition = try Tensor([true, false], shape: [2, 1])
        let chosen = try Tensor.choose(condition, Tensor([1, 2] as [Float]), Tensor(0.0))
        #expect(try chosen.elements(as: Float.self) == [1, 2, 0, 0])
        #expect(throws: TensorError.self) {
            try Tensor.choose(condition, Tensor.zeros([3]), Tensor.zeros([2]))
        }
    }
}
