import TorchTensors

/// Depth and width of a QKFormer, which are its name: `qkformer-3-256`.
public struct QKFormerSize: Sendable, Hashable, CustomStringConvertible {
    /// How many blocks there are: one in each of the first two stages, the others in the last.
    public let depth: Int
    /// Channels of the last stage; the others have a quarter and a half.
    public let width: Int

    /// Traps unless the depth is at least 3 and the width a multiple of 32, so that eight heads divide a quarter of it.
    public init(depth: Int, width: Int) {
        precondition(depth >= 3, "QKFormer: depth must be >= 3, got \(depth)")
        precondition(width > 0 && width % 32 == 0, "QKFormer: width must be a multiple of 32, got \(width)")
        self.depth = depth
        self.width = width
    }

    /// From a name such as `qkformer-3-256`, in any case.
    public init(_ name: String) throws(TensorError) {
        let parts = name.lowercased().split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "qkformer", let depth = Int(parts[1]), let width = Int(parts[2]),
            depth >= 3, width > 0, width % 32 == 0
        else {
            throw TensorError(
                "QKFormer: a name is qkformer-DEPTH-WIDTH with a depth >= 3 and a width that is a multiple of 32, "
                    + "such as qkformer-3-256; got \(name)")
        }
        self.init(depth: depth, width: width)
    }

    public var description: String { "qkformer-\(depth)-\(width)" }
}
