/// An error about a file. Its description is one line with the file, the place in it, the flaw, and what to do.
public enum FileError: Error, Hashable, Sendable {
    /// The file cannot be opened or read at all.
    case unreadable(path: String, reason: String)
    /// No reader or writer supports the extension of the file; `supported` lists those that are supported.
    case unsupportedExtension(path: String, purpose: Purpose, supported: [String])
    /// The content violates its format; `place` is a line, byte, field or dataset, or `nil`.
    case malformed(path: String, place: String?, problem: String)
    /// The content was cut short or changed since it was written.
    case damaged(path: String, problem: String)
    /// The content is larger than this machine or the format can hold.
    case tooLarge(path: String, problem: String)
    /// The request does not suit this file or format.
    case unsuitable(path: String, problem: String)
    /// The file cannot be written.
    case unwritable(path: String, reason: String)

    /// The purpose that a file was opened for.
    public enum Purpose: String, Hashable, Sendable {
        /// The file was to be read.
        case reading
        /// The file was to be written.
        case writing
    }

    /// The path of the file that the error is about.
    public var path: String {
        switch self {
        case .unreadable(let path, _), .unsupportedExtension(let path, _, _), .malformed(let path, _, _),
            .damaged(let path, _), .tooLarge(let path, _), .unsuitable(let path, _), .unwritable(let path, _):
            path
        }
    }
}

extension FileError: CustomStringConvertible {
    public var description: String {
        let file = path.isEmpty ? "the empty file name" : path
        let text =
            switch self {
            case .unreadable(_, let reason):
                "\(file): cannot be read: \(reason)"
            case .unsupportedExtension(let path, let purpose, let supported):
                "\(file): \(fileExtension(path).map { "the extension .\($0)" } ?? "a name without extension") "
                    + "is not supported for \(purpose.rawValue) here; use \(alternatives(supported.map { ".\($0)" }))"
            case .malformed(_, let place, let problem):
                "\(file)\(place.map { ", \($0)" } ?? ""): \(problem)"
            case .damaged(_, let problem), .tooLarge(_, let problem), .unsuitable(_, let problem):
                "\(file): \(problem)"
            case .unwritable(_, let reason):
                "\(file): cannot be written: \(reason)"
            }
        return printable(text)
    }
}

/// The part of a file's name after its last dot, in lower case; `nil` if there is none.
package func fileExtension(_ path: String) -> String? {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let dot = name.lastIndex(of: "."), name.index(after: dot) < name.endIndex else { return nil }
    return name[name.index(after: dot)...].lowercased()
}

/// The names as a list of alternatives, such as `a, b or c`.
func alternatives(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
}

/// The beginning of a text from a file in quotation marks, of at most `limit` characters.
package func excerpt(_ bytes: some Collection<UInt8>, limit: Int = 40) -> String {
    let text = String(decoding: bytes.prefix(4 * limit), as: UTF8.self)
    return "\"" + text.prefix(limit) + (text.count > limit || bytes.count > 4 * limit ? "…" : "") + "\""
}

/// The text with every control character replaced by U+FFFD, for output in a line of a terminal.
package func printable(_ text: String) -> String {
    String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
}
