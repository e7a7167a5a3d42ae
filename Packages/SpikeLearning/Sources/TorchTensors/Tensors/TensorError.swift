import CTorchBridge

/// What went wrong in LibTorch, or in a kernel of ours that it called.
public struct TensorError: Error, CustomStringConvertible, Sendable {
    public enum Kind: Sendable {
        /// Shapes, types or devices that do not fit, or an index outside.
        case operation
        case outOfMemory
        /// Thrown by a Swift kernel in the backward pass.
        case kernel
        /// The loaded LibTorch is not the one that the program was built with.
        case version
    }

    public let kind: Kind

    /// One line: the operation, what is wrong, and the types and shapes that it was given.
    public let description: String

    public init(kind: Kind = .operation, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// Takes over an error of the bridge.
    init(_ error: TBError) {
        switch error.kind {
        case TBErrorOutOfMemory: kind = .outOfMemory
        case TBErrorKernel: kind = .kernel
        case TBErrorVersion: kind = .version
        default: kind = .operation
        }
        description = String(cString: error.message)
        tb_error_free(error)
    }
}

/// Throws what a call of the bridge reports.
@inline(__always)
func check(_ error: TBError) throws(TensorError) {
    if error.kind != TBErrorNone { throw TensorError(error) }
}
