import ArrayFiles
import Foundation

/// Refuses an output file before anything is computed: one that is also an input, whose extension does not fit, or that
/// cannot be written.
///
/// - Parameters:
///   - extensions: Those that fit, in lower case and without dots.
///   - inputs: The files that are read; nil for those that were not given. Links to them count as them.
/// - Throws: `CommandError` for an input, else `FileError`.
public func requireOutput(_ path: String, extensions: [String], inputs: [String?] = []) throws {
    if inputs.contains(where: { $0.map { isSameFile($0, path) } ?? false }) {
        throw CommandError("\(path) is the input, too; give another --output, so that it is not lost")
    }
    guard let own = fileExtension(path), extensions.contains(own) else {
        throw FileError.unsupportedExtension(path: path, purpose: .writing, supported: extensions)
    }
    try AtomicFile.requireWritable(path)
}

/// The extensions of a report, one HTML file.
public let reportExtensions = ["html", "htm"]

/// Whether both names, by whatever links, are of one file that exists.
private func isSameFile(_ first: String, _ second: String) -> Bool {
    var one = stat()
    var other = stat()
    return stat(first, &one) == 0 && stat(second, &other) == 0 && one.st_dev == other.st_dev
        && one.st_ino == other.st_ino
}
