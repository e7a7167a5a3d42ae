import CTorchBridge
import Foundation

/// An error from LibTorch, from the bridge to LibTorch, or from a Swift function that LibTorch called.
public struct TensorError: Error, CustomStringConvertible, Sendable {
    /// The kinds of error.
    public enum Kind: Sendable {
        /// Shapes, types or devices do not fit, an index is out of bounds, or another argument is not valid.
        case operation
        /// The memory of the device did not suffice.
        case outOfMemory
        /// A Swift function threw an error in the backward pass.
        case kernel
        /// The loaded LibTorch does not have the version that the program was built with.
        case version
    }

    /// The kind of the error.
    public let kind: Kind

    /// A description in one line: the operation, the problem, and the types and shapes of the arguments.
    public let description: String

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - kind: The kind of the error.
    ///   - description: A description in one line.
    public init(kind: Kind = .operation, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// Converts an error of the bridge and frees its message.
    init(_ error: TBError) {
        switch error.kind {
        case TBErrorOutOfMemory: kind = .outOfMemory
        case TBErrorKernel: kind = .kernel
        case TBErrorVersion: kind = .version
        default: kind = .operation
        }
        let message = String(cString: error.message)
        description = kind == .outOfMemory ? Self.outOfMemory(message) : message
        tb_error_free(error)
    }

    /// Replaces an allocator's message by one that states how much memory was requested, if known, and what can help.
    ///
    /// - Parameter message: The original message, such as
    ///   `matmul: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has …; given …`.
    static func outOfMemory(_ message: String) -> String {
        let operation = message.prefix { $0 != ":" }
        var size = ""
        if let found = message.firstMatch(of: /tried to allocate (?<bytes>[0-9]+) bytes/),
            let bytes = Double(found.bytes)
        {
            size = bytes < 1e9 ? String(format: "%.1f MB", bytes / 1e6) : String(format: "%.1f GB", bytes / 1e9)
        } else if let found = message.firstMatch(of: /Tried to allocate (?<size>[0-9.]+ [A-Za-z]+)/) {
            size = "\(found.size)"
        }
        let given = message.range(of: "; given ", options: .backwards).map { message[$0.lowerBound...] } ?? ""
        return
            "\(operation): out of memory\(size.isEmpty ? "" : ", as \(size) more were asked for"); lower the batch, the "
            + "steps or the side of the images\(given)"
    }
}

/// Throws the error that a bridge call returned, if it is one.
@inline(__always)
func check(_ error: TBError) throws(TensorError) {
    if error.kind != TBErrorNone { throw TensorError(error) }
}
