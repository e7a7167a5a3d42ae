import CTorchBridge

extension Tensor {
    /// A tensor whose elements are not set.
    public init(
        unset shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) {
        try Torch.load()
        self = try withNumbers(shape) { (numbers, rank) throws(TensorError) in
            try Tensor { tb_empty(numbers, rank, dtype.bridged, device.bridged, $0) }
        }
    }

    /// As another in shape, type, device and layout; elements are not set.
    public init(unsetLike other: Tensor) throws(TensorError) {
        self = try other.map(tb_empty_like)
    }

    /// Every element is `value`.
    public static func full(
        _ shape: [Int], _ value: Double, dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        try Torch.load()
        return try withNumbers(shape) { (numbers, rank) throws(TensorError) in
            try Tensor { tb_full(numbers, rank, value, dtype.bridged, device.bridged, $0) }
        }
    }

    public static func zeros(
        _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        try full(shape, 0, dtype: dtype, device: device)
    }

    public static func ones(
        _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        try full(shape, 1, dtype: dtype, device: device)
    }

    /// Zeros of another's shape, type and device.
    public static func zeros(like other: Tensor) throws(TensorError) -> Tensor {
        try zeros(other.shape, dtype: other.dtype, device: other.device)
    }

    /// Ones of another's shape, type and device.
    public static func ones(like other: Tensor) throws(TensorError) -> Tensor {
        try ones(other.shape, dtype: other.dtype, device: other.device)
    }

    /// 0, 1, … below `count`.
    public static func arange(
        _ count: Int, dtype: DType = .int64, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        try Torch.load()
        return try Tensor { tb_arange(0, Double(count), 1, dtype.bridged, device.bridged, $0) }
    }

    /// `count` values at equal distances from the first to the last of `range`, both included.
    public static func linspace(
        _ range: ClosedRange<Double>, count: Int, dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        try Torch.load()
        return try Tensor {
            tb_linspace(range.lowerBound, range.upperBound, Int64(count), dtype.bridged, device.bridged, $0)
        }
    }

    /// A single number; combined with another tensor it takes that one's type and device, where that is of its kind.
    public init(_ value: Double) throws(TensorError) {
        try Torch.load()
        try self.init { tb_number_double(value, $0) }
    }

    /// As for a `Double`; combined with floating point it is converted.
    public init(_ value: Int) throws(TensorError) {
        try Torch.load()
        try self.init { tb_number_int(Int64(value), $0) }
    }

    /// Elements in C order; throws unless there are as many as `shape` says.
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

    /// A tensor over an array's own memory, without a copy. The array lives as long as the tensor and its views. Read it
    /// only: an operation in place would change an array that others may hold.
    public init<Element: TensorElement>(sharing elements: [Element], shape: [Int]) throws(TensorError) {
        try checkCount(elements.count, of: shape)
        try Torch.load()
        let owner = Unmanaged.passRetained(ArrayOwner(elements))
        // An array's elements stay where they are for as long as somebody holds it and nobody changes it.
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

/// Throws unless a shape has so many elements.
private func checkCount(_ count: Int, of shape: [Int]) throws(TensorError) {
    var product: Int? = shape.allSatisfy { $0 >= 0 } ? 1 : nil
    if shape.contains(0), product != nil { product = 0 }
    for length in shape where length != 0 {
        guard let soFar = product else { break }
        let (next, overflows) = soFar.multipliedReportingOverflow(by: length)
        product = overflows ? nil : next
    }
    guard product == count else {
        throw TensorError("tensor: \(count) elements do not fill shape \(shape)")
    }
}

/// Keeps an array alive for a tensor over its memory.
private final class ArrayOwner<Element: TensorElement>: Sendable {
    let elements: [Element]

    init(_ elements: [Element]) { self.elements = elements }
}
