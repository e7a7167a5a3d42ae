import CTorchBridge

extension Tensor {
    /// Returns the tensor with its elements converted to another type. Returns the tensor itself if it has this type.
    public func to(_ dtype: DType) throws(TensorError) -> Tensor {
        try map { tb_to($0, dtype.bridged, tb_device($0), false, $1) }
    }

    /// Returns the tensor on another device. Returns the tensor itself if it is on this device.
    ///
    /// - Throws: `TensorError` if the device is not available or its memory does not suffice.
    public func to(_ device: Device) throws(TensorError) -> Tensor {
        let dtype = dtype
        return try map { tb_to($0, dtype.bridged, device.bridged, false, $1) }
    }

    /// Returns a copy of the tensor with its own memory.
    public func cloned() throws(TensorError) -> Tensor { try map(tb_clone) }

    /// Returns the tensor in C order without gaps in memory. Returns the tensor itself if it is contiguous.
    public func contiguous() throws(TensorError) -> Tensor { try map(tb_contiguous) }

    /// Returns the tensor [N, C, H, W] with the channels innermost in memory. Convolutions run faster in this layout on
    /// some hardware.
    ///
    /// - Throws: `TensorError` if the tensor does not have four dimensions.
    public func channelsLast() throws(TensorError) -> Tensor { try map(tb_channels_last) }

    /// Whether the tensor has four dimensions [N, C, H, W] and its channels are innermost in memory, without gaps.
    public var isChannelsLast: Bool {
        let shape = shape
        return shape.count == 4 && strides == [shape[1] * shape[2] * shape[3], 1, shape[1] * shape[3], shape[1]]
    }

    /// Replaces the elements in place by the elements of `other`, which are broadcast to this shape and converted to
    /// this type and device.
    public func copy(from other: Tensor) throws(TensorError) {
        try borrow { (a) throws(TensorError) in
            try other.borrow { (b) throws(TensorError) in try check(tb_copy_into(a, b)) }
        }
    }

    /// Sets every element to `value`, in place.
    public func fill(_ value: Double) throws(TensorError) {
        try borrow { (a) throws(TensorError) in try check(tb_fill(a, value)) }
    }

    /// Returns the only element of the tensor as a number.
    ///
    /// - Throws: `TensorError` if the tensor does not have exactly one element.
    public func item() throws(TensorError) -> Double {
        var value = 0.0
        try borrow { (a) throws(TensorError) in try check(tb_item_double(a, &value)) }
        return value
    }

    /// Returns a copy of all elements in C order, converted to `Element`. The tensor can be on any device.
    ///
    /// - Parameter type: The Swift type of the elements.
    public func elements<Element: TensorElement>(as type: Element.Type = Element.self) throws(TensorError) -> [Element]
    {
        let tensor = try detached().to(.cpu).to(Element.dtype).contiguous()
        return try tensor.withUnsafeElements(of: Element.self) { Array($0) }
    }

    /// Calls `body` with the elements of a contiguous tensor on the CPU, in C order. The buffer is valid only during
    /// the call.
    ///
    /// - Throws: `TensorError` if the elements have another type, are not on the CPU or are not contiguous, and the
    ///   error that `body` throws.
    public func withUnsafeElements<Element: TensorElement, Result>(
        of type: Element.Type, _ body: (UnsafeBufferPointer<Element>) throws(TensorError) -> Result
    ) throws(TensorError) -> Result {
        try checkType(Element.self)
        return try withUnsafeBytes { (bytes) throws(TensorError) in
            try body(UnsafeBufferPointer(bytes.assumingMemoryBound(to: Element.self)))
        }
    }

    /// Calls `body` with the elements of a contiguous tensor on the CPU, in C order, so that `body` can change them in
    /// place. The buffer is valid only during the call. A later backward pass fails if it needs the elements as they
    /// were before.
    ///
    /// - Throws: `TensorError` if the elements have another type, are not on the CPU or are not contiguous, and the
    ///   error that `body` throws.
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

    /// Calls `body` with the memory of a contiguous tensor on the CPU, in C order. The buffer is valid only during the
    /// call.
    ///
    /// Change only tensors that no gradient depends on: unlike `withUnsafeMutableElements`, this function does not tell
    /// the graph of gradients about a change.
    /// - Throws: `TensorError` if the tensor is not on the CPU or is not contiguous, and the error that `body` throws.
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
    /// Returns a pointer to the first element, for kernels that read and write a tensor on the CPU by its strides. The
    /// caller must keep the tensor alive, and `Element` must represent the tensor's type.
    ///
    /// - Parameter type: The Swift type of the elements.
    /// - Throws: `TensorError` if the tensor is not on the CPU, or the size of `Element` is not the size of its
    ///   elements.
    public func unsafePointer<Element: BitwiseCopyable>(
        to type: Element.Type
    ) throws(TensorError) -> UnsafeMutablePointer<Element> {
        guard device == .cpu, MemoryLayout<Element>.size == dtype.size else {
            throw TensorError("elements: \(dtype) on \(device) cannot be seen as \(Element.self) on the CPU")
        }
        return try borrow { (handle) throws(TensorError) in
            var pointer: UnsafeMutableRawPointer?
            try check(tb_data(handle, &pointer))
            // A tensor without elements has no memory, so it gets a pointer that nobody may follow.
            return (pointer ?? UnsafeMutableRawPointer(bitPattern: 64)!).assumingMemoryBound(to: Element.self)
        }
    }
}
