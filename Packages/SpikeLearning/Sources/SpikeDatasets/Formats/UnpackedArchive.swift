import ArrayFiles
import Foundation

/// The files of a tar archive, unpacked into a folder beside it.
struct UnpackedArchive {
    /// The name of the archive, such as `sounds.tar.gz`.
    let archive: String

    /// Unpacks an archive into a folder, whole or not at all, and then removes the archive.
    ///
    /// The files are unpacked into `NAME.unpacking`, which is renamed when it is complete. Does nothing if there is no
    /// archive.
    ///
    /// - Parameters:
    ///   - folder: The folder that holds the archive.
    ///   - name: The name of the folder to make in it.
    ///   - progress: Called with the number of files so far, every thousand files.
    /// - Throws: `FileError` if the archive is damaged, a name in it leads out of the folder, or a file cannot be
    ///   written.
    func unpack(in folder: String, as name: String, progress: (Int) -> Void) throws(FileError) {
        let path = "\(folder)/\(archive)"
        guard FileManager.default.fileExists(atPath: path) else { return }
        let (target, temporary) = ("\(folder)/\(name)", "\(folder)/\(name).unpacking")
        try? FileManager.default.removeItem(atPath: temporary)
        try Self.makeFolder(temporary)
        let tar = try TarArchive(path)
        var made: Set<String> = []
        var count = 0
        while let entry = try tar.next() {
            let parts = entry.name.split(separator: "/").filter { $0 != "." }
            guard let file = parts.last, !parts.contains(".."), !entry.name.hasPrefix("/") else {
                throw .malformed(path: path, place: excerpt(entry.name), problem: "the name leads out of the archive")
            }
            let below = ([temporary] + parts.dropLast().map(String.init)).joined(separator: "/")
            if made.insert(below).inserted { try Self.makeFolder(below) }
            let content = try tar.content()
            do {
                try Data(content).write(to: URL(fileURLWithPath: "\(below)/\(file)"))
            } catch {
                throw .unwritable(path: "\(below)/\(file)", reason: error.localizedDescription)
            }
            count += 1
            if count % 1000 == 0 { progress(count) }
        }
        try? FileManager.default.removeItem(atPath: target)
        guard rename(temporary, target) == 0 else {
            throw .unwritable(path: target, reason: String(cString: strerror(errno)).lowercased())
        }
        unlink(path)
    }

    private static func makeFolder(_ path: String) throws(FileError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: path, reason: "the folder cannot be made")
        }
    }

    /// The beginning of a name, for messages.
    private func excerpt(_ name: String) -> String { "\"\(name.prefix(60))\"" }
}
