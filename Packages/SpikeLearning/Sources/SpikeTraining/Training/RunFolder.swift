import ArrayFiles
import Foundation

/// Makes a folder, and those above it, if they are not there.
///
/// - Throws: `TrainingError` that says why it cannot be made.
func makeFolder(_ path: String) throws(TrainingError) {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
        let reason = isFile(path) ? ": there is a file of that name" : ""
        throw TrainingError("\(path): the folder cannot be made\(reason); choose another place")
    }
}

extension FolderLock {
    /// Locks a folder, which is made if it is not there.
    public convenience init(making folder: String) throws {
        try makeFolder(folder)
        try self.init(folder)
    }
}

/// Whether there is a file, not a folder, at a path.
func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
}

/// The text of a file that a run's folder holds.
///
/// - Parameter what: Names it in the error.
func textOfRun(_ path: String, _ what: String) throws(TrainingError) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
        throw TrainingError("\(path): cannot be read; \(what)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
        throw TrainingError("\(path): holds bytes that are not text; \(what)")
    }
    return text
}
