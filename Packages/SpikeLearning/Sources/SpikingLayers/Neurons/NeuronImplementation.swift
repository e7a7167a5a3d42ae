import TorchTensors

/// How a layer with a kernel of its own is computed.
public enum NeuronImplementation: Sendable, Hashable, CaseIterable {
    /// The kernel where it can: float32 and bfloat16 on the CPU; with float16, on CUDA devices where NVRTC is.
    case automatic

    /// One pass over memory, in Swift or CUDA C; throws for other types and devices.
    case kernel

    /// LibTorch's operations, step by step, for every type and device.
    case tensorOperations

    /// Whether to use the kernel for this input.
    ///
    /// - Parameters:
    ///   - steps: T
    ///   - isConstant: Whether the input is that of a single step.
    func usesKernel(
        for input: Tensor, _ layer: String, steps: Int, isConstant: Bool = false
    ) throws(TensorError) -> Bool {
        if self == .tensorOperations { return false }
        let problem = Self.problem(
            input.dtype, input.device, steps: steps, elements: isConstant ? steps * input.count : input.count)
        guard self == .kernel, let problem else { return problem == nil }
        throw TensorError("\(layer): \(problem)")
    }

    /// Why there is no kernel for such an input; nil if there is.
    private static func problem(_ dtype: DType, _ device: Device, steps: Int, elements: Int) -> String? {
        if device.runsCUDA { return CUDANeurons.problem(dtype, steps: steps, elements: elements) }
        if device == .cpu, dtype == .float32 || dtype == .bfloat16 { return nil }
        return "the kernel computes float32 and bfloat16 on the CPU, got \(dtype) on \(device)"
    }
}
