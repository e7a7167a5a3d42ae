import ArrayFiles
import Foundation
import SpikeFiles

/// A data set of recordings in a folder, arranged by class, in any format that `RecordingFile` reads.
///
/// The layout, the names of the classes and the division into training and testing are those of `ImageFolder`. All
/// recordings are brought to the sampling rate and the number of channels of the first one, unless the form says
/// otherwise.
public struct RecordingFolder: Sendable {
    /// The path of the folder.
    public let path: String

    /// The form that recordings are brought to.
    public let form: RecordingForm

    /// The share of each class that is set aside for testing where the folder has no part for testing, in 0 ..< 1.
    public let testFraction: Double

    /// The seed that decides which recordings are set aside for testing.
    public let seed: UInt64

    /// Creates a data set of a folder; `read` reads it.
    ///
    /// - Parameters:
    ///   - path: The path of the folder.
    ///   - form: The form that recordings are brought to.
    ///   - testFraction: The share of each class that is set aside for testing where the folder has no part for
    ///     testing, in 0 ..< 1.
    ///   - seed: The seed that decides which recordings are set aside for testing.
    /// - Throws: `FileError` if the fraction is out of range.
    public init(
        _ path: String, form: RecordingForm = RecordingForm(), testFraction: Double = 0.2, seed: UInt64 = 0
    ) throws(FileError) {
        guard testFraction >= 0, testFraction < 1 else {
            throw .unsuitable(path: path, problem: "the fraction for testing must be >= 0 and < 1, got \(testFraction)")
        }
        self.path = path
        self.form = form
        self.testFraction = testFraction
        self.seed = seed
    }

    /// Lists the recordings. They are read when they are asked for.
    ///
    /// - Throws: `FileError` if a class has no recordings, if the layout does not fit, or if the first recording cannot
    ///   be read.
    public func read() throws -> RecordingDataset {
        let kind = FolderContent.Kind(
            noun: "recordings", extensions: RecordingFile.readableExtensions, companions: ["dat", "atr"],
            mayBeCompressed: true)
        let content = try FolderContent(path, share: TestShare(fraction: testFraction, seed: seed), kind: kind)
        var form = form
        if let first = (content.train + content.test).first {
            let signal = try RecordingFile.read(first.path.text)
            form.samplingRate = form.samplingRate ?? signal.samplingRate
            form.channelCount = form.channelCount ?? signal.channelCount
        }
        func split(_ samples: [FolderContent.Sample]) -> RecordingSplit {
            RecordingSplit(
                samples.map { LabelledRecording(name: $0.name, label: $0.label, .file($0.path.text)) }, form: form)
        }
        return try RecordingDataset(
            name: (path as NSString).lastPathComponent, classNames: content.classNames, train: split(content.train),
            test: split(content.test), leftOut: content.leftOut)
    }
}
