import SpikeEncoding

extension Tensor {
    /// Creates a tensor [units, steps] from spikes: their signs as int8, or the amplitudes of graded spikes as float32.
    ///
    /// - Parameters:
    ///   - spikes: The spike train.
    ///   - device: The device that stores the tensor.
    /// - Throws: `TensorError` if memory does not suffice.
    public init(_ spikes: SpikeTrain, device: Device = .cpu) throws(TensorError) {
        let shape = [spikes.unitCount, spikes.stepCount]
        if let amplitudes = spikes.amplitudes {
            try self.init(amplitudes, shape: shape, device: device)
        } else {
            try self.init(spikes.signs, shape: shape, device: device)
        }
    }

    /// Creates a tensor [units, steps] on the CPU that shares the memory of a spike train: signs as int8, or the
    /// amplitudes of graded spikes as float32. Only read this tensor.
    ///
    /// - Throws: `TensorError` if LibTorch cannot create the tensor.
    public init(sharing spikes: SpikeTrain) throws(TensorError) {
        let shape = [spikes.unitCount, spikes.stepCount]
        if let amplitudes = spikes.amplitudes {
            try self.init(sharing: amplitudes, shape: shape)
        } else {
            try self.init(sharing: spikes.signs, shape: shape)
        }
    }
}

extension SpikeTrain {
    /// Creates a spike train from a tensor: int8 gives signs, float32 gives graded spikes.
    ///
    /// The spikes of a layer are zeros and ones in float32; convert them to int8 to create a train that is not graded.
    /// - Parameter tensor: The spikes, [units, steps], on any device. Values are −1, 0 or 1 in int8, or finite in
    ///   float32.
    /// - Throws: `TensorError` if the tensor does not have two dimensions, has another type or holds another value.
    public init(_ tensor: Tensor) throws(TensorError) {
        let shape = tensor.shape
        guard shape.count == 2 else {
            throw TensorError("spike train: [units, steps] is needed, got shape \(shape)")
        }
        func check<Value>(_ values: [Value], _ needed: String, _ isFit: (Value) -> Bool) throws(TensorError) {
            guard let index = values.firstIndex(where: { !isFit($0) }) else { return }
            throw TensorError(
                "spike train: \(needed), got \(values[index]) for unit \(index / shape[1]) at step \(index % shape[1])")
        }
        switch tensor.dtype {
        case .int8:
            let signs = try tensor.elements(as: Int8.self)
            try check(signs, "a sign is -1, 0 or 1") { -1...1 ~= $0 }
            self.init(signs: signs, unitCount: shape[0])
        case .float32:
            let amplitudes = try tensor.elements(as: Float.self)
            try check(amplitudes, "an amplitude is finite") { $0.isFinite }
            self.init(amplitudes: amplitudes, unitCount: shape[0])
        default:
            throw TensorError(
                "spike train: int8 (signs) or float32 (amplitudes) is needed, got \(tensor.dtype); convert the tensor first"
            )
        }
    }
}
