import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct GradientTests {
    @Test(arguments: TestDevices.available) func sumOfSquares(device: Device) throws {
        let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3], device: device).requireGradient()
        try (x * x).sum().backward()
        #expect(try x.gradient!.elements(as: Float.self) == [2, 4, 6, 8, 10, 12])
        #expect(x.gradient!.device == device)
    }

    @Test func gradientsAreGatheredUntilCleared() throws {
        let x = try Tensor(3.0).to(.float64).requireGradient()
        #expect(x.gradient == nil)
        for pass in 1...3 {
            try (x * x).backward()
            #expect(try x.gradient!.item() == Double(6 * pass))
        }
        try x.setGradient(nil)
        #expect(x.gradient == nil)
        try x.setGradient(Tensor.full([], 2, dtype: .float64))
        try (x * x).backward()
        #expect(try x.gradient!.item() == 8)
        #expect(throws: TensorError.self) { try x.setGradient(Tensor.zeros([2], dtype: .float64)) }
    }

    @Test func whatRequiresGradients() throws {
        let x = try Tensor([1, 2] as [Float])
        #expect(!x.requiresGradient && x.isLeaf)
        try x.requireGradient()
        let y = try x * 2
        #expect(x.requiresGradient && x.isLeaf && y.requiresGradient && !y.isLeaf)
        #expect(try !y.detached().requiresGradient)
        #expect(throws: TensorError.self) { try y.requireGradient(false) }
        #expect(throws: TensorError.self) { try Tensor([1, 2]).requireGradient() }
        try x.requireGradient(false)
        #expect(try !(x * 2).requiresGradient)
    }

    @Test func weightsAndReturnedGradients() throws {
        let x = try Tensor([1.0, 2]).requireGradient()
        let z = try Tensor([1.0, 2]).requireGradient()
        let y = try x * x
        let gradients = try y.gradients(of: [x, z], Tensor([1.0, 10]))
        #expect(try gradients[0]!.elements(as: Double.self) == [2, 40])
        #expect(gradients[1] == nil)
        #expect(x.gradient == nil)
        #expect(throws: TensorError.self) { try (x * x).backward() }
        #expect(throws: TensorError.self) { try (x * x).backward(Tensor([1.0, 1, 1])) }
        #expect(throws: TensorError.self) { try Tensor([1.0]).backward() }
    }

    @Test func secondPassesAndSecondDerivatives() throws {
        let x = try Tensor([2.0]).requireGradient()
        let cube = try x * x * x
        try cube.backward(retainGraph: true)
        try cube.backward()
        #expect(try x.gradient!.item() == 24)
        #expect(throws: TensorError.self) { try cube.backward() }

        let first = try (x * x * x).gradients(of: [x], createGraph: true)[0]!
        let second = try first.gradients(of: [x])[0]!
        #expect(try first.item() == 12)
        #expect(try second.item() == 12)
    }

    @Test func recordingCanBeSwitchedOff() throws {
        let x = try Tensor([2.0]).requireGradient()
        #expect(try withoutGradient { try (x * x).requiresGradient } == false)
        struct Interruption: Error {}
        #expect(throws: Interruption.self) { try withoutGradient { throw Interruption() } }
        #expect(try (x * x).requiresGradient)
        try withoutGradient { try x += 1 }
        #expect(try x.item() == 3)
        #expect(throws: TensorError.self) { try x += 1 }  // A leaf that is recorded cannot change.
    }

    @Test func whatWasSavedMustNotChange() throws {
        let x = try Tensor([2.0, 3]).requireGradient()
        let factor = try Tensor([5.0, 7])
        let product = try x * factor
        try factor += 1
        let error = #expect(throws: TensorError.self) { try product.sum().backward() }
        #expect(error?.kind == .operation)

        let again = try (x * factor).sum()
        try factor.withUnsafeMutableElements(of: Double.self) { $0[0] = 0 }
        #expect(throws: TensorError.self) { try again.backward() }

        let read = try (x * factor).sum()
        _ = try factor.withUnsafeElements(of: Double.self) { $0[0] }
        try read.backward()
        #expect(try x.gradient!.elements(as: Double.self) == [0, 8])
    }
}
