import TorchTensors

/// How a layer with a kernel of its own is computed.
public enum NeuronImplementation: Sendable, Hashable, CaseIterable {
    /// The kernel where it can: float32 and bfloat16 on the CPU.
    case automatic

    /// One pass over memory, in Swift; throws for other types and devices.
    case kernel

    /// LibTorch's operations, step by step, for every type and device.
    case tensorOperations

    /// Whether to use the kernel for this input.
    func usesKernel(for input: Tensor, _ layer: String) throws(TensorError) -> Bool {
        let dtype = input.dtype
        let isSuited = input.device == .cpu && (dtype == .float32 || dtype == .bfloat16)
        switch self {
        case .automatic: return isSuited
        case .tensorOperations: return false
        case .kernel:
            if isSuited { return true }
            throw TensorError(
                "\(layer): the kernel computes float32 and bfloat16 on the CPU, got \(dtype) on \(input.device)")
        }
    }
}
