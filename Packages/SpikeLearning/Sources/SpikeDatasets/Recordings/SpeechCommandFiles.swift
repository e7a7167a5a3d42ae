import ArrayFiles
import Foundation
import SpikeFiles
import TorchTensors

/// The files of Google's Speech Commands: a folder for each word, the lists of recordings to validate and to test with,
/// and the folder `_background_noise_`.
///
/// All recordings are brought to 16 kHz and one second. Source: Warden 2018, arXiv 1804.03209.
public struct SpeechCommandFiles: RecordingFiles {
    /// The words that are classes.
    public enum Vocabulary: Sendable, Hashable {
        /// Every word.
        case all
        /// The ten commands: yes, no, up, down, left, right, on, off, stop and go. Other words are left out.
        case commands
        /// The ten commands, `unknown` for some of the recordings of other words, and `silence`, seconds of the
        /// background noise. Each of the two has as many recordings as a command has on average. The seed decides
        /// which recordings and which seconds. Noise for training comes from the first 80 % of its recordings, noise
        /// for validation from the next 10 %, and noise for testing from the rest.
        case commandsWithUnknownAndSilence(seed: UInt64)
    }

    /// The ten commands, in the order of their labels.
    public static let commands = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"]

    /// The words that are classes.
    public let vocabulary: Vocabulary

    /// The number of words that the folder must have; `nil` for any number.
    public let wordCount: Int?

    static let noiseFolder = "_background_noise_"
    private static let lists = ["validation_list.txt", "testing_list.txt"]
    private static let form = RecordingForm(samplingRate: 16_000, sampleCount: 16_000, channelCount: 1)

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - vocabulary: The words that are classes.
    ///   - wordCount: The number of words that the folder must have: 35 in version 0.02, 30 in version 0.01; `nil` for
    ///     any number.
    public init(_ vocabulary: Vocabulary = .all, wordCount: Int? = nil) {
        self.vocabulary = vocabulary
        self.wordCount = wordCount
    }

    public var expectation: String {
        "folders of words, validation_list.txt and testing_list.txt, or speech_commands_\(version).tar.gz"
    }

    private var version: String { wordCount == 30 ? "v0.01" : "v0.02" }
    private var archive: UnpackedArchive { UnpackedArchive(archive: "speech_commands_\(version).tar.gz") }
    private var unpackedName: String { "speech_commands_\(version)" }

    public func path(in folder: String) -> String? {
        [folder, "\(folder)/\(unpackedName)"].first { folder in
            Self.lists.allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
        }
    }

    public func problem(in folder: String) -> FileError? {
        guard FileManager.default.fileExists(atPath: "\(folder)/\(archive.archive)") else { return nil }
        return .unsuitable(
            path: "\(folder)/\(archive.archive)",
            problem: "the archive is not unpacked; run `tar xf` on it in a folder \(unpackedName)")
    }

    public func shortcoming(at path: String, sampleCount: Int) -> String? {
        guard let wordCount, let entries = try? BytePath(path).entries() else { return nil }
        let count = entries.count { $0.kind == .folder && !$0.isHidden && $0.text != Self.noiseFolder }
        return count < wordCount ? "has \(count) of \(wordCount) folders of words" : nil
    }

    public func prepare(in folder: String, progress: (String) -> Void) throws(FileError) {
        try archive.unpack(in: folder, as: unpackedName) { progress("unpacking: \($0) files") }
    }

    /// The part that a recording belongs to.
    private enum Part { case train, validation, test }

    public func read(_ title: String, from path: String) throws -> RecordingDataset {
        let (recordings, words, leftOut) = try content(path)
        if let wordCount, words.count != wordCount {
            throw FileError.unsuitable(
                path: path,
                problem:
                    "it has \(counted(words.count, "folder")) of words, and \(title) has \(wordCount); the other version "
                    + "is speech-commands\(wordCount == 35 ? "-v1" : "")")
        }
        let names: [String]
        switch vocabulary {
        case .all: names = words
        case .commands: names = Self.commands
        case .commandsWithUnknownAndSilence: names = Self.commands + ["unknown", "silence"]
        }
        let labels = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        func split(_ part: Part) throws -> RecordingSplit {
            let own = recordings.filter { $0.part == part }
            var samples = own.compactMap { recording in
                labels[recording.word].map {
                    LabelledRecording(name: recording.name, label: $0, .file("\(path)/\(recording.name)"))
                }
            }
            if case .commandsWithUnknownAndSilence(let seed) = vocabulary {
                let random = RandomStream(seed: seed).split("\(part)")
                let count = Int((Double(samples.count) / Double(Self.commands.count)).rounded())
                let others = own.filter { labels[$0.word] == nil }
                let chosen = random.split("unknown").permutation(others.count).prefix(count).sorted()
                samples += chosen.map {
                    LabelledRecording(
                        name: others[$0].name, label: Self.commands.count, .file("\(path)/\(others[$0].name)"))
                }
                samples += try silence(count, part, random.split("silence"), path)
            }
            return RecordingSplit(samples, form: Self.form)
        }
        return try RecordingDataset(
            name: title, classNames: names, train: split(.train), validation: split(.validation), test: split(.test),
            leftOut: leftOut)
    }

    private struct Recording {
        /// The path below the folder, such as `yes/0a7c2a8d_nohash_0.wav`.
        let name: String
        let word: String
        let part: Part
    }

    /// Lists all recordings, the words, and what is left out.
    private func content(
        _ path: String
    ) throws(FileError) -> (recordings: [Recording], words: [String], leftOut: [LeftOut]) {
        var parts: [String: Part] = [:]
        for (list, part) in zip(Self.lists, [Part.validation, .test]) {
            let text = String(decoding: try InputFile("\(path)/\(list)").bytes(1 << 26), as: UTF8.self)
            for line in text.split(whereSeparator: \.isNewline) {
                parts[line.trimmingCharacters(in: .whitespaces)] = part
            }
        }
        var (recordings, words, leftOut): ([Recording], [String], [LeftOut]) = ([], [], [])
        for entry in try BytePath(path).entries()
        where entry.kind == .folder && !entry.isHidden && entry.text != Self.noiseFolder {
            words.append(entry.text)
            for file in try entry.path.entries() {
                let name = "\(entry.text)/\(file.text)"
                guard file.kind == .file, file.has(["wav"]), !file.isHidden else {
                    leftOut.add(name, "no WAV files")
                    continue
                }
                recordings.append(
                    Recording(name: name, word: entry.text, part: parts.removeValue(forKey: name) ?? .train))
            }
        }
        for name in parts.keys.sorted() { leftOut.add(name, "named in a list, and not there") }
        guard !recordings.isEmpty else {
            throw .unsuitable(path: path, problem: "there are no recordings in it; it should hold \(expectation)")
        }
        return (recordings, words, leftOut)
    }

    /// Chooses seconds of the background noise.
    private func silence(
        _ count: Int, _ part: Part, _ random: RandomStream, _ path: String
    ) throws(FileError) -> [LabelledRecording] {
        guard count > 0 else { return [] }
        let folder = "\(path)/\(Self.noiseFolder)"
        let files = try BytePath(folder).entries().filter { $0.has(["wav"]) && !$0.isHidden }
        let share =
            switch part {
            case .train: 0.0..<0.8
            case .validation: 0.8..<0.9
            case .test: 0.9..<1.0
            }
        // Starts of seconds in the file's own samples; the form resamples and cuts afterwards.
        var ranges: [(path: String, starts: Range<Int>)] = []
        for file in files {
            let signal = try RecordingFile.read(file.path.text)
            let length = Int((signal.samplingRate ?? 16_000).rounded(.up))
            let lower = Int(share.lowerBound * Double(signal.sampleCount))
            let upper = Int(share.upperBound * Double(signal.sampleCount)) - length
            if upper > lower { ranges.append((file.path.text, lower..<upper + 1)) }
        }
        guard !ranges.isEmpty else {
            throw .unsuitable(path: folder, problem: "there is no recording of noise that is long enough for a second")
        }
        return (0..<count).map { index in
            let (file, starts) = ranges[random.integer(at: 2 * index, below: ranges.count)]
            let start = starts.lowerBound + random.integer(at: 2 * index + 1, below: starts.count)
            return LabelledRecording(
                name: "\(Self.noiseFolder)/\((file as NSString).lastPathComponent)@\(start)",
                label: Self.commands.count + 1, .part(file: file, from: start))
        }
    }
}
