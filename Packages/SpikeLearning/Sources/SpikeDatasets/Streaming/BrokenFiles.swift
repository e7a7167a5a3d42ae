import ArrayFiles
import TorchTensors

/// What becomes of files of a data set that are no images that can be read.
public enum BrokenFiles: String, Sendable, Hashable, CaseIterable {
    /// The data set is refused, with the names of the files. Nothing is left out of a training without the user's
    /// knowledge.
    case refuse
    /// The files are left out, counted and named.
    case skip

    /// Refuses a data set with broken files, or leaves them out.
    ///
    /// - Parameters:
    ///   - broken: The names of the files and what is wrong with each; nothing happens if there are none.
    ///   - leftOut: Receives the files that are left out.
    /// - Throws: `FileError` if there are broken files and they are refused.
    func treat(_ broken: [(name: String, error: FileError)], _ leftOut: inout [LeftOut]) throws(FileError) {
        guard !broken.isEmpty else { return }
        guard self == .skip else { throw .refusing(broken) }
        for (name, error) in broken { leftOut.add(name, error.reasonToLeaveOut) }
    }
}

extension FileError {
    /// The reason why a file that cannot be read as an image is left out, as in `LeftOut.reason`.
    var reasonToLeaveOut: String {
        if case .unreadable = self { return "missing or not readable" }
        return "damaged, cut short or no images"
    }

    /// Returns the error that refuses a data set because of its broken files.
    ///
    /// - Parameters:
    ///   - broken: The names of the files and what is wrong with each, at least one.
    static func refusing(_ broken: [(name: String, error: FileError)]) -> FileError {
        let first = broken[0].error
        guard broken.count > 1 else { return first }
        let others = broken.dropFirst().map(\.name)
        return .unsuitable(
            path: first.path,
            problem: "\(first.description.dropFirst(first.path.count + 2)); nor can "
                + "\(counted(others.count, "other file")) be read: \(LeftOut.listed(others)); repair or "
                + "remove them, or leave them out with --broken-files skip")
    }
}

/// The files that were left out while a network learned, because they could not be read any more.
final class BrokenFileLog: Sendable {
    private struct Content {
        var seen: Set<Int> = []
        var news: [LeftOut] = []
    }

    private let content = Locked(Content())

    /// Notes a file, once.
    ///
    /// - Parameters:
    ///   - index: The number of the file in its data set.
    ///   - name: The path of the file below the data set's folder.
    ///   - reason: The reason why it is left out.
    func note(_ index: Int, _ name: String, _ reason: String) {
        content.withLock { content in
            if content.seen.insert(index).inserted { content.news.add(name, reason) }
        }
    }

    /// Returns what has been noted since the last call.
    func takeNews() -> [LeftOut] {
        content.withLock { content in
            defer { content.news = [] }
            return content.news
        }
    }
}
