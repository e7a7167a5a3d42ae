import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct IndexingTests {
    private let tensor: Tensor

    init() throws { tensor = try Tensor.arange(24).reshaped(2, 3, 4) }

    @Test func partsAlongTheFirstDimension() throws {
        #expect(try tensor[1][2][3].item() == 23)
        #expect(try tensor[-1].equals(tensor[1]))
        #expect(try tensor[0..<1].shape == [1, 3, 4])
        #expect(try tensor[1..<1].shape == [0, 3, 4])
    }

    @Test func severalDimensionsAtOnce() throws {
        #expect(try tensor[.at(1), .all, .range(1..<4, step: 2)].elements(as: Int.self) == [13, 15, 17, 19, 21, 23])
        #expect(try tensor[.all, .at(0)].shape == [2, 4])
        #expect(try tensor[.all, .all, .at(-1)].elements(as: Int.self) == [3, 7, 11, 15, 19, 23])
    }

    @Test func slicesShareMemory() throws {
        let slice = try tensor.sliced(2, 1..<3)
        #expect(slice.strides == [12, 4, 1])
        try slice.fill(0)
        #expect(try tensor[0][0].elements(as: Int.self) == [0, 0, 0, 3])
        #expect(try tensor.sliced(-1, 0..<4, step: 3)[0][0].elements(as: Int.self) == [0, 3])
    }

    @Test func outside() throws {
        #expect(throws: TensorError.self) { try tensor[2] }
        #expect(throws: TensorError.self) { try tensor[-3] }
        let range = #expect(throws: TensorError.self) { try tensor[1..<3] }
        #expect(range?.description == "slice: 1..<3 is outside of dimension 0 of shape [2, 3, 4]")
        #expect(throws: TensorError.self) { try tensor.sliced(0, -1..<1) }
        #expect(throws: TensorError.self) { try tensor.sliced(0, 0..<1, step: 0) }
        #expect(throws: TensorError.self) { try tensor.sliced(3, 0..<1) }
        #expect(throws: TensorError.self) { try tensor.length(of: -4) }
        #expect(throws: TensorError.self) { try Tensor(1.0)[0] }
        #expect(try tensor.length(of: -1) == 4)
    }

    @Test func rowsByNumber() throws {
        let indices = try Tensor([2, 0, 2])
        #expect(try tensor.taking(indices, 1)[0].elements(as: Int.self) == [8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11])
        #expect(throws: TensorError.self) { try tensor.taking(Tensor([3]), 1) }
        #expect(throws: TensorError.self) { try tensor.taking(Tensor([0.0]), 1) }
        let picked = try Tensor([[5, 6, 7], [8, 9, 10]].flatMap { $0 }, shape: [2, 3])
            .gathered(Tensor([2, 0], shape: [2, 1]), 1)
        #expect(try picked.elements(as: Int.self) == [7, 8])
    }

    @Test func masks() throws {
        let mask = try tensor > 20
        #expect(try tensor.masked(mask).elements(as: Int.self) == [21, 22, 23])
        #expect(try tensor.filled(where: mask, with: -1).elements(as: Int.self).suffix(4) == [20, -1, -1, -1])
        #expect(throws: TensorError.self) { try tensor.masked(tensor) }
        let chosen = try Tensor.choose(mask, tensor, Tensor(0))
        #expect(chosen.dtype == .int64)
        #expect(try chosen.sum().item() == 66)
    }

    @Test func addingAtIndicesCountsRepeats() throws {
        let rows = try Tensor.zeros([3, 2])
        try rows.add(Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2]), at: Tensor([0, 2, 0]))
        #expect(try rows.elements(as: Float.self) == [6, 8, 0, 0, 3, 4])
    }

    @Test func oneHotRows() throws {
        let rows = try Tensor([2, 0]).oneHot(classes: 3)
        #expect(rows.dtype == .int64)
        #expect(try rows.elements(as: Int.self) == [0, 0, 1, 1, 0, 0])
        #expect(throws: TensorError.self) { try Tensor([3]).oneHot(classes: 3) }
    }
}
