/// A NumPy array of any number of dimensions, as in a `.npy` file; elements are in C order, the last dimension innermost.
public struct NPYArray: Sendable, Hashable {
    /// Empty for a single value.
    public let shape: [Int]

    /// As many as the product of `shape`.
    public let elements: Elements

    /// The values of an array, by NumPy's name of their type.
    public enum Elements: Sendable, Hashable {
        case float32([Float])
        case float64([Double])
        case int8([Int8])
        case int16([Int16])
        case int32([Int32])
        case int64([Int64])
        case uint8([UInt8])
        case uint16([UInt16])
        case uint32([UInt32])
        case uint64([UInt64])
        case bool([Bool])
    }

    /// Traps unless there are as many elements as `shape` says.
    public init(shape: [Int], elements: Elements) {
        precondition(shape.allSatisfy { $0 >= 0 }, "NPYArray: dimensions must be >= 0, got \(shape)")
        precondition(
            elements.count == shape.reduce(1, *), "NPYArray: \(elements.count) elements do not fill shape \(shape)")
        self.shape = shape
        self.elements = elements
    }

    /// How many elements there are.
    public var count: Int { elements.count }

    /// The elements rounded to Float32; true is 1.
    public func floats() -> [Float] {
        switch elements {
        case .float32(let values): values
        case .float64(let values): values.map { Float($0) }
        case .int8(let values): values.map { Float($0) }
        case .int16(let values): values.map { Float($0) }
        case .int32(let values): values.map { Float($0) }
        case .int64(let values): values.map { Float($0) }
        case .uint8(let values): values.map { Float($0) }
        case .uint16(let values): values.map { Float($0) }
        case .uint32(let values): values.map { Float($0) }
        case .uint64(let values): values.map { Float($0) }
        case .bool(let values): values.map { $0 ? 1 : 0 }
        }
    }

    /// The elements in double precision, exact but for whole numbers beyond 2^53; true is 1.
    public func doubles() -> [Double] {
        switch elements {
        case .float32(let values): values.map { Double($0) }
        case .float64(let values): values
        case .int8(let values): values.map { Double($0) }
        case .int16(let values): values.map { Double($0) }
        case .int32(let values): values.map { Double($0) }
        case .int64(let values): values.map { Double($0) }
        case .uint8(let values): values.map { Double($0) }
        case .uint16(let values): values.map { Double($0) }
        case .uint32(let values): values.map { Double($0) }
        case .uint64(let values): values.map { Double($0) }
        case .bool(let values): values.map { $0 ? 1 : 0 }
        }
    }

    package func shapeError(_ path: String, needed: String) -> FileError {
        .malformed(
            path: path, place: nil,
            problem: "the array has shape [\(shape.map(String.init).joined(separator: ", "))]; \(needed)")
    }
}

extension NPYArray.Elements {
    public var count: Int {
        switch self {
        case .float32(let values): values.count
        case .float64(let values): values.count
        case .int8(let values): values.count
        case .int16(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        case .uint8(let values): values.count
        case .uint16(let values): values.count
        case .uint32(let values): values.count
        case .uint64(let values): values.count
        case .bool(let values): values.count
        }
    }

    /// NumPy's type code, without the byte order.
    package var typeCode: String {
        switch self {
        case .float32: "f4"
        case .float64: "f8"
        case .int8: "i1"
        case .int16: "i2"
        case .int32: "i4"
        case .int64: "i8"
        case .uint8: "u1"
        case .uint16: "u2"
        case .uint32: "u4"
        case .uint64: "u8"
        case .bool: "b1"
        }
    }
}
