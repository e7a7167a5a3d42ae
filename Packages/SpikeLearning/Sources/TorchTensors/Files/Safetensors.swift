import ArrayFiles

/// Files of named tensors, readable by the Python package `safetensors` and others.
///
/// The format: the header's length in 8 bytes, little-endian; the header, JSON that gives every tensor's type, shape and
/// place; the elements, in C order and little-endian. Source: github.com/huggingface/safetensors.
public enum Safetensors {
    /// Reads every tensor of a file into memory of its own, on the CPU.
    ///
    /// - Returns: The tensors by name, and the texts that the file carries beside them.
    /// - Throws: `FileError` for a file that is not of this format to the last byte, or with a type that `DType` lacks;
    ///   `TensorError` if memory does not suffice.
    public static func read(
        _ path: String
    ) throws -> (tensors: [String: Tensor], metadata: [String: String]) {
        let file = try InputFile(path)
        let header = try SafetensorsHeader(of: file)
        var tensors: [String: Tensor] = [:]
        // In the order of their elements in the file, without gaps.
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
            // A Boolean in memory is 0 or 1; LibTorch's results for others are undefined.
            if entry.dtype == .bool, let index = bytes.firstIndex(where: { $0 > 1 }) {
                throw .malformed(
                    path: file.path, place: entry.place,
                    problem: "element \(index) is the byte \(bytes[index]); a BOOL is 0 or 1")
            }
        }
    }

    /// The texts of a file, without its tensors being read.
    ///
    /// - Throws: `FileError` if it cannot be read or its header is no header of this format.
    public static func metadata(_ path: String) throws(FileError) -> [String: String] {
        try SafetensorsHeader(of: InputFile(path)).metadata
    }

    /// Writes a file that is there as a whole or not at all. The same tensors give the same bytes.
    ///
    /// - Parameters:
    ///   - tensors: On any device, of any layout.
    ///   - metadata: Texts to go with them.
    /// - Throws: `FileError` if the file cannot be written, or a tensor is named `__metadata__` or has more than 64
    ///   dimensions; what stood there before is then untouched. `TensorError` if memory for a copy does not suffice.
    public static func write(
        _ tensors: [String: Tensor], metadata: [String: String] = [:], to path: String
    ) throws {
        let header = try SafetensorsHeader(tensors, metadata, path: path)
        // AtomicFile would report it as a flaw of the file.
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
