import ArrayFiles
import Foundation

/// Writes the metrics of a run for TensorBoard: the scalars of each epoch and `images-per-second`. Those of a classifier
/// are `train/loss`, `train/accuracy`, `test/loss`, `test/accuracy` and `learning-rate`.
///
/// The whole file is made from the metrics of all epochs, so that a run which was interrupted does not contain an epoch
/// twice.
struct EventFile {
    let path: String

    /// Updates the file to contain exactly these epochs.
    ///
    /// If the present content is the beginning of the new content, the rest is appended, because TensorBoard continues
    /// to read the file that it has open. Otherwise a new file replaces the old one.
    func write(_ epochs: [some EpochRecord], imagesPerEpoch: Int) throws {
        let present = FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
        let start =
            RecordFraming.firstRecord(of: present).flatMap(EventMessage.time)
            ?? Date.now.timeIntervalSince1970 - (epochs.last?.seconds ?? 0)
        let bytes = Self.events(epochs, imagesPerEpoch: imagesPerEpoch, start: start).flatMap {
            RecordFraming.framed($0.bytes)
        }
        if !present.isEmpty, present.count <= bytes.count, bytes.starts(with: present) {
            do {
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                defer { try? file.close() }
                try file.seekToEnd()
                try file.write(contentsOf: bytes[present.count...])
            } catch {
                throw TrainingError("\(path): cannot be written; check the folder's permissions and the disk's space")
            }
        } else {
            try AtomicFile.write(bytes, to: path)
        }
    }

    /// Returns the events of a run.
    ///
    /// - Parameters:
    ///   - epochs: The metrics of the epochs.
    ///   - imagesPerEpoch: The number of images in an epoch.
    ///   - start: The time at which the run began, in seconds since 1970. The time of an epoch is this plus the
    ///     training time.
    static func events(_ epochs: [some EpochRecord], imagesPerEpoch: Int, start: Double) -> [EventMessage] {
        var before = 0.0
        return [EventMessage(time: start, content: .fileVersion)]
            + epochs.map { epoch in
                let seconds = epoch.seconds - before
                before = epoch.seconds
                let speed = seconds > 0 ? Double(imagesPerEpoch) / seconds : 0
                let scalars = epoch.scalars + [(tag: "images-per-second", value: speed)]
                return EventMessage(
                    time: start + epoch.seconds,
                    content: .scalars(
                        step: epoch.epoch,
                        scalars.map { EventMessage.Scalar(tag: $0.tag, value: Float($0.value)) }))
            }
    }
}
