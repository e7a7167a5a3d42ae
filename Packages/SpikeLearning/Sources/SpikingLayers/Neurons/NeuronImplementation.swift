import TorchTensors

/// How the spikes of a layer for which this library has a kernel are computed.
public enum NeuronImplementation: Sendable, Hashable, CaseIterable {
    /// The kernel where it supports the input, otherwise `tensorOperations`. Kernels support float32 and bfloat16 on
    /// the CPU. On CUDA devices with NVRTC they support float16 too, up to 256 steps and fewer than 2³¹ elements.
    case automatic

    /// The kernel, which takes one pass over memory, in Swift or CUDA C. Throws a `TensorError` for inputs that the
    /// kernel does not support.
    case kernel

    /// LibTorch's operations, step by step, on every device and for every floating-point type.
    case tensorOperations

    /// Returns whether to use the kernel for an input.
    ///
    /// - Parameters:
    ///   - layer: The name of the layer, with which an error message begins.
    ///   - steps: The number of time steps T.
    ///   - isConstant: True if `input` holds a single step, which is repeated T times.
    /// - Throws: `TensorError` if this is `.kernel` and the kernel does not support the input.
    func usesKernel(
        for input: Tensor, _ layer: String, steps: Int, isConstant: Bool = false
    ) throws(TensorError) -> Bool {
        if self == .tensorOperations { return false }
        let problem = Self.problem(
            input.dtype, input.device, steps: steps, elements: isConstant ? steps * input.count : input.count)
        guard self == .kernel, let problem else { return problem == nil }
        throw TensorError("\(layer): \(problem)")
    }

    /// The reason why no kernel supports such an input; nil if one does.
    private static func problem(_ dtype: DType, _ device: Device, steps: Int, elements: Int) -> String? {
        if device.runsCUDA { return CUDANeurons.problem(dtype, steps: steps, elements: elements) }
        if device == .cpu, dtype == .float32 || dtype == .bfloat16 { return nil }
        return "the kernel computes float32 and bfloat16 on the CPU, got \(dtype) on \(device)"
    }
}
