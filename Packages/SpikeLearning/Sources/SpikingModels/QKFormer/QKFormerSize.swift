import TorchTensors

/// The depth and the width of a QKFormer, which form its name, such as `qkformer-3-256`.
public struct QKFormerSize: Sendable, Hashable, CustomStringConvertible {
    /// The number of transformer blocks: one in each of the first two stages, the others in the last.
    public let depth: Int
    /// The number of channels of the last stage; the first stage has a quarter of them, the second one half.
    public let width: Int

    /// Creates a size.
    ///
    /// - Parameters:
    ///   - depth: The number of transformer blocks; traps unless it is at least 3.
    ///   - width: The number of channels of the last stage. Traps unless it is a multiple of 32 above 0, so that the
    ///     eight heads divide a quarter of it.
    public init(depth: Int, width: Int) {
        precondition(depth >= 3, "QKFormer: depth must be >= 3, got \(depth)")
        precondition(width > 0 && width % 32 == 0, "QKFormer: width must be a multiple of 32, got \(width)")
        self.depth = depth
        self.width = width
    }

    /// Creates a size from its name, such as `qkformer-3-256`, in upper or lower case.
    ///
    /// - Throws: `TensorError` if the name has another form, the depth is below 3 or the width is not a multiple of 32
    ///   above 0.
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
