import ArrayFiles
import TorchTensors

/// Reads the format of MNIST's files: an array of bytes after a header of big-endian numbers, plain or gzipped.
///
/// The header is two zero bytes, the element type (8 for uint8), the number of dimensions, and the length of each
/// dimension in 4 bytes. The elements follow in C order. Source: LeCun, Cortes and Burges, "The MNIST database of
/// handwritten digits", section on file formats.
public enum IDXFile {
    /// Reads an array of bytes.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - rank: The number of dimensions that the array must have.
    /// - Returns: A tensor of `rank` dimensions, uint8.
    /// - Throws: `FileError` if the file has another format, element type or number of dimensions, is cut short, or
    ///   contains more than its header says.
    public static func read(_ path: String, rank: Int) throws -> Tensor {
        let file = try PackedFile(path)
        let start = try file.bytes(4)
        guard start.count == 4, start[0] == 0, start[1] == 0, (0x08...0x0E).contains(start[2]) else {
            throw FileError.malformed(
                path: path, place: "byte 0", problem: "this is no IDX file; name one as MNIST's page offers them")
        }
        guard start[2] == 8 else {
            throw FileError.unsuitable(
                path: path, problem: "its elements are not bytes (uint8), which images and labels are")
        }
        guard Int(start[3]) == rank else {
            throw FileError.unsuitable(
                path: path,
                problem: "it has \(start[3]) dimensions where \(rank) are due; are images and labels mixed up?")
        }
        let lengths = try file.bytes(4 * rank)
        guard lengths.count == 4 * rank else { throw cutShort(path) }
        let shape = (0..<rank).map { index in
            lengths[4 * index..<4 * index + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        var count = 1
        for length in shape {
            let product = count.multipliedReportingOverflow(by: length)
            count = product.overflow ? .max : product.partialValue
        }
        guard count <= file.sizeLimit else { throw cutShort(path) }
        let tensor = try Tensor(unset: shape, dtype: .uint8)
        let filled = try tensor.withUnsafeBytes { (bytes) throws(TensorError) in Result { try file.read(into: bytes) } }
        guard try filled.get() == count else { throw cutShort(path) }
        try file.expectEnd(after: "the \(count) elements that its header announces")
        return tensor
    }

    private static func cutShort(_ path: String) -> FileError {
        .damaged(path: path, problem: "it ends before the elements that its header announces; fetch the file anew")
    }
}
