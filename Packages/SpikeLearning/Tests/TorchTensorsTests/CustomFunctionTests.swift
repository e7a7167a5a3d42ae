import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct CustomFunctionTests {
    /// x³ and x·y, computed outside of the graph, with their gradients.
    private func cubeAndProduct(_ x: Tensor, _ y: Tensor) throws -> (Tensor, Tensor) {
        let (cube, product) = try withoutGradient { (try x * x * x, try x * y) }
        try CustomFunction.record(
            "cube and product", inputs: [x, y], outputs: [cube, product], saving: [x, y]
        ) { saved, gradients in
            let (x, y) = (saved[0], saved[1])
            var ofX: Tensor?
            if let gradient = gradients[0] { ofX = try 3 * x * x * gradient }
            if let gradient = gradients[1] { ofX = try ofX.map { try $0 + y * gradient } ?? (y * gradient) }
            return [ofX, try gradients[1].map { try x * $0 }]
        }
        return (cube, product)
    }

    @Test func severalInputsAndOutputs() throws {
        let x = try Tensor([2.0, 3]).requireGradient()
        let y = try Tensor([5.0, 7]).requireGradient()
        let (cube, product) = try cubeAndProduct(x, y)
        #expect(cube.requiresGradient && product.requiresGradient && !cube.isLeaf)
        try (cube.sum() + product.sum() * 10).backward()
        #expect(try x.gradient!.elements(as: Double.self) == [12 + 50, 27 + 70])
        #expect(try y.gradient!.elements(as: Double.self) == [20, 30])
    }

    @Test func gradientsThatNeverArriveAreNil() throws {
        let x = try Tensor([2.0]).requireGradient()
        let y = try Tensor([5.0]).requireGradient()
        try cubeAndProduct(x, y).0.backward()
        #expect(try x.gradient!.item() == 12)
        #expect(y.gradient == nil)
        try x.setGradient(nil)
        try cubeAndProduct(x, y).1.backward()
        #expect(try x.gradient!.item() == 5)
        #expect(try y.gradient!.item() == 2)
    }

    @Test func inputsWithoutGradientMayBeMixedIn() throws {
        let x = try Tensor([2.0]).requireGradient()
        let y = try Tensor([5.0])
        let (cube, product) = try cubeAndProduct(x, y)
        try (cube + product).backward()
        #expect(try x.gradient!.item() == 17)
        #expect(y.gradient == nil)
    }

    private struct Refusal: Error, CustomStringConvertible { let description = "the kernel refused" }

    private func refusing(_ x: Tensor) throws -> Tensor {
        let result = try withoutGradient { try x * 1 }
        try CustomFunction.record("refusing", inputs: [x], outputs: [result]) { _, _ in throw Refusal() }
        return result
    }

    @Test func whatItThrowsReachesTheCaller() throws {
        let x = try Tensor([2.0]).requireGradient()
        let error = #expect(throws: TensorError.self) { try refusing(x * 2).backward() }
        #expect(error?.kind == .kernel)
        #expect(error?.description == "backward: refusing: the kernel refused")
        let again = #expect(throws: TensorError.self) { try refusing(x).gradients(of: [x]) }
        #expect(again?.kind == .kernel)
    }

    @Test func alsoOnAnotherThread() async throws {
        let x = try Tensor([2.0]).requireGradient()
        let result = try refusing(x)
        let error = await Task.detached { () -> TensorError? in
            do { try result.backward() } catch { return error as? TensorError }
            return nil
        }.value
        #expect(error?.kind == .kernel)
        #expect(error?.description == "backward: refusing: the kernel refused")
    }

    @Test func theWrongNumberOfGradients() throws {
        let x = try Tensor([2.0]).requireGradient()
        let result = try withoutGradient { try x * 1 }
        try CustomFunction.record("short", inputs: [x], outputs: [result]) { _, _ in [] }
        let error = #expect(throws: TensorError.self) { try result.backward() }
        #expect(error?.description == "backward: short: 0 gradients for 1 input")
    }

    @Test func aGradientOfTheWrongShape() throws {
        let x = try Tensor([2.0, 3]).requireGradient()
        let result = try withoutGradient { try x * 1 }
        try CustomFunction.record("wrong", inputs: [x], outputs: [result]) { _, _ in [try Tensor.zeros([3])] }
        #expect(throws: TensorError.self) { try result.sum().backward() }
    }

    @Test func savedTensorsMustNotChange() throws {
        let x = try Tensor([2.0]).requireGradient()
        let y = try Tensor([5.0])
        let (cube, _) = try cubeAndProduct(x, y)
        try y += 1
        let error = #expect(throws: TensorError.self) { try cube.backward() }
        #expect(error?.kind == .operation)
        #expect(error?.description.contains("modified by an inplace operation") == true)
    }

    @Test func savedOutputsAreFreedWithTheGraph() throws {
        let x = try Tensor([2.0]).requireGradient()
        let root = try withoutGradient { try x.sqrt() }
        try CustomFunction.record("root", inputs: [x], outputs: [root], saving: [root]) { saved, gradients in
            #expect(saved[0].requiresGradient)
            return [try gradients[0]! / (2 * saved[0])]
        }
        #expect(CustomFunction.liveCount == 1)
        try root.backward()
        #expect(try x.gradient!.allClose(Tensor([0.5 / 2.0.squareRoot()]), relative: 1e-15))
    }

    @Test func whatIsSavedIsFreedByTheBackwardPass() throws {
        let x = try Tensor([2.0]).requireGradient()
        final class Token: Sendable {}
        weak var released: Token?
        do {
            let token = Token()
            released = token
            let result = try withoutGradient { try x * 1 }
            try CustomFunction.record("token", inputs: [x], outputs: [result]) { _, gradients in
                _ = token
                return [gradients[0]]
            }
            try result.backward()
        }
        #expect(released == nil)
        #expect(CustomFunction.liveCount == 0)
    }

    @Test func secondPassesNeedTheGraph() throws {
        let x = try Tensor([2.0]).requireGradient()
        let y = try Tensor([5.0])
        let (cube, _) = try cubeAndProduct(x, y)
        try cube.backward(retainGraph: true)
        try cube.backward()
        #expect(try x.gradient!.item() == 24)
        let error = #expect(throws: TensorError.self) { try cube.backward() }
        #expect(error?.kind == .operation)
        #expect(
            error?.description.hasPrefix(
                "backward: cube and product: a second backward pass through the same graph; retain it in the first")
                == true)
    }

    @Test func gradientsOfGradientsAreRefused() throws {
        let x = try Tensor([2.0]).requireGradient()
        let (cube, _) = try cubeAndProduct(x, Tensor([5.0]))
        let error = #expect(throws: TensorError.self) { try cube.gradients(of: [x], createGraph: true) }
        #expect(error?.description.contains("gradients of its gradient are not defined") == true)
    }

    @Test func nothingIsRecordedWithoutNeed() throws {
        let x = try Tensor([2.0]).requireGradient()
        let y = try Tensor([5.0])
        #expect(try !withoutGradient { try cubeAndProduct(x, y) }.0.requiresGradient)
        #expect(try !cubeAndProduct(y, y).0.requiresGradient)
        #expect(CustomFunction.liveCount == 0)
    }

    @Test func unfitOutputsAreRefusedAndNothingIsLeft() throws {
        let x = try Tensor([2.0]).requireGradient()
        func record(_ output: Tensor) throws {
            try CustomFunction.record("unfit", inputs: [x], outputs: [output]) { _, _ in [nil] }
        }
        let whole = #expect(throws: TensorError.self) { try record(Tensor([1])) }
        #expect(whole?.description == "unfit: an output must be of floating point; given float64 [1]")
        let stale = #expect(throws: TensorError.self) { try record(x * 2) }
        #expect(stale?.description.contains("results must be fresh tensors") == true)
        #expect(throws: TensorError.self) { try record(x) }
    }

    @Test func aBackwardPassWithinOne() throws {
        let x = try Tensor([2.0]).requireGradient()
        let result = try withoutGradient { try x * x }
        try CustomFunction.record("inner", inputs: [x], outputs: [result], saving: [x]) { saved, gradients in
            let copy = try saved[0].detached().requireGradient()
            // Recording is off in a backward pass, so the inner graph is one that was made elsewhere.
            #expect(try !(copy * copy).requiresGradient)
            return [try 2 * copy.detached() * gradients[0]!]
        }
        try result.backward()
        #expect(try x.gradient!.item() == 4)
    }

    @Test func dropsWhatIsNeverDifferentiated() throws {
        let x = try Tensor([2.0]).requireGradient()
        var chain = x
        for _ in 0..<100 { chain = try cubeAndProduct(chain, Tensor([0.5])).1 }
        #expect(CustomFunction.liveCount == 100)
    }
}
