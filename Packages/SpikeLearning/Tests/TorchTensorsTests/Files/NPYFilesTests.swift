import ArrayFiles
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct NPYFilesTests {
    private static let dtypes = DType.allCases.filter { $0 != .bfloat16 && $0 != .float16 }

    @Test(arguments: dtypes) func roundTrips(_ dtype: DType) throws {
        let folder = try TemporaryFolder()
        for shape in [[], [4], [2, 3], [3, 0], [0], [2, 1, 3]] {
            let count = shape.reduce(1, *)
            let tensor = try Tensor.arange(count, dtype: .float32).to(dtype).reshaped(shape)
            try tensor.writeNPY(to: folder.file("a.npy"))
            let found = try Tensor.readNPY(folder.file("a.npy"))
            #expect(found.dtype == dtype && found.shape == shape)
            #expect(try SafetensorsTests.bytes(found) == SafetensorsTests.bytes(tensor))
        }
    }

    /// What is read is the tensor's own: changing it in place changes nothing else.
    @Test func whatIsReadCanBeChanged() throws {
        let folder = try TemporaryFolder()
        try Tensor([1, 2] as [Float]).writeNPY(to: folder.file("a.npy"))
        let (a, b) = try (Tensor.readNPY(folder.file("a.npy")), Tensor.readNPY(folder.file("a.npy")))
        try a.fill(7)
        #expect(try a.elements(as: Float.self) == [7, 7])
        #expect(try b.elements(as: Float.self) == [1, 2])
    }

    @Test func viewsAreWrittenInCOrder() throws {
        let folder = try TemporaryFolder()
        try Tensor([1, 2, 3, 4, 5, 6] as [Int32], shape: [2, 3]).transposed().writeNPY(to: folder.file("a.npy"))
        let array = try NPYArray.read(folder.file("a.npy"))
        #expect(array == NPYArray(shape: [3, 2], elements: .int32([1, 4, 2, 5, 3, 6])))
    }

    @Test func otherTypesAreRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.npy")
        for dtype in [DType.bfloat16, .float16] {
            let tensor = try Tensor.zeros([2], dtype: dtype)
            let text = try #require(message { try tensor.writeNPY(to: path) })
            #expect(text.hasPrefix(path) && text.contains("\(dtype)"), "\(text)")
            #expect(text.hasSuffix("convert the tensor to float32 first"), "\(text)")
        }
        #expect(try folder.names == [])
        for (elements, advice) in [
            (.uint16([1]), "uint16, which no tensor holds; save them as int32"),
            (.uint32([1]), "uint32, which no tensor holds; save them as int64"),
            (.uint64([1]), "uint64, which no tensor holds; save them as int64"),
        ] as [(NPYArray.Elements, String)] {
            try NPYArray(shape: [1], elements: elements).write(to: path)
            #expect(message { _ = try Tensor.readNPY(path) } == "\(path): the elements are \(advice)")
        }
    }

    @Test(.enabled(if: Python.hasNumPy, "needs SPIKEKIT_PYTHON with numpy"), arguments: dtypes)
    func numPyReadsOursAndWeItsOwn(_ dtype: DType) throws {
        let folder = try TemporaryFolder()
        let tensor = try Tensor([0, 1, 1, 0, 0, 1] as [Float], shape: [2, 3]).to(dtype)
        try tensor.writeNPY(to: folder.file("a.npy"))
        let output = try Python.run(
            """
            import numpy, sys
            a = numpy.load(sys.argv[1])
            print(a.dtype, a.astype(int).tolist())
            numpy.save(sys.argv[2], numpy.asfortranarray(a))
            """, [folder.file("a.npy"), folder.file("b.npy")])
        #expect(output == "\(dtype) [[0, 1, 1], [0, 0, 1]]\n")
        let found = try Tensor.readNPY(folder.file("b.npy"))
        #expect(found.dtype == dtype)
        #expect(try SafetensorsTests.bytes(found) == SafetensorsTests.bytes(tensor))
    }
}
