/// A NumPy array of any number of dimensions, as in a `.npy` file.
///
/// Elements are in C order, with the last dimension innermost.
public struct NPYArray: Sendable, Hashable {
    /// The size of each dimension; empty for a single value.
    public let shape: [Int]

    /// The elements, as many as the product of `shape`.
    public let elements: Elements

    /// The elements of an array. Each case has NumPy's name of the element type.
    public enum Elements: Sendable, Hashable {
        /// Floating-point numbers of 32 bits.
        case float32([Float])
        /// Floating-point numbers of 64 bits.
        case float64([Double])
        /// Signed whole numbers of 8 bits.
        case int8([Int8])
        /// Signed whole numbers of 16 bits.
        case int16([Int16])
        /// Signed whole numbers of 32 bits.
        case int32([Int32])
        /// Signed whole numbers of 64 bits.
        case int64([Int64])
        /// Unsigned whole numbers of 8 bits.
        case uint8([UInt8])
        /// Unsigned whole numbers of 16 bits.
        case uint16([UInt16])
        /// Unsigned whole numbers of 32 bits.
        case uint32([UInt32])
        /// Unsigned whole numbers of 64 bits.
        case uint64([UInt64])
        /// Truth values.
        case bool([Bool])
    }

    /// Creates an array from its shape and elements.
    ///
    /// - Parameters:
    ///   - shape: The size of each dimension; empty for a single value. Traps for a negative size.
    ///   - elements: The elements in C order. Traps unless there are as many as the product of `shape`.
    public init(shape: [Int], elements: Elements) {
        precondition(shape.allSatisfy { $0 >= 0 }, "NPYArray: dimensions must be >= 0, got \(shape)")
        precondition(
            elements.count == shape.reduce(1, *), "NPYArray: \(elements.count) elements do not fill shape \(shape)")
        self.shape = shape
        self.elements = elements
    }

    /// The number of elements.
    public var count: Int { elements.count }

    /// Converts the elements to double precision.
    ///
    /// - Returns: The elements in C order. Whole numbers beyond ±2^53 are rounded; true is 1, and false is 0.
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

    /// The error that the array has an unsuitable shape.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - needed: The shape that is needed, in words.
    package func shapeError(_ path: String, needed: String) -> FileError {
        .malformed(
            path: path, place: nil,
            problem: "the array has shape [\(shape.map(String.init).joined(separator: ", "))]; \(needed)")
    }
}

extension NPYArray.Elements {
    /// The number of elements.
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

    /// NumPy's type code of the elements, without the byte order.
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
