import ArrayFiles

extension Tensor {
    /// Reads a NumPy array from a `.npy` file into a tensor on the CPU.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `FileError` if the file cannot be read, is not an array, or has a type that tensors do not support;
    ///   `TensorError` if LibTorch does not support the shape.
    public static func readNPY(_ path: String) throws -> Tensor {
        let array = try NPYArray.read(path)
        func tensor<Element: TensorElement>(_ elements: [Element]) throws -> Tensor {
            try Tensor(sharing: elements, shape: array.shape)
        }
        func unsuitable(_ type: String, _ other: String) -> FileError {
            .unsuitable(path: path, problem: "the elements are \(type), which no tensor holds; save them as \(other)")
        }
        switch array.elements {
        case .float32(let elements): return try tensor(elements)
        case .float64(let elements): return try tensor(elements)
        case .int8(let elements): return try tensor(elements)
        case .int16(let elements): return try tensor(elements)
        case .int32(let elements): return try tensor(elements)
        case .int64(let elements): return try tensor(elements)
        case .uint8(let elements): return try tensor(elements)
        case .bool(let elements): return try tensor(elements)
        case .uint16: throw unsuitable("uint16", "int32")
        case .uint32: throw unsuitable("uint32", "int64")
        case .uint64: throw unsuitable("uint64", "int64")
        }
    }

    /// Writes the tensor to a `.npy` file that `numpy.load` can read. The file is written completely or not at all.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `FileError` if the file cannot be written, or the type is bfloat16 or float16; `TensorError` if memory
    ///   for a copy does not suffice.
    public func writeNPY(to path: String) throws {
        let elements: NPYArray.Elements
        switch dtype {
        case .float32: elements = .float32(try self.elements())
        case .float64: elements = .float64(try self.elements())
        case .int64: elements = .int64(try self.elements())
        case .int32: elements = .int32(try self.elements())
        case .int16: elements = .int16(try self.elements())
        case .int8: elements = .int8(try self.elements())
        case .uint8: elements = .uint8(try self.elements())
        case .bool: elements = .bool(try self.elements())
        case .bfloat16:
            throw FileError.unsuitable(
                path: path, problem: "NumPy has no bfloat16; convert the tensor to float32 first")
        case .float16:
            throw FileError.unsuitable(
                path: path, problem: "float16 is not written to NumPy arrays; convert the tensor to float32 first")
        }
        try NPYArray(shape: shape, elements: elements).write(to: path)
    }
}
