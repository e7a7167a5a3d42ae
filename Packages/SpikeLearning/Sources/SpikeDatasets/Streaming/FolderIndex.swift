import ArrayFiles
import CZlib
import Foundation

/// The file that keeps the records of a data set's images between two starts of a program.
///
/// It holds a line that names the format, the CRC-32 of the rest, the size of the scaled images, the path of the data
/// set, and the records. A file that is damaged, or is that of another data set, counts as missing. Whether a record still
/// describes its file is for `FileScan` to decide.
struct FolderIndex: Sendable {
    /// The first bytes of the file. The number changes with the format, and whenever images are decoded or scaled to
    /// other pixels.
    private static let magic = Array("SpikeKit folder index 1\n".utf8)

    /// The path of the file.
    let path: String
    /// The part of the file behind the checksum that says what it is an index of.
    private let subject: [UInt8]

    /// The folder in the user's cache in which indices are kept: `$XDG_CACHE_HOME/spikekit/folders`, or
    /// `~/.cache/spikekit/folders`.
    static var usualFolder: String {
        "\((DatasetFinder().cache as NSString).deletingLastPathComponent)/folders"
    }

    /// - Parameters:
    ///   - folder: The path of the folder with the images, or of the file that lists them.
    ///   - side: The height and width that the images are scaled to; 0 if the records are of images as they are.
    ///   - cache: The path of the folder that holds indices.
    init(of folder: String, side: Int, in cache: String) {
        let resolved = realpath(folder, nil)
        defer { free(resolved) }
        let path = resolved.map { String(cString: $0) } ?? folder
        var subject: [UInt8] = []
        subject.append(number: UInt32(side))
        subject.append(number: UInt32(path.utf8.count))
        subject += path.utf8
        self.subject = subject
        var checksum = SHA256()
        checksum.update(subject)
        self.path = "\(cache)/\(checksum.hexadecimal().prefix(32)).index"
    }

    /// The records and what is to be said of them.
    struct Content<Finding: ImageFinding> {
        var records = FileRecords<Finding>()
        /// The reason why a file that is there cannot be used; `nil` if it can, or there is none.
        var problem: String?
    }

    /// Reads the records; there are none if the file is missing or useless.
    func read<Finding>() -> Content<Finding> {
        guard FileManager.default.fileExists(atPath: path) else { return Content() }
        let start = Self.magic.count + 4
        guard let file = try? InputFile(path), var bytes = try? file.bytes(file.size) else {
            return Content(problem: "cannot be read")
        }
        guard bytes.starts(with: Self.magic) else { return Content(problem: "is damaged, or of another version") }
        guard bytes.count >= start + subject.count, checksum(bytes[start...]) == bytes[(start - 4)..<start] else {
            return Content(problem: "is damaged")
        }
        guard bytes[start...].starts(with: subject) else { return Content(problem: "is that of another folder") }
        // In place, as the records of a million files take 160 MB.
        bytes.removeFirst(start + subject.count)
        guard let records = FileRecords<Finding>(bytes) else { return Content(problem: "is damaged") }
        return Content(records: records)
    }

    /// Writes records.
    ///
    /// - Parameter parts: Records, as `FileRecords.bytes` has them. Of two records of the same path, the last counts.
    /// - Throws: `FileError` if the file cannot be written.
    func write(_ parts: [[UInt8]]) throws(FileError) {
        let folder = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: folder, reason: "the folder cannot be made")
        }
        var bytes = Self.magic + [0, 0, 0, 0] + subject
        let start = Self.magic.count + 4
        bytes.reserveCapacity(parts.reduce(bytes.count) { $0 + $1.count })
        for part in parts { bytes += part }
        bytes.replaceSubrange(start - 4..<start, with: checksum(bytes[start...]))
        try AtomicFile.write(bytes, to: path)
    }

    private func checksum(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let sum = bytes.withUnsafeBufferPointer { bytes in
            stride(from: 0, to: bytes.count, by: 1 << 30).reduce(crc32(0, nil, 0)) { sum, start in
                crc32(sum, bytes.baseAddress! + start, UInt32(min(bytes.count - start, 1 << 30)))
            }
        }
        var result: [UInt8] = []
        result.append(number: UInt32(sum))
        return result[...]
    }
}
