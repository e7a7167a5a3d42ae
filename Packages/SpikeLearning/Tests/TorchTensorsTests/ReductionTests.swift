import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct ReductionTests {
    @Test(arguments: TestDevices.available) func overAllAndOverSome(device: Device) throws {
        let tensor = try Tensor([1, 2, 3, 4, 5, 9] as [Float], shape: [2, 3], device: device)
        #expect(try tensor.sum().item() == 24)
        #expect(try tensor.sum(0).elements(as: Float.self) == [5, 7, 12])
        #expect(try tensor.sum(-1).elements(as: Float.self) == [6, 18])
        #expect(try tensor.sum(0, 1, keepingDimensions: true).shape == [1, 1])
        #expect(try tensor.mean(1).elements(as: Float.self) == [2, 6])
        #expect(try tensor.mean().item() == 4)
        #expect(try tensor.maximum().item() == 9)
        #expect(try tensor.maximum(0).elements(as: Float.self) == [4, 5, 9])
        #expect(try tensor.minimum(1, keepingDimensions: true).elements(as: Float.self) == [1, 4])
        #expect(try tensor.minimum(1, keepingDimensions: true).shape == [2, 1])
        #expect(try tensor.argmax(1).elements(as: Int.self) == [2, 2])
        #expect(try tensor.cumulativeSum(1).elements(as: Float.self) == [1, 3, 6, 4, 9, 18])
        #expect(try tensor.product(1).elements(as: Float.self) == [6, 180])
        #expect(try tensor.product(0, keepingDimensions: true).shape == [1, 3])
    }

    @Test func spreadAboutTheMean() throws {
        let tensor = try Tensor([2, 4, 4, 4, 5, 5, 7, 9] as [Double], shape: [2, 4])
        #expect(try tensor.variance(correction: 0).item() == 4)
        #expect(try tensor.standardDeviation(correction: 0).item() == 2)
        #expect(try tensor.variance().item() == 32.0 / 7)
        #expect(try tensor.variance(1, correction: 0).allClose(Tensor([0.75, 2.75]), relative: 1e-15))
        #expect(try tensor.standardDeviation(0, keepingDimensions: true).shape == [1, 4])
    }

    @Test func wholeNumbersSumToInt64() throws {
        let sum = try Tensor([UInt8](repeating: 200, count: 100)).sum()
        #expect(sum.dtype == .int64)
        #expect(try sum.item() == 20_000)
        #expect(try Tensor([true, true, false]).sum().item() == 2)
        #expect(throws: TensorError.self) { try Tensor([1, 2]).mean() }
    }

    @Test func softmaxSumsToOne() throws {
        let tensor = try Tensor([0, 0, 1000, -1000] as [Float], shape: [2, 2])
        #expect(try tensor.softmax(1).elements(as: Float.self) == [0.5, 0.5, 1, 0])
        #expect(try tensor.logSoftmax(1)[1].elements(as: Float.self) == [0, -2000])
        let logits = try spreadTensor([5, 7])
        #expect(try logits.softmax(1).log().allClose(logits.logSoftmax(1), relative: 1e-12))
    }

    @Test func order() throws {
        let tensor = try Tensor([3, 1, 3, 2])
        let (values, indices) = try tensor.sorted()
        #expect(try values.elements(as: Int.self) == [1, 2, 3, 3])
        #expect(try indices.elements(as: Int.self) == [1, 3, 0, 2])
        #expect(try tensor.sorted(descending: true).indices.elements(as: Int.self) == [0, 2, 3, 1])
        #expect(try tensor.top(2).values.elements(as: Int.self) == [3, 3])
        #expect(throws: TensorError.self) { try tensor.top(5) }
        #expect(throws: TensorError.self) { try tensor.sorted(1) }
    }

    @Test func normOfSeveral() throws {
        let norm = try Tensor.totalNorm([Tensor([3.0]), Tensor([0, 4.0])])
        #expect(try norm.item() == 5)
        #expect(throws: TensorError.self) { try Tensor.totalNorm([]) }
    }

    @Test func nothingToReduce() throws {
        let empty = try Tensor.zeros([0, 2])
        #expect(try empty.sum(0).elements(as: Float.self) == [0, 0])
        #expect(try empty.mean().item().isNaN)
        #expect(throws: TensorError.self) { try empty.maximum() }
        #expect(throws: TensorError.self) { try empty.argmax(0) }
        #expect(throws: TensorError.self) { try Tensor.zeros([2]).sum(1) }
        #expect(throws: TensorError.self) { try Tensor.zeros([2]).sum(0, 0) }
    }
}
