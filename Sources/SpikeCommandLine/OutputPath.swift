import ArrayFiles
import Foundation

/// Checks an output file before anything is computed: it must not be an input, its extension must fit, and it must be
/// possible to write it.
///
/// - Parameters:
///   - path: The path of the output file.
///   - extensions: The extensions that fit, in lower case and without dots.
///   - inputs: The paths of the input files; `nil` for those that were not given. A link to an input counts as the
///     input.
/// - Throws: `CommandError` if the file is an input, otherwise `FileError`.
public func requireOutput(_ path: String, extensions: [String], inputs: [String?] = []) throws {
    if inputs.contains(where: { $0.map { isSameFile($0, path) } ?? false }) {
        throw CommandError("\(path) is the input, too; give another output, so that it is not lost")
    }
    guard let own = fileExtension(path), extensions.contains(own) else {
        throw FileError.unsupportedExtension(path: path, purpose: .writing, supported: extensions)
    }
    try AtomicFile.requireWritable(path)
}

/// Creates a folder for output, and the folders above it, if they do not exist.
///
/// - Parameter path: The path of the folder.
/// - Throws: `FileError.unwritable` if there is no folder afterwards in which files can be made.
public func makeOutputFolder(_ path: String) throws(FileError) {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
        let isThere = FileManager.default.fileExists(atPath: path)
        throw .unwritable(
            path: path,
            reason: isThere ? "it is a file; name a folder" : "the folder cannot be made; choose another place")
    }
    guard access(path, W_OK | X_OK) == 0 else {
        throw .unwritable(path: path, reason: "\(systemReason(errno)); choose another folder")
    }
}

/// The extensions of a report, which is one HTML file.
public let reportExtensions = ["html", "htm"]

/// Whether both paths lead, also through links, to the same existing file.
private func isSameFile(_ first: String, _ second: String) -> Bool {
    var one = stat()
    var other = stat()
    return stat(first, &one) == 0 && stat(second, &other) == 0 && one.st_dev == other.st_dev
        && one.st_ino == other.st_ino
}
