import ArrayFiles
import Foundation
import TorchTensors

/// Finds out what the images in files are: from the data set's index as far as it describes the files, and by reading the
/// others.
///
/// A record of the index is used only if the file has the same size and the same times of modification and change as
/// when it was read. Files that were added, renamed or written anew have other paths or times, and are read; files that
/// were removed are not listed.
struct FileScan<Finding: ImageFinding>: Sendable {
    /// The index; `nil` for none.
    let index: FolderIndex?
    /// Returns what is kept of an image, from the image and the content of its file.
    let find: @Sendable (Image, [UInt8]) -> Finding
    /// The age in nanoseconds from which a change gives a file another stamp in any file system.
    var settlingTime = 2_000_000_000
    /// The number of files between two reports of progress.
    var portion = 4096
    /// The number of files that a thread takes at once.
    var grain = 32
    /// The time in seconds between two writings of the index while files are read, so that an interrupted scan has not
    /// been for nothing.
    var savingInterval = 30.0

    /// What a scan has found.
    struct Result {
        /// The records of the files that can be read, in the order of the files.
        var records = FileRecords<Finding>()
        /// The place of each record in the list of files.
        var places: [Int] = []
        /// The files that cannot be read, in their order.
        var broken: [(place: Int, error: FileError)] = []
        /// The number of files that were read, because no record described them.
        var readCount = 0
        /// Why the index could not be used or written, one line each.
        var notes: [String] = []
    }

    /// Scans files, on LibTorch's threads.
    ///
    /// - Parameters:
    ///   - paths: The paths of the files, by which the index knows them.
    ///   - file: Returns the path by which to read the file at a place in the list.
    ///   - progress: Called with the number of files done, now and then.
    /// - Throws: `TensorError` if LibTorch cannot run in parallel, and what `progress` throws.
    func callAsFunction(
        _ paths: [[UInt8]], file: @Sendable (Int) -> BytePath, progress: (Int) throws -> Void = { _ in }
    ) throws -> Result {
        var result = Result()
        let lock = index.flatMap { WaitingLock(beside: $0.path) }
        defer { withExtendedLifetime(lock) {} }
        let known: FolderIndex.Content<Finding> = index?.read() ?? FolderIndex.Content()
        if let index, let problem = known.problem {
            result.notes.append("\(index.path): the index \(problem); all images are read anew")
        }
        let places = FileRecordPlaces(known.records)
        result.records.reserveCapacity(of: known.records)
        var lastSaved = ContinuousClock.now
        for start in stride(from: 0, to: paths.count, by: portion) {
            let range = start..<min(start + portion, paths.count)
            let outcomes = Locked([Outcome?](repeating: nil, count: range.count))
            try parallelFor(range.count, grain: grain) { part in
                let found = part.map { outcome(paths[start + $0], file(start + $0), places) }
                outcomes.withLock { $0.replaceSubrange(part, with: found) }
            }
            for (offset, outcome) in outcomes.withLock({ $0 }).enumerated() {
                switch outcome! {
                case .known(let record):
                    result.records.append(record)
                    result.places.append(start + offset)
                case .read(let record):
                    result.records.append(record)
                    result.places.append(start + offset)
                    result.readCount += 1
                case .broken(let error):
                    result.broken.append((start + offset, error))
                    result.readCount += 1
                }
            }
            try progress(range.upperBound)
            if result.readCount > 0, ContinuousClock.now - lastSaved > .seconds(savingInterval) {
                // The records of files that have not had their turn come first, so that newer ones count.
                try? index?.write([known.records.bytes, result.records.bytes])
                lastSaved = .now
            }
        }
        if let index, result.readCount > result.broken.count || result.records.count != known.records.count {
            do throws(FileError) {
                try index.write([result.records.bytes])
            } catch {
                result.notes.append("\(error); without an index, the next start reads all images again")
            }
        }
        return result
    }

    private enum Outcome {
        case known(FileRecord<Finding>)
        case read(FileRecord<Finding>)
        case broken(FileError)
    }

    private func outcome(_ path: [UInt8], _ file: BytePath, _ places: FileRecordPlaces<Finding>) -> Outcome {
        if let record = places[path], record.isSettled, FileStamp(file) == record.stamp { return .known(record) }
        do throws(FileError) {
            return .read(try record(path, file))
        } catch {
            return .broken(error)
        }
    }

    /// Reads and decodes a file.
    private func record(_ path: [UInt8], _ file: BytePath) throws(FileError) -> FileRecord<Finding> {
        let now = Int(Date().timeIntervalSince1970 * 1e9)
        let before = FileStamp(file)
        let content = try file.content()
        guard let stamp = FileStamp(file), stamp == before, stamp.size == content.count else {
            throw .unreadable(path: file.text, reason: "it changes while it is read")
        }
        let image = try ImageFile.decode(content, file.text)
        var checksum = SHA256()
        checksum.update(content)
        return FileRecord(
            path: path, stamp: stamp, isSettled: stamp.changed + settlingTime < now, content: checksum.digest(),
            finding: find(image, content))
    }
}
