import CTorchBridge

/// A multidimensional array of numbers on a device, with support for automatic differentiation.
///
/// A tensor is a reference: copies of a tensor, and views such as slices, share their elements. Operations return new
/// tensors unless their description says "in place". Operations throw `TensorError` if shapes, types or devices do not
/// fit; one `try` covers a whole expression. Several threads may read a tensor at the same time. A thread that changes
/// a tensor in place must make sure that no other thread uses it meanwhile.
public struct Tensor: @unchecked Sendable {
    private let owner: Owner

    /// Owns one handle of the bridge and releases it at the end.
    private final class Owner: @unchecked Sendable {
        let handle: TBTensor

        init(_ handle: TBTensor) { self.handle = handle }

        deinit { tb_tensor_release(handle) }
    }

    /// Takes ownership of a handle.
    @inline(__always)
    init(owning handle: TBTensor) { owner = Owner(handle) }

    /// Takes ownership of the handle that a bridge call writes.
    @inline(__always)
    init(_ call: (UnsafeMutablePointer<TBTensor>) -> TBError) throws(TensorError) {
        var handle = TBTensor()
        try check(call(&handle))
        self.init(owning: handle)
    }

    /// Calls `body` with the handle, and keeps the tensor alive until `body` returns.
    @inline(__always)
    func borrow<Result>(_ body: (TBTensor) throws(TensorError) -> Result) throws(TensorError) -> Result {
        defer { withExtendedLifetime(owner) {} }
        return try body(owner.handle)
    }

    /// Calls a `body` that cannot fail with the handle, and keeps the tensor alive until `body` returns.
    @inline(__always)
    func ask<Result>(_ body: (TBTensor) -> Result) -> Result {
        defer { withExtendedLifetime(owner) {} }
        return body(owner.handle)
    }
}

extension Tensor {
    /// The type of the elements. Traps if `DType` has no case for the type.
    public var dtype: DType {
        var type = TBFloat32
        let error = ask { tb_type($0, &type) }
        precondition(error.kind == TBErrorNone, "Tensor: \(TensorError(error))")
        return DType(rawValue: type.rawValue)!
    }

    /// The device that stores the tensor.
    public var device: Device { Device(ask(tb_device)) }

    /// The number of dimensions.
    public var rank: Int { Int(ask(tb_rank)) }

    /// The number of elements.
    public var count: Int { Int(ask(tb_element_count)) }

    /// The length of each dimension. The array is empty for a single number.
    public var shape: [Int] { dimensions(tb_shape) }

    /// The distance in memory between neighbours along each dimension, in elements.
    public var strides: [Int] { dimensions(tb_strides) }

    private func dimensions(_ body: (TBTensor, UnsafeMutablePointer<Int64>) -> Void) -> [Int] {
        ask { handle in
            let rank = Int(tb_rank(handle))
            return withUnsafeTemporaryAllocation(of: Int64.self, capacity: max(rank, 1)) { buffer in
                body(handle, buffer.baseAddress!)
                return buffer.prefix(rank).map { Int($0) }
            }
        }
    }

    /// Whether the elements lie in memory in C order, the last dimension innermost, without gaps.
    public var isContiguous: Bool { ask(tb_is_contiguous) }

    /// Returns whether both tensors are views of the same memory, so that changing one can change the other.
    public func sharesMemory(with other: Tensor) -> Bool {
        ask { a in other.ask { b in tb_shares_storage(a, b) } }
    }

    /// The number of tensor handles alive in this process. Tests can find leaks by comparing the numbers before and
    /// after.
    public static var liveCount: Int { Int(tb_live_handles()) }
}
