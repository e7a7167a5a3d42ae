import CTorchBridge

/// A kernel that is loaded on a CUDA device.
public struct CUDAKernel: @unchecked Sendable {
    private let function: TBCUDAFunction
    private let device: Device

    /// A number of blocks or threads in two dimensions.
    public struct Size: Sendable, Hashable {
        /// The number in the first dimension.
        public let x: Int
        /// The number in the second dimension.
        public let y: Int

        /// Creates a size of `x` × `y`.
        public init(_ x: Int, _ y: Int = 1) {
            self.x = x
            self.y = y
        }
    }

    /// An argument of a kernel.
    public enum Argument {
        /// A pointer to the first element of a tensor; a null pointer for `nil`.
        case tensor(Tensor?)
        /// A number of the type `unsigned int`.
        case index(Int)
        /// A number of the type `double`.
        case double(Double)
        /// A structure whose members are all of the type `float`.
        case floats([Float])
    }

    init(_ function: TBCUDAFunction, _ device: Device) {
        self.function = function
        self.device = device
    }

    /// Submits the kernel to LibTorch's current stream of the device and returns without waiting. The kernel runs after
    /// all work that was submitted before.
    ///
    /// - Parameters:
    ///   - arguments: The arguments in the order of the kernel's parameters. Their types must match the kernel's
    ///     declaration; this is not checked.
    ///   - blocks: The number of blocks.
    ///   - threads: The number of threads per block.
    /// - Throws: `TensorError` if a tensor is on another device, or the driver rejects the kernel. Traps if an index,
    ///   or a number of blocks or threads, does not fit in 32 bits.
    public func callAsFunction(_ arguments: [Argument], blocks: Size, threads: Size) throws(TensorError) {
        // The arguments in words of eight bytes, and the first word of each argument.
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

    /// Returns whether the address of the first element is a multiple of `bytes`, on any device.
    ///
    /// - Parameter bytes: The alignment in bytes, above 0.
    public func isAligned(to bytes: Int) -> Bool { ((try? address()) ?? 1) % UInt64(bytes) == 0 }
}
