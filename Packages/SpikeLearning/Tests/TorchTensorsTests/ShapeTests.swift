import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct ShapeTests {
    private func counting(_ shape: Int...) throws -> Tensor {
        try Tensor.arange(shape.reduce(1, *)).reshaped(shape)
    }

    @Test func viewsShareMemory() throws {
        let tensor = try counting(2, 3, 4)
        let views: [(Tensor, [Int])] = [
            (try tensor.reshaped(6, 4), [6, 4]),
            (try tensor.reshaped(-1, 2), [12, 2]),
            (try tensor.viewed([4, 6]), [4, 6]),
            (try tensor.permuted(2, 0, 1), [4, 2, 3]),
            (try tensor.transposed(), [2, 4, 3]),
            (try tensor.transposed(0, -1), [4, 3, 2]),
            (try tensor.unsqueezed(0).expanded([5, -1, -1, -1]), [5, 2, 3, 4]),
            (try tensor.unsqueezed(-1), [2, 3, 4, 1]),
            (try tensor.unsqueezed(1).squeezed(1), [2, 3, 4]),
            (try tensor.flattened(), [24]),
            (try tensor.flattened(1), [2, 12]),
            (try tensor.flattened(0, 1), [6, 4]),
            (try tensor[1], [3, 4]),
            (try tensor.split([1, 3], 2)[1], [2, 3, 3]),
            (try tensor.detached(), [2, 3, 4]),
        ]
        for (view, shape) in views {
            #expect(view.shape == shape)
            #expect(view.sharesMemory(with: tensor))
        }
        try tensor.fill(7)
        for (view, _) in views { #expect(try (view .== 7).all()) }
    }

    @Test func orderOfElements() throws {
        let tensor = try counting(2, 3)
        #expect(try tensor.permuted(1, 0).elements(as: Int.self) == [0, 3, 1, 4, 2, 5])
        #expect(try tensor.flipped(1).elements(as: Int.self) == [2, 1, 0, 5, 4, 3])
        #expect(try tensor.flipped(0, 1).elements(as: Int.self) == [5, 4, 3, 2, 1, 0])
        #expect(try tensor.tiled(1, 2).elements(as: Int.self) == [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
    }

    @Test func joining() throws {
        let (a, b) = (try counting(2, 2), try counting(2, 2) + Tensor(10))
        #expect(try Tensor.concatenated([a, b]).elements(as: Int.self) == [0, 1, 2, 3, 10, 11, 12, 13])
        #expect(try Tensor.concatenated([a, b], 1).elements(as: Int.self) == [0, 1, 10, 11, 2, 3, 12, 13])
        #expect(try Tensor.stacked([a, b]).shape == [2, 2, 2])
        #expect(try Tensor.stacked([a, b], -1).elements(as: Int.self) == [0, 10, 1, 11, 2, 12, 3, 13])
        #expect(try Tensor.concatenated(a.split([0, 2], 1), 1).equals(a))
        #expect(throws: TensorError.self) { try Tensor.concatenated([]) }
        #expect(throws: TensorError.self) { try Tensor.stacked([]) }
        #expect(throws: TensorError.self) { try Tensor.stacked([a, b[0]]) }
    }

    @Test func padding() throws {
        let padded = try counting(1, 2).padded([(before: 1, after: 0), (before: 0, after: 1)], value: 9)
        #expect(padded.shape == [2, 3])
        #expect(try padded.elements(as: Int.self) == [9, 0, 1, 9, 9, 9])
        #expect(try counting(3).padded([(before: -1, after: 0)]).elements(as: Int.self) == [1, 2])
    }

    @Test func reshapingCopiesWhereItMustAndViewingRefuses() throws {
        let turned = try counting(2, 3).transposed()
        let flat = try turned.reshaped(6)
        #expect(!flat.sharesMemory(with: turned))
        #expect(try flat.elements(as: Int.self) == [0, 3, 1, 4, 2, 5])
        #expect(throws: TensorError.self) { try turned.viewed([6]) }
    }

    @Test func refusals() throws {
        let tensor = try counting(2, 3)
        #expect(throws: TensorError.self) { try tensor.reshaped(4, 2) }
        #expect(throws: TensorError.self) { try tensor.reshaped(-1, -1) }
        #expect(throws: TensorError.self) { try tensor.permuted(0, 0) }
        #expect(throws: TensorError.self) { try tensor.transposed(0, 2) }
        #expect(throws: TensorError.self) { try tensor.expanded([2, 6]) }
        #expect(throws: TensorError.self) { try tensor.unsqueezed(4) }
        #expect(throws: TensorError.self) { try tensor.tiled(2) }
        #expect(throws: TensorError.self) { try tensor.tiled(1, -1) }
        let split = #expect(throws: TensorError.self) { try tensor.split([1, 1], 1) }
        #expect(split?.description == "split: lengths [1, 1] do not fill dimension 1 of shape [2, 3]")
        #expect(throws: TensorError.self) { try tensor.split([-1, 4], 1) }
    }

    @Test func scalarsAndEmptyTensors() throws {
        let scalar = try Tensor(3.0)
        #expect(scalar.shape == [] && scalar.strides == [] && scalar.count == 1)
        #expect(try scalar.reshaped([1, 1]).shape == [1, 1])
        #expect(try scalar.reshaped([]).shape == [])
        let empty = try Tensor.zeros([3, 0])
        #expect(try empty.transposed().shape == [0, 3])
        #expect(try empty.reshaped(0, 5).shape == [0, 5])
        #expect(try Tensor.concatenated([empty, empty]).shape == [6, 0])
    }
}
