import ArrayFiles
import Foundation

/// Creates a folder, and the folders above it, if they do not exist.
///
/// - Throws: `TrainingError` with the reason if the folder cannot be created.
func makeFolder(_ path: String) throws(TrainingError) {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
        let reason = isFile(path) ? ": there is a file of that name" : ""
        throw TrainingError("\(path): the folder cannot be made\(reason); choose another place")
    }
}

extension FolderLock {
    /// Locks a folder, and creates it if it does not exist.
    ///
    /// - Throws: `TrainingError` if the folder cannot be created, and the errors of locking it.
    public convenience init(making folder: String) throws {
        try makeFolder(folder)
        try self.init(folder)
    }
}

/// Returns whether there is a file, not a folder, at a path.
func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
}

/// Returns the text of a file in a run's folder.
///
/// - Parameters:
///   - path: The path of the file.
///   - what: The end of the error message, such as advice.
/// - Throws: `TrainingError` if the file cannot be read or is not UTF-8.
func textOfRun(_ path: String, _ what: String) throws(TrainingError) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
        throw TrainingError("\(path): cannot be read; \(what)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
        throw TrainingError("\(path): holds bytes that are not text; \(what)")
    }
    return text
}
