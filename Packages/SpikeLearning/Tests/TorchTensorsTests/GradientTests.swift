import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct GradientTests {
    @Test func sumOfSquares() throws {
        let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]).requireGradient()
        try (x * x).sum().backward()
        #expect(try x.gradient!.elements(as: Float.self) == [2, 4, 6, 8, 10, 12])
    }
}
