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
        throw CommandError("\(path) is the input, too; give another --output, so that it is not lost")
    }
    guard let own = fileExtension(path), extensions.contains(own) else {
        throw FileError.unsupportedExtension(path: path, purpose: .writing, supported: extensions)
    }
    try AtomicFile.requireWritable(path)
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
