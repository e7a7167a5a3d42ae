import CTorchBridge

extension Tensor {
    /// With elements of another type; the tensor itself if it has that type.
    public func to(_ dtype: DType) throws(TensorError) -> Tensor {
        try map { tb_to($0, dtype.bridged, tb_device($0), false, $1) }
    }

    /// On another device; the tensor itself if it is there.
    public func to(_ device: Device) throws(TensorError) -> Tensor {
        let dtype = dtype
        return try map { tb_to($0, dtype.bridged, device.bridged, false, $1) }
    }

    /// A copy with memory of its own.
    public func cloned() throws(TensorError) -> Tensor { try map(tb_clone) }

    /// In C order without gaps; the tensor itself if it is so.
    public func contiguous() throws(TensorError) -> Tensor { try map(tb_contiguous) }

    /// [N, C, H, W] with the channels innermost in memory, which convolutions on some machines prefer.
    public func channelsLast() throws(TensorError) -> Tensor { try map(tb_channels_last) }

    /// Whether it is [N, C, H, W] with the channels innermost in memory, without gaps.
    public var isChannelsLast: Bool {
        let shape = shape
        return shape.count == 4 && strides == [shape[1] * shape[2] * shape[3], 1, shape[1] * shape[3], shape[1]]
    }

    /// In place: the elements of another tensor, broadcast and converted.
    public func copy(from other: Tensor) throws(TensorError) {
        try borrow { (a) throws(TensorError) in
            try other.borrow { (b) throws(TensorError) in try check(tb_copy_into(a, b)) }
        }
    }

    /// In place: every element is `value`.
    public func fill(_ value: Double) throws(TensorError) {
        try borrow { (a) throws(TensorError) in try check(tb_fill(a, value)) }
    }

    /// The single element as a number; throws for more than one.
    public func item() throws(TensorError) -> Double {
        var value = 0.0
        try borrow { (a) throws(TensorError) in try check(tb_item_double(a, &value)) }
        return value
    }

    /// All elements in C order, converted to `Element`.
    public func elements<Element: TensorElement>(as type: Element.Type = Element.self) throws(TensorError) -> [Element]
    {
        let tensor = try detached().to(.cpu).to(Element.dtype).contiguous()
        return try tensor.withUnsafeElements(of: Element.self) { Array($0) }
    }

    /// Lends the elements of a contiguous tensor on the CPU, in C order.
    ///
    /// - Throws: `TensorError` if they are of another type, elsewhere or with gaps; and what `body` throws.
    public func withUnsafeElements<Element: TensorElement, Result>(
        of type: Element.Type, _ body: (UnsafeBufferPointer<Element>) throws(TensorError) -> Result
    ) throws(TensorError) -> Result {
        try checkType(Element.self)
        return try withUnsafeBytes { (bytes) throws(TensorError) in
            try body(UnsafeBufferPointer(bytes.assumingMemoryBound(to: Element.self)))
        }
    }

    /// As `withUnsafeElements`, to change them in place: a later backward pass that needs what they were fails.
    public func withUnsafeMutableElements<Element: TensorElement, Result>(
        of type: Element.Type, _ body: (UnsafeMutableBufferPointer<Element>) throws(TensorError) -> Result
    ) throws(TensorError) -> Result {
        try checkType(Element.self)
        ask(tb_changed)
        return try withUnsafeBytes { (bytes) throws(TensorError) in
            try body(bytes.assumingMemoryBound(to: Element.self))
        }
    }

    private func checkType<Element: TensorElement>(_ type: Element.Type) throws(TensorError) {
        guard dtype == Element.dtype else {
            throw TensorError("elements: \(self.dtype) cannot be seen as \(Element.dtype); convert the tensor first")
        }
    }

    /// Lends the memory of a contiguous tensor on the CPU, in C order. Change only tensors that no gradient depends on:
    /// the graph does not learn of it, as it does from `withUnsafeMutableElements`.
    public func withUnsafeBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws(TensorError) -> Result
    ) throws(TensorError) -> Result {
        guard device == .cpu, isContiguous else {
            throw TensorError(
                device == .cpu
                    ? "elements: shape \(shape) has strides \(strides); make the tensor contiguous first"
                    : "elements: the tensor is on \(device); bring it to the CPU first")
        }
        let size = count * dtype.size
        return try borrow { (handle) throws(TensorError) in
            var pointer: UnsafeMutableRawPointer?
            try check(tb_data(handle, &pointer))
            return try body(UnsafeMutableRawBufferPointer(start: pointer, count: size))
        }
    }
}

extension Tensor {
    /// The first element, for kernels that read and write a tensor on the CPU by its strides. The caller sees to it that
    /// `Element` has the elements' size, and keeps the tensor alive.
    public func unsafePointer<Element: BitwiseCopyable>(
        to type: Element.Type
    ) throws(TensorError) -> UnsafeMutablePointer<Element> {
        guard device == .cpu, MemoryLayout<Element>.size == dtype.size else {
            throw TensorError("elements: \(dtype) on \(device) cannot be seen as \(Element.self) on the CPU")
        }
        return try borrow { (handle) throws(TensorError) in
            var pointer: UnsafeMutableRawPointer?
            try check(tb_data(handle, &pointer))
            // A tensor without elements has no memory.
            return (pointer ?? UnsafeMutableRawPointer(bitPattern: 64)!).assumingMemoryBound(to: Element.self)
        }
    }
}
