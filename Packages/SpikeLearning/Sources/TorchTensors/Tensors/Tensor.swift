import CTorchBridge

/// An array of numbers of any number of dimensions, on a device, that gradients can be taken with respect to.
///
/// A tensor is a reference: copies of it, and views such as slices, share their elements. Operations return new tensors
/// unless their name says "in place". They throw `TensorError` where shapes, types or devices do not fit; one `try`
/// covers an expression. Several threads may read a tensor; whoever changes one in place sees to it that none does.
public struct Tensor: @unchecked Sendable {
    private let owner: Owner

    /// Owns one handle of the bridge.
    private final class Owner: @unchecked Sendable {
        let handle: TBTensor

        init(_ handle: TBTensor) { self.handle = handle }

        deinit { tb_tensor_release(handle) }
    }

    /// Takes over a handle.
    @inline(__always)
    init(owning handle: TBTensor) { owner = Owner(handle) }

    /// Takes over what a call of the bridge writes.
    @inline(__always)
    init(_ call: (UnsafeMutablePointer<TBTensor>) -> TBError) throws(TensorError) {
        var handle = TBTensor()
        try check(call(&handle))
        self.init(owning: handle)
    }

    /// To be lent to the bridge while this tensor lives.
    @inline(__always)
    func borrow<Result>(_ body: (TBTensor) throws(TensorError) -> Result) throws(TensorError) -> Result {
        defer { withExtendedLifetime(owner) {} }
        return try body(owner.handle)
    }

    /// As `borrow`, for what cannot fail.
    @inline(__always)
    func ask<Result>(_ body: (TBTensor) -> Result) -> Result {
        defer { withExtendedLifetime(owner) {} }
        return body(owner.handle)
    }
}

extension Tensor {
    public var dtype: DType {
        var type = TBFloat32
        let error = ask { tb_type($0, &type) }
        precondition(error.kind == TBErrorNone, "Tensor: \(TensorError(error))")
        return DType(rawValue: type.rawValue)!
    }

    public var device: Device { Device(ask(tb_device)) }

    /// How many dimensions there are.
    public var rank: Int { Int(ask(tb_rank)) }

    /// How many elements there are.
    public var count: Int { Int(ask(tb_element_count)) }

    /// The length of each dimension; empty for a single number.
    public var shape: [Int] { dimensions(tb_shape) }

    /// How many elements apart neighbours in each dimension are.
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

    /// Whether the elements lie in memory in order and without gaps, the last dimension innermost.
    public var isContiguous: Bool { ask(tb_is_contiguous) }

    /// Whether a change of one changes the other, as with views.
    public func sharesMemory(with other: Tensor) -> Bool {
        ask { a in other.ask { b in tb_shares_storage(a, b) } }
    }

    /// How many tensors the program holds; a test that this returns to what it was finds leaks.
    public static var liveCount: Int { Int(tb_live_handles()) }
}
