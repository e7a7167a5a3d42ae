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
        let (shape, count) = try header(file, rank: rank)
        let tensor = try Tensor(unset: shape, dtype: .uint8)
        let filled = try tensor.withUnsafeBytes { (bytes) throws(TensorError) in Result { try file.read(into: bytes) } }
        guard try filled.get() == count else { throw cutShort(path) }
        try expectEnd(file, count)
        return tensor
    }

    /// Opens an array of bytes that stays on disk: in the file itself, or, if that is gzipped, unpacked into a temporary
    /// file, which is gone when it is released.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - rank: The number of dimensions that the array must have.
    /// - Returns: The file, the shape of the array, and the place of its first byte in the file.
    /// - Throws: `FileError`, as `read` does, or if there is no room to unpack the file.
    static func open(_ path: String, rank: Int) throws -> (file: RecordFile, shape: [Int], start: Int) {
        let packed = try PackedFile(path)
        let (shape, count) = try header(packed, rank: rank)
        let start = 4 + 4 * rank
        if try InputFile(path).bytes(2) != [0x1F, 0x8B] {
            let file = try RecordFile(path)
            guard file.size >= start + count else { throw cutShort(path) }
            guard file.size == start + count else { throw tooLong(path, count) }
            return (file, shape, start)
        }
        var left = count
        let file = try RecordFile.unpacked(path) { (write) throws(FileError) in
            while left > 0 {
                let bytes = try packed.bytes(min(left, 1 << 20))
                if bytes.isEmpty { throw cutShort(path) }
                left -= bytes.count
                try write(bytes)
            }
        }
        try expectEnd(packed, count)
        return (file, shape, 0)
    }

    /// Reads the header, and returns the lengths of the dimensions and the number of elements.
    private static func header(_ file: PackedFile, rank: Int) throws(FileError) -> (shape: [Int], count: Int) {
        let path = file.path
        let start = try file.bytes(4)
        guard start.count == 4, start[0] == 0, start[1] == 0, (0x08...0x0E).contains(start[2]) else {
            throw .malformed(
                path: path, place: "byte 0", problem: "this is no IDX file; name one as MNIST's page offers them")
        }
        guard start[2] == 8 else {
            throw .unsuitable(path: path, problem: "its elements are not bytes (uint8), which images and labels are")
        }
        guard Int(start[3]) == rank else {
            throw .unsuitable(
                path: path,
                problem: "it has \(counted(Int(start[3]), "dimension")), not \(rank); are images and labels mixed up?")
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
        return (shape, count)
    }

    /// The number of bytes that a file should have when it is unpacked, by its header; `nil` if it has none.
    static func size(of path: String) -> Int? {
        guard let file = try? PackedFile(path), let start = try? file.bytes(4), start.count == 4, start[0] == 0,
            start[1] == 0, start[2] == 8, let lengths = try? file.bytes(4 * Int(start[3])),
            lengths.count == 4 * Int(start[3])
        else { return nil }
        var count = 1
        for place in stride(from: 0, to: lengths.count, by: 4) {
            let length = lengths[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            let product = count.multipliedReportingOverflow(by: length)
            guard !product.overflow else { return nil }
            count = product.partialValue
        }
        return 4 + lengths.count + count
    }

    private static func expectEnd(_ file: PackedFile, _ count: Int) throws(FileError) {
        try file.expectEnd(after: announced(count))
    }

    private static func tooLong(_ path: String, _ count: Int) -> FileError {
        .malformed(path: path, place: nil, problem: "there is more after \(announced(count)); fetch the file anew")
    }

    private static func announced(_ count: Int) -> String { "the \(count) elements that its header announces" }

    private static func cutShort(_ path: String) -> FileError {
        .damaged(path: path, problem: "it ends before the elements that its header announces; fetch the file anew")
    }
}
