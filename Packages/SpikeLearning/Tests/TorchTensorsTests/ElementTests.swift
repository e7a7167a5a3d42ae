import TestSupport
import Testing
import TorchTensors

/// How elements are converted, read and written.
@Suite(.leavesNothing) struct ElementTests {
    @Test(arguments: DType.allCases) func everyTypeConvertsToEveryOther(from: DType) throws {
        // Whole numbers of 0…127 are exact in each type; Booleans keep whether they are 0.
        let values = [0, 1, 2, 127]
        let source = try Tensor(values).to(from)
        for to in DType.allCases {
            let expected = from == .bool || to == .bool ? [0, 1, 1, 1] : values
            let converted = try source.to(to)
            #expect(converted.dtype == to)
            #expect(try converted.elements(as: Int.self) == expected, "\(from) to \(to)")
        }
        #expect(try source.to(from).sharesMemory(with: source))
        #expect(source.dtype.size * 4 == (try source.withUnsafeBytes { $0.count }))
    }

    @Test func everySwiftTypeRoundTrips() throws {
        func check<Element: TensorElement & Equatable>(_ values: [Element]) throws {
            let tensor = try Tensor(values)
            #expect(tensor.dtype == Element.dtype)
            #expect(try tensor.elements(as: Element.self) == values)
        }
        try check([Float.leastNonzeroMagnitude, -.infinity, .pi])
        try check([Double.leastNonzeroMagnitude, -.infinity, .pi])
        try check([Int.min, 0, .max])
        try check([Int64.min, 0, .max])
        try check([Int32.min, 0, .max])
        try check([Int16.min, 0, .max])
        try check([Int8.min, 0, .max])
        try check([UInt8.min, 128, .max])
        try check([true, false])
    }

    @Test func halfPrecisionRounds() throws {
        // Eight digits of bfloat16 and eleven of float16: 1 + 2⁻⁹ is halfway and goes to the even neighbour.
        let value = try Tensor([1 + 1.0 / 512, 1 + 1.0 / 128])
        #expect(try value.to(.bfloat16).elements(as: Double.self) == [1, 1 + 1.0 / 128])
        #expect(try value.to(.float16).elements(as: Double.self) == [1 + 1.0 / 512, 1 + 1.0 / 128])
        #expect(try Tensor([1e5]).to(.float16).elements(as: Double.self) == [.infinity])
    }

    @Test func floatingPointTypes() {
        #expect(DType.allCases.filter(\.isFloatingPoint) == [.float32, .float64, .bfloat16, .float16])
    }

    @Test func elementsOfViewsComeInTheirOrder() throws {
        let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        #expect(try tensor.transposed().elements(as: Float.self) == [1, 4, 2, 5, 3, 6])
        let required = try Tensor([1, 2] as [Float]).requireGradient()
        #expect(try (required * 2).elements(as: Float.self) == [2, 4])
    }

    @Test func memoryIsLentOnlyWhereItFits() throws {
        let tensor = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
        try tensor.withUnsafeMutableElements(of: Float.self) { $0[3] = 9 }
        #expect(try tensor.elements(as: Float.self) == [1, 2, 3, 9])
        let type = #expect(throws: TensorError.self) { try tensor.withUnsafeElements(of: Int32.self) { $0.count } }
        #expect(type?.description == "elements: float32 cannot be seen as int32; convert the tensor first")
        let gaps = #expect(throws: TensorError.self) {
            try tensor.transposed().withUnsafeElements(of: Float.self) { $0.count }
        }
        #expect(gaps?.description == "elements: shape [2, 2] has strides [1, 2]; make the tensor contiguous first")
        #expect(try Tensor.zeros([0]).withUnsafeElements(of: Float.self) { $0.count } == 0)
        // What the body throws arrives as it is.
        let own = #expect(throws: TensorError.self) {
            try tensor.withUnsafeElements(of: Float.self) { _ throws(TensorError) -> Int in throw TensorError("mine") }
        }
        #expect(own?.description == "mine")
    }

    @Test func itemNeedsOneElement() throws {
        #expect(try Tensor([2.5] as [Float], shape: [1, 1]).item() == 2.5)
        #expect(throws: TensorError.self) { try Tensor.zeros([2]).item() }
        #expect(throws: TensorError.self) { try Tensor.zeros([0]).item() }
    }

    @Test(arguments: TestDevices.available) func devicesRoundTrip(device: Device) throws {
        let values = spread(100).map { Float($0) }
        let tensor = try Tensor(values, shape: [10, 10], device: device)
        #expect(tensor.device == device)
        #expect(try tensor.transposed().to(.cpu).transposed().elements(as: Float.self) == values)
        try device.synchronize()
    }

    @Test func copiesHaveMemoryOfTheirOwn() throws {
        let tensor = try Tensor.zeros([2, 2])
        let copy = try tensor.cloned()
        #expect(!copy.sharesMemory(with: tensor))
        try copy.fill(3)
        try tensor.copy(from: Tensor([1, 2]))  // Broadcast, and converted from float64.
        #expect(try tensor.elements(as: Float.self) == [1, 2, 1, 2])
        #expect(try copy.elements(as: Float.self) == [3, 3, 3, 3])
        #expect(throws: TensorError.self) { try tensor.copy(from: Tensor.zeros([3])) }
    }

    @Test func channelsInnermost() throws {
        let tensor = try Tensor.zeros([2, 3, 4, 5]).channelsLast()
        #expect(tensor.strides == [60, 1, 15, 3] && tensor.isChannelsLast)
        #expect(try !tensor.contiguous().isChannelsLast && !tensor.selected(0, 0).isChannelsLast)
        #expect(try tensor.contiguous().strides == [60, 20, 5, 1])
        #expect(throws: TensorError.self) { try Tensor.zeros([3]).channelsLast() }
    }
}
