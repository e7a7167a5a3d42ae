import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct ErrorTests {
    private func expectOneLine(_ error: TensorError, source: SourceLocation = #_sourceLocation) {
        #expect(!error.description.contains("\n"), sourceLocation: source)
        #expect(!error.description.contains("frame #"), "a backtrace", sourceLocation: source)
        #expect(!error.description.contains(".cpp:"), "a place in LibTorch's source", sourceLocation: source)
        #expect(error.description.count < 400, sourceLocation: source)
    }

    @Test func aMismatchNamesTheOperationAndBothShapes() throws {
        let (a, b) = (try Tensor.zeros([2, 3]), try Tensor.zeros([4], dtype: .float64))
        let cases: [(String, () throws -> Tensor)] = [
            ("add: ", { try a + b }), ("matmul: ", { try a.matmul(b) }),
            ("where: ", { try Tensor.choose(a > 0, a, b) }),
            ("concatenate: ", { try Tensor.concatenated([a, b]) }), ("linear: ", { try a.linear(b.reshaped(2, 2)) }),
            ("mean squared error: ", { try a.meanSquaredError(b) }),
        ]
        for (name, operation) in cases {
            let error = try #require(throws: TensorError.self) { try operation() }
            #expect(error.kind == .operation)
            #expect(error.description.hasPrefix(name), "\(error)")
            #expect(error.description.contains("float32 [2, 3]"), "\(error)")
            #expect(error.description.contains("float64 ["), "\(error)")
            expectOneLine(error)
        }
    }

    @Test func petabytesAreRefused() throws {
        // 2⁵² elements of 4 bytes: no address space holds them.
        let error = try #require(throws: TensorError.self) { try Tensor(unset: [1 << 26, 1 << 26]) }
        #expect(error.kind == .outOfMemory, "\(error)")
        #expect(
            "\(error)"
                == "empty: out of memory, as 18014398.5 GB more were asked for; lower the batch, the steps or the "
                + "side of the images")
        expectOneLine(error)
        #expect(throws: TensorError.self) { try Tensor.zeros([1 << 26, 1 << 26]) }
        let wide = try Tensor.zeros([1]).expanded([1 << 50])
        let copy = try #require(throws: TensorError.self) { try wide.cloned().contiguous() + 1 }
        #expect(copy.kind == .outOfMemory, "\(copy)")
        // Nothing is broken afterwards.
        #expect(try Tensor.ones([3]).sum().item() == 3)
    }

    @Test(arguments: [[Int.max], [Int.max, Int.max], [1 << 40, 1 << 40], [3, Int.max / 2]])
    func sizesBeyondInt64AreErrors(shape: [Int]) throws {
        expectOneLine(try #require(throws: TensorError.self) { try Tensor(unset: shape) })
        expectOneLine(try #require(throws: TensorError.self) { try Tensor.full(shape, 1, dtype: .uint8) })
        expectOneLine(try #require(throws: TensorError.self) { try Tensor.zeros([1]).tiled(.max).tiled(.max, 2) })
    }

    @Test(arguments: [[-1], [2, -3]]) func negativeLengthsAreErrors(shape: [Int]) throws {
        expectOneLine(try #require(throws: TensorError.self) { try Tensor.zeros(shape) })
    }

    @Test func devicesThatAreNotThere() throws {
        for device in [Device.cuda(index: 127), .cuda(index: -1), .cuda(index: .max)] {
            #expect(!device.isAvailable)
            expectOneLine(try #require(throws: TensorError.self) { try Tensor.zeros([1], device: device) })
            #expect(throws: TensorError.self) { try Tensor.zeros([1]).to(device) }
        }
        if !Device.mps.isAvailable { #expect(throws: TensorError.self) { try Tensor.zeros([1], device: .mps) } }
    }

    @Test func ownErrors() {
        let error = TensorError(kind: .outOfMemory, "too much")
        #expect(error.kind == .outOfMemory && "\(error)" == "too much")
        #expect(TensorError("x").kind == .operation)
    }
}
