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
        let start = try file.bytes(min(file.size, 256))
        try file.seek(to: 0)
        guard let format = RecordingFormat.all.first(where: { $0.matches(start[...]) }) else {
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
