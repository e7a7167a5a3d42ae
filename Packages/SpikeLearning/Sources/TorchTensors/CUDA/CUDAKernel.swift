import CTorchBridge

/// A kernel on a CUDA device.
public struct CUDAKernel: @unchecked Sendable {
    private let function: TBCUDAFunction
    private let device: Device

    /// A number of blocks or threads in two dimensions.
    public struct Size: Sendable, Hashable {
        public let x: Int
        public let y: Int

        public init(_ x: Int, _ y: Int = 1) {
            self.x = x
            self.y = y
        }
    }

    /// What a kernel is given.
    public enum Argument {
        /// Where its elements begin; a null pointer for nil.
        case tensor(Tensor?)
        /// `unsigned int`
        case index(Int)
        case double(Double)
        /// A structure of `float`.
        case floats([Float])
    }

    init(_ function: TBCUDAFunction, _ device: Device) {
        self.function = function
        self.device = device
    }

    /// Runs the kernel on LibTorch's current stream, behind all that was asked of the device before; does not wait for it.
    /// Arguments are to be what the kernel declares, which nobody checks.
    ///
    /// - Throws: `TensorError` if a tensor is elsewhere, or the device does not take the kernel.
    public func callAsFunction(_ arguments: [Argument], blocks: Size, threads: Size) throws(TensorError) {
        // Each argument in words of eight bytes, and where it begins.
        var words: [UInt64] = []
        var starts: [Int] = []
        for argument in arguments {
            starts.append(words.count)
            switch argument {
            case .tensor(nil): words.append(0)
            case .tensor(let tensor?):
                guard tensor.device == device else {
                    throw TensorError("CUDA kernel: runs on \(device), got a tensor on \(tensor.device)")
                }
                words.append(try tensor.address())
            case .index(let value): words.append(UInt64(UInt32(value)))
            case .double(let value): words.append(value.bitPattern)
            case .floats(let values):
                for start in stride(from: 0, to: values.count, by: 2) {
                    let second = start + 1 < values.count ? values[start + 1] : 0
                    words.append(UInt64(values[start].bitPattern) | UInt64(second.bitPattern) << 32)
                }
            }
        }
        defer { withExtendedLifetime(arguments) {} }
        let (function, device) = (function, device.bridged)
        let grid: [UInt32] = [UInt32(blocks.x), UInt32(blocks.y), 1]
        let block: [UInt32] = [UInt32(threads.x), UInt32(threads.y), 1]
        try words.withUnsafeMutableBufferPointer { (words) throws(TensorError) in
            var pointers: [UnsafeMutableRawPointer?] = starts.map { UnsafeMutableRawPointer(words.baseAddress! + $0) }
            try check(tb_cuda_launch(device, function, grid, block, &pointers))
        }
    }
}

extension Tensor {
    fileprivate func address() throws(TensorError) -> UInt64 {
        try borrow { (handle) throws(TensorError) in
            var pointer: UnsafeMutableRawPointer?
            try check(tb_data(handle, &pointer))
            return UInt64(UInt(bitPattern: pointer))
        }
    }

    /// Whether the first element lies at a multiple of so many bytes, on any device.
    public func isAligned(to bytes: Int) -> Bool { ((try? address()) ?? 1) % UInt64(bytes) == 0 }
}
