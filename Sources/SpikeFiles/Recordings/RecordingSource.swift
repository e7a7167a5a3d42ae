import Foundation

/// The bytes to read a recording from: those of a file, of a gzip file's content, or of standard input.
struct RecordingSource {
    let file: InputFile
    /// The path of the file, as messages name it.
    var path: String { file.path }

    /// Opens what a path names, and finds its format.
    ///
    /// - Parameters:
    ///   - path: The path of a file, whose extension says its format; `-` is standard input, whose first bytes say its
    ///     format, and which is text otherwise. The extension `.gz` may follow another one.
    ///   - formats: The formats that can be read.
    static func open(
        _ path: String, _ formats: [RecordingFormat]
    ) throws(FileError) -> (source: RecordingSource, format: RecordingFormat) {
        if path == "-" { return try openStandardInput(formats) }
        if let format = format(of: path), formats.contains(where: { $0.extensions == format.extensions }) {
            let file = try InputFile(path)
            return (RecordingSource(file: fileExtension(path) == "gz" ? try Gzip.unpacked(file) : file), format)
        }
        if let wfdb = formats.first(where: { $0.extensions == ["hea"] }), let header = header(ofRecord: path) {
            return (RecordingSource(file: try InputFile(header)), wfdb)
        }
        throw .unsupportedExtension(
            path: path, purpose: .reading, supported: formats.flatMap { $0.extensions })
    }

    /// The header of a record of WFDB, which is called by the name of its header without the extension; `nil` if there
    /// is none.
    static func header(ofRecord path: String) -> String? {
        let header = path + ".hea"
        return !path.hasSuffix("/") && FileManager.default.fileExists(atPath: header) ? header : nil
    }

    /// The format of a file, by its extension; of standard input, by its first bytes.
    static func format(of path: String) -> RecordingFormat? {
        if path == "-" { return (try? openStandardInput(RecordingFormat.all))?.format }
        let name = fileExtension(path) == "gz" ? String(path.dropLast(3)) : path
        return fileExtension(name).flatMap(RecordingFormat.of(extension:))
    }

    /// Throws an error for the start of standard input that is no table of numbers in text.
    private static func requireText(_ start: [UInt8]) throws(FileError) {
        func unsuitable(_ problem: String) -> FileError { .unsuitable(path: StandardInput.name, problem: problem) }
        if start.isEmpty { throw unsuitable("is empty") }
        // NUL and UTF-16 have messages of their own.
        let isUTF16 = start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
        if !isUTF16, start.contains(where: { 1..<9 ~= $0 || 14..<27 ~= $0 || 28..<32 ~= $0 }) {
            throw unsuitable(
                "is neither text nor of a format that its first bytes tell; N-MNIST (.bin), MATLAB 4 (.mat) and the signals "
                    + "of WFDB (.dat, by the name of their header) are read from files only, so save it and name the file"
            )
        }
        if WFDBHeader.isLikely(start) {
            throw unsuitable(
                "is the header of a WFDB record, whose signals are in files beside it; name the file of the header, .hea"
            )
        }
    }

    private static func openStandardInput(
        _ formats: [RecordingFormat]
    ) throws(FileError) -> (source: RecordingSource, format: RecordingFormat) {
        var file = try StandardInput.file()
        if file.size >= 2, try file.bytes(2) == Gzip.magic {
            try file.seek(to: 0)
            file = try Gzip.unpacked(file)
        }
        guard !HDF5File.isHDF5(file) else {
            throw .unsuitable(
                path: StandardInput.name, problem: "is HDF5, which is read from files only; save it and name the file")
        }
        try file.seek(to: 0)
        let start = try file.bytes(min(file.size, 4096))
        try file.seek(to: 0)
        guard let format = RecordingFormat.all.first(where: { $0.matches(start[...]) }) else {
            try requireText(start)
            return (RecordingSource(file: file), .text)
        }
        guard formats.contains(where: { $0.extensions == format.extensions }) else {
            throw .unsuitable(
                path: StandardInput.name,
                problem: "is \(format.names.joined(separator: " or ")), which cannot be read here")
        }
        return (RecordingSource(file: file), format)
    }
}
