import CTorchBridge

extension Tensor {
    /// Creates a tensor whose elements are not initialized.
    ///
    /// - Parameters:
    ///   - shape: The length of each dimension; an empty array for a single number.
    ///   - dtype: The type of the elements.
    ///   - device: The device that stores the tensor.
    /// - Throws: `TensorError` if a length is negative or memory does not suffice.
    public init(
        unset shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) {
        try Torch.load()
        self = try withNumbers(shape) { (numbers, rank) throws(TensorError) in
            try Tensor { tb_empty(numbers, rank, dtype.bridged, device.bridged, $0) }
        }
    }

    /// Creates a tensor with the shape, type, device and memory layout of another tensor. Its elements are not
    /// initialized.
    public init(unsetLike other: Tensor) throws(TensorError) {
        self = try other.map(tb_empty_like)
    }

    /// Creates a tensor in which every element is `value`.
    ///
    /// - Parameters:
    ///   - shape: The length of each dimension; an empty array for a single number.
    ///   - value: The value of the elements.
    ///   - dtype: The type of the elements.
    ///   - device: The device that stores the tensor.
    /// - Throws: `TensorError` if a length is negative or memory does not suffice.
    public static func full(
        _ shape: [Int], _ value: Double, dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        try Torch.load()
        return try withNumbers(shape) { (numbers, rank) throws(TensorError) in
            try Tensor { tb_full(numbers, rank, value, dtype.bridged, device.bridged, $0) }
        }
    }

    /// Creates a tensor of zeros with the given shape, type and device.
    public static func zeros(
        _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        try full(shape, 0, dtype: dtype, device: device)
    }

    /// Creates a tensor of ones with the given shape, type and device.
    public static func ones(
        _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        try full(shape, 1, dtype: dtype, device: device)
    }

    /// Creates a tensor of zeros with the shape, type and device of another tensor.
    public static func zeros(like other: Tensor) throws(TensorError) -> Tensor {
        try zeros(other.shape, dtype: other.dtype, device: other.device)
    }

    /// Creates a tensor of ones with the shape, type and device of another tensor.
    public static func ones(like other: Tensor) throws(TensorError) -> Tensor {
        try ones(other.shape, dtype: other.dtype, device: other.device)
    }

    /// Creates the tensor [0, 1, …, `count` − 1].
    ///
    /// - Throws: `TensorError` if `count` is negative.
    public static func arange(
        _ count: Int, dtype: DType = .int64, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        try Torch.load()
        return try Tensor { tb_arange(0, Double(count), 1, dtype.bridged, device.bridged, $0) }
    }

    /// Creates a tensor [count] of values at equal distances, from the lower to the upper bound of `range`, both
    /// included.
    ///
    /// - Throws: `TensorError` if `count` is negative.
    public static func linspace(
        _ range: ClosedRange<Double>, count: Int, dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        try Torch.load()
        return try Tensor {
            tb_linspace(range.lowerBound, range.upperBound, Int64(count), dtype.bridged, device.bridged, $0)
        }
    }

    /// Creates a tensor for a single floating-point number. In an operation with another tensor, it adopts the type and
    /// device of a floating-point tensor.
    public init(_ value: Double) throws(TensorError) {
        try Torch.load()
        try self.init { tb_number_double(value, $0) }
    }

    /// Creates a tensor for a single whole number. In an operation with another tensor, it adopts that tensor's type
    /// and device, also if that type is floating-point.
    public init(_ value: Int) throws(TensorError) {
        try Torch.load()
        try self.init { tb_number_int(Int64(value), $0) }
    }

    /// Creates a tensor from a copy of an array.
    ///
    /// - Parameters:
    ///   - elements: The elements in C order.
    ///   - shape: The length of each dimension; `nil` for one dimension.
    ///   - device: The device that stores the tensor.
    /// - Throws: `TensorError` if the number of elements does not match the shape.
    public init<Element: TensorElement>(
        _ elements: [Element], shape: [Int]? = nil, device: Device = .cpu
    ) throws(TensorError) {
        let shape = shape ?? [elements.count]
        try checkCount(elements.count, of: shape)
        let tensor = try Tensor(unset: shape, dtype: Element.dtype)
        try tensor.withUnsafeMutableElements(of: Element.self) { destination in
            elements.withUnsafeBufferPointer { _ = destination.update(fromContentsOf: $0) }
        }
        self = try tensor.to(device)
    }

    /// Creates a tensor on the CPU that uses the memory of an array, without a copy. The memory lives as long as the
    /// tensor and its views. Only read this tensor: an operation in place would also change other copies of the array.
    ///
    /// - Parameters:
    ///   - elements: The elements in C order.
    ///   - shape: The length of each dimension.
    /// - Throws: `TensorError` if the number of elements does not match the shape.
    public init<Element: TensorElement>(sharing elements: [Element], shape: [Int]) throws(TensorError) {
        try checkCount(elements.count, of: shape)
        try Torch.load()
        let owner = Unmanaged.passRetained(ArrayOwner(elements))
        // The elements of an array stay at their address while the array is retained and not changed.
        let memory = owner.takeUnretainedValue().elements.withUnsafeBufferPointer {
            UnsafeMutableRawPointer(mutating: $0.baseAddress)
        }
        self = try withNumbers(shape) { (numbers, rank) throws(TensorError) in
            try Tensor {
                tb_from_memory(
                    memory, numbers, rank, Element.dtype.bridged, owner.toOpaque(),
                    { Unmanaged<AnyObject>.fromOpaque($0!).release() }, $0)
            }
        }
    }
}

/// Throws unless a shape has exactly `count` elements.
private func checkCount(_ count: Int, of shape: [Int]) throws(TensorError) {
    var product: Int? = shape.allSatisfy { $0 >= 0 } ? 1 : nil
    if shape.contains(0), product != nil { product = 0 }
    for length in shape where length != 0 {
        guard let soFar = product else { break }
        let (next, overflows) = soFar.multipliedReportingOverflow(by: length)
        product = overflows ? nil : next
    }
    guard product == count else {
        throw TensorError("tensor: \(counted(count, "element")) \(count == 1 ? "does" : "do") not fill shape \(shape)")
    }
}

/// Keeps an array alive while a tensor uses its memory.
private final class ArrayOwner<Element: TensorElement>: Sendable {
    let elements: [Element]

    init(_ elements: [Element]) { self.elements = elements }
}
