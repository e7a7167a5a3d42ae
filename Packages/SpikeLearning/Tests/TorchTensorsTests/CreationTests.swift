import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct CreationTests {
    @Test(arguments: TestDevices.available) func filledTensorsHaveTheirShapeTypeAndValue(device: Device) throws {
        for dtype in DType.allCases where device != .mps || dtype != .float64 {
            let ones = try Tensor.ones([2, 3], dtype: dtype, device: device)
            #expect(ones.shape == [2, 3])
            #expect(ones.dtype == dtype)
            #expect(ones.device == device)
            #expect(try ones.elements(as: Int.self) == [1, 1, 1, 1, 1, 1])
            let zeros = try Tensor.zeros(like: ones)
            #expect(zeros.dtype == dtype)
            #expect(zeros.device == device)
            #expect(try zeros.elements(as: Int.self) == [0, 0, 0, 0, 0, 0])
        }
        #expect(try Tensor.full([2], 2.5, device: device).elements(as: Float.self) == [2.5, 2.5])
        #expect(try Tensor.ones(like: Tensor.zeros([3], dtype: .int8)).elements(as: Int8.self) == [1, 1, 1])
    }

    @Test func unsetTensorsTakeTheLayoutOfAnother() throws {
        let source = try Tensor.zeros([1, 3, 4, 5], dtype: .float64).channelsLast()
        let unset = try Tensor(unsetLike: source)
        #expect(unset.shape == source.shape && unset.dtype == .float64 && unset.strides == source.strides)
        #expect(try Tensor(unset: [2, 0, 3]).count == 0)
    }

    @Test func countsAndDistances() throws {
        #expect(try Tensor.arange(4).elements(as: Int.self) == [0, 1, 2, 3])
        #expect(try Tensor.arange(0).shape == [0])
        #expect(try Tensor.arange(3, dtype: .float32).dtype == .float32)
        #expect(try Tensor.linspace(-1...1, count: 5).elements(as: Float.self) == [-1, -0.5, 0, 0.5, 1])
        #expect(try Tensor.linspace(2...3, count: 1, dtype: .float64).elements(as: Double.self) == [2])
        #expect(throws: TensorError.self) { try Tensor.arange(-1) }
        #expect(throws: TensorError.self) { try Tensor.linspace(0...1, count: -1) }
    }

    @Test func numbersTakeTheTypeOfTheOther() throws {
        #expect(try (Tensor.ones([2], dtype: .float32) + 0.5).dtype == .float32)
        #expect(try (Tensor.ones([2], dtype: .bfloat16) * Tensor(3)).dtype == .bfloat16)
        #expect(try (Tensor.ones([2], dtype: .int32) * Tensor(3)).dtype == .int32)
        #expect(try (Tensor.ones([2], dtype: .int32) * 0.5).dtype == .float32)
        #expect(try Tensor(Int.max).item() == Double(Int.max))
        #expect(try Tensor(3).rank == 0)
    }

    @Test func arraysInTheirOrder() throws {
        let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Int32], shape: [2, 3])
        #expect(tensor.strides == [3, 1] && tensor.isContiguous && tensor.rank == 2 && tensor.count == 6)
        #expect(try tensor[1].elements(as: Int32.self) == [4, 5, 6])
        #expect(try Tensor([true, false]).dtype == .bool)
        #expect(try Tensor([] as [Float]).shape == [0])
        #expect(try Tensor([] as [Float], shape: [3, 0, .max]).count == 0)
    }

    @Test(arguments: [[2, 2], [-2, -3], [7], [Int.max, 2], [1 << 32, 1 << 32], [0]])
    func elementsMustFillTheShape(shape: [Int]) throws {
        let elements: [Float] = [1, 2, 3, 4, 5, 6]
        for make in [
            { try Tensor(elements, shape: shape) }, { try Tensor(sharing: elements, shape: shape) },
        ] {
            let error = #expect(throws: TensorError.self) { try make() }
            #expect(error?.description == "tensor: 6 elements do not fill shape \(shape)")
        }
    }

    @Test func sharedArraysAreNotCopiedAndLiveOn() throws {
        var view: Tensor?
        do {
            let elements = (0..<1000).map { Float($0) }
            let tensor = try Tensor(sharing: elements, shape: [10, 100])
            elements.withUnsafeBufferPointer { array in
                let address = try? tensor.withUnsafeElements(of: Float.self) { $0.baseAddress }
                #expect(address == array.baseAddress)
            }
            view = try tensor[9]
        }
        #expect(try view!.elements(as: Float.self).last == 999)
        #expect(try Tensor(sharing: [] as [Float], shape: [0, 4]).count == 0)
    }
}
