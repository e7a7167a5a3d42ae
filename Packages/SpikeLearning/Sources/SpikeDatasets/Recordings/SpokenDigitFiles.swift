import ArrayFiles
import Foundation

/// The files of the Free Spoken Digit Dataset, and of others with the same names: `DIGIT_SPEAKER_INDEX.wav`.
///
/// The indices 0 to 4 are for testing.
public struct SpokenDigitFiles: RecordingFiles {
    private static let unpackedName = "free-spoken-digit-dataset"
    private static let form = RecordingForm(samplingRate: 8000, channelCount: 1)
    static let testIndices = 0..<5

    /// Creates a reader.
    public init() {}

    public var expectation: String { "recordings such as 7_jackson_32.wav" }

    public func path(in folder: String) -> String? {
        let below = "/recordings"
        let unpacked = "\(folder)/\(Self.unpackedName)"
        let inArchive = (try? BytePath(unpacked).entries())?.first { $0.kind == .folder }.map { $0.path.text + below }
        return [folder, folder + below, unpacked + below, inArchive].compactMap(\.self).first { folder in
            (try? FileManager.default.contentsOfDirectory(atPath: folder))?.contains { Self.parts($0) != nil } ?? false
        }
    }

    public func shortcoming(at path: String, sampleCount: Int) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let count = names.count { Self.parts($0) != nil }
        return count < sampleCount ? "has \(count) of \(sampleCount) recordings" : nil
    }

    public func prepare(in folder: String, progress: (String) -> Void) throws(FileError) {
        try UnpackedArchive(archive: "master.tar.gz").unpack(in: folder, as: Self.unpackedName) {
            progress("unpacking: \($0) files")
        }
    }

    public func read(_ title: String, from path: String) throws -> RecordingDataset {
        var (train, test, leftOut): ([LabelledRecording], [LabelledRecording], [LeftOut]) = ([], [], [])
        for entry in try BytePath(path).entries() {
            guard entry.kind == .file, let (digit, index) = Self.parts(entry.text) else {
                leftOut.add(entry.text, "of names that are not DIGIT_SPEAKER_INDEX.wav")
                continue
            }
            let recording = LabelledRecording(name: entry.text, label: digit, .file(entry.path.text))
            if Self.testIndices.contains(index) { test.append(recording) } else { train.append(recording) }
        }
        return try RecordingDataset(
            name: title, classNames: (0...9).map(String.init), train: RecordingSplit(train, form: Self.form),
            test: RecordingSplit(test, form: Self.form), leftOut: leftOut)
    }

    /// The digit and the index in a file's name; `nil` for another name.
    private static func parts(_ name: String) -> (digit: Int, index: Int)? {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].hasSuffix(".wav"), !parts[1].isEmpty, let digit = Int(parts[0]),
            (0...9).contains(digit), parts[0].utf8.count == 1, let index = Int(parts[2].dropLast(4)), index >= 0
        else { return nil }
        return (digit, index)
    }
}
