import ArrayFiles
import Foundation

/// A run's figures for TensorBoard: `train/loss`, `train/accuracy`, `test/loss`, `test/accuracy`, `learning-rate` and
/// `images-per-second` at each epoch.
///
/// It is made from the epochs' figures alone, all at once, so that runs that were interrupted have no epoch twice.
struct EventFile {
    let path: String

    /// Brings the file up to these epochs.
    ///
    /// What is there already, and right, stays where it is, as TensorBoard reads on in the file that it has open;
    /// otherwise another file takes its place.
    func write(_ epochs: [EpochMetrics], imagesPerEpoch: Int) throws {
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

    /// - Parameter start: When the run began, in seconds since 1970; epochs stand as much later as training took.
    static func events(_ epochs: [EpochMetrics], imagesPerEpoch: Int, start: Double) -> [EventMessage] {
        var before = 0.0
        return [EventMessage(time: start, content: .fileVersion)]
            + epochs.map { epoch in
                let seconds = epoch.seconds - before
                before = epoch.seconds
                let scalars = [
                    ("train/loss", epoch.trainLoss), ("train/accuracy", epoch.trainAccuracy),
                    ("test/loss", epoch.testLoss), ("test/accuracy", epoch.testAccuracy),
                    ("learning-rate", epoch.learningRate),
                    ("images-per-second", seconds > 0 ? Double(imagesPerEpoch) / seconds : 0),
                ]
                return EventMessage(
                    time: start + epoch.seconds,
                    content: .scalars(
                        step: epoch.epoch,
                        scalars.map { EventMessage.Scalar(tag: $0, value: Float($1)) }))
            }
    }
}
