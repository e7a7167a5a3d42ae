import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct AutocastTests {
    @Test func productsAreComputedInTheNarrowType() throws {
        let (a, b) = (try Tensor.ones([4, 4]), try Tensor.ones([4, 4]))
        try withAutocast { () throws in
            #expect(try a.matmul(b).dtype == .bfloat16)
            #expect(try a.linear(b).dtype == .bfloat16)
            #expect(try Tensor.ones([1, 2, 4, 4]).convolution(Tensor.ones([2, 2, 3, 3])).dtype == .bfloat16)
            // What needs range or digits stays.
            #expect(try (a + b).dtype == .float32)
            #expect(try a.sum().dtype == .float32)
            #expect(try a.matmul(b).crossEntropy(Tensor([0, 1, 2, 3])).dtype == .float32)
        }
        #expect(try a.matmul(b).dtype == .float32)
        #expect(try withAutocast(.float16) { try a.matmul(b).dtype } == .float16)
    }

    @Test func theInnermostHoldsAndIsUndone() throws {
        let a = try Tensor.ones([2, 2])
        try withAutocast(.bfloat16) { () throws in
            try withAutocast(.float16) { () throws in #expect(try a.matmul(a).dtype == .float16) }
            #expect(try a.matmul(a).dtype == .bfloat16)
            struct Interruption: Error {}
            #expect(throws: Interruption.self) { try withAutocast(.float16) { throw Interruption() } }
            #expect(try a.matmul(a).dtype == .bfloat16)
        }
        #expect(try a.matmul(a).dtype == .float32)
    }

    @Test func gradientsKeepTheTypeOfTheWeights() throws {
        let weight = try Tensor.ones([3, 3]).requireGradient()
        try withAutocast { try Tensor.ones([2, 3]).linear(weight).sum() }.backward()
        #expect(weight.gradient!.dtype == .float32)
        #expect(try weight.gradient!.elements(as: Float.self).allSatisfy { $0 == 2 })
    }

    @Test(arguments: [DType.float32, .float64, .int64, .bool]) func otherTypesAreRefused(dtype: DType) throws {
        let error = #expect(throws: TensorError.self) { try withAutocast(dtype) {} }
        #expect(error?.description == "mixed precision: bfloat16 or float16 is needed, got \(dtype)")
    }
}
