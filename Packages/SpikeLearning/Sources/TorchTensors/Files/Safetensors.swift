import ArrayFiles

/// Reads and writes files of named tensors that the Python package `safetensors` and others can read.
///
/// A file consists of the length of the header in 8 bytes, little-endian; the header, a JSON text with the type, shape
/// and position of each tensor; and the elements in C order, little-endian. Source: github.com/huggingface/safetensors.
public enum Safetensors {
    /// Reads all tensors of a file into new memory on the CPU.
    ///
    /// - Parameter path: The path of the file.
    /// - Returns: The tensors by name, and the texts in the metadata of the file.
    /// - Throws: `FileError` if the file cannot be read, does not follow the format to the last byte, or has a type
    ///   that `DType` lacks; `TensorError` if memory does not suffice.
    public static func read(
        _ path: String
    ) throws -> (tensors: [String: Tensor], metadata: [String: String]) {
        let file = try InputFile(path)
        let header = try SafetensorsHeader(of: file)
        var tensors: [String: Tensor] = [:]
        // The entries are in the order of their elements in the file, without gaps.
        for entry in header.entries {
            let tensor = try Tensor(unset: entry.shape, dtype: entry.dtype)
            try tensor.withUnsafeBytes { bytes in read(bytes, of: entry, from: file) }.get()
            tensors[entry.name] = tensor
        }
        return (tensors, header.metadata)
    }

    private static func read(
        _ bytes: UnsafeMutableRawBufferPointer, of entry: SafetensorsHeader.Entry, from file: InputFile
    ) -> Result<Void, FileError> {
        Result { () throws(FileError) in
            guard try file.read(into: bytes) == bytes.count else {
                throw .damaged(path: file.path, problem: "it became shorter while being read; read it again")
            }
            // LibTorch's results are undefined for Booleans whose bytes are neither 0 nor 1.
            if entry.dtype == .bool, let index = bytes.firstIndex(where: { $0 > 1 }) {
                throw .malformed(
                    path: file.path, place: entry.place,
                    problem: "element \(index) is the byte \(bytes[index]); a BOOL is 0 or 1")
            }
        }
    }

    /// Reads the texts in the metadata of a file, without reading its tensors.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `FileError` if the file cannot be read or its header is not valid.
    public static func metadata(_ path: String) throws(FileError) -> [String: String] {
        try SafetensorsHeader(of: InputFile(path)).metadata
    }

    /// Writes tensors to a file. The file is written completely or not at all. The same tensors and metadata give the
    /// same bytes.
    ///
    /// - Parameters:
    ///   - tensors: The tensors by name, on any device and in any memory layout.
    ///   - metadata: Texts by name, to be stored with the tensors.
    ///   - path: The path of the file.
    /// - Throws: `FileError` if the file cannot be written, or a tensor is named `__metadata__` or has more than 64
    ///   dimensions; `TensorError` if memory for a copy does not suffice. An existing file at this path then stays
    ///   unchanged.
    public static func write(
        _ tensors: [String: Tensor], metadata: [String: String] = [:], to path: String
    ) throws {
        let header = try SafetensorsHeader(tensors, metadata, path: path)
        // A `TensorError` is kept here, as AtomicFile would report it as a problem of the file.
        var failure: TensorError?
        do {
            try AtomicFile.write(to: path, durably: true) { temporary in
                let file = try OutputFile(temporary)
                try file.write(header.fileBytes)
                for entry in header.entries {
                    do {
                        try write(tensors[entry.name]!, to: file)
                    } catch let error as TensorError {
                        failure = error
                        throw error
                    }
                }
                try file.close()
            }
        } catch {
            if let failure { throw failure }
            throw error
        }
    }

    private static func write(_ tensor: Tensor, to file: OutputFile) throws {
        try tensor.detached().to(.cpu).contiguous().withUnsafeBytes { bytes in
            Result { () throws(FileError) in try file.write(UnsafeRawBufferPointer(bytes)) }
        }.get()
    }
}
