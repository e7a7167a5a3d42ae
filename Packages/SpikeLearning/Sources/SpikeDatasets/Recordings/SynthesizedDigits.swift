import ArrayFiles
import Foundation
import SpikeFiles
import TorchTensors

/// Digits that the program `espeak-ng` speaks on this machine: 50 recordings of each digit in six English voices.
///
/// Speed and pitch of each recording follow from the seed. The files are named as those of `SpokenDigitFiles`, so the
/// first five of each digit and voice are for testing. Training and testing share the voices.
public struct SynthesizedDigits: RecordingFiles {
    /// The seed from which speeds and pitches follow.
    public let seed: UInt64

    /// The number of recordings of each digit and voice.
    public let countPerVoice: Int

    /// The digits to make. Tests make fewer.
    var digits = 0...9

    private let environment: [String: String]
    private static let reader = SpokenDigitFiles()
    private static let program = "espeak-ng"
    /// The names in the files, and those of the program.
    private static let voices = [
        ("american", "en-us+m1"), ("british", "en-gb+f1"), ("scottish", "en-gb-scotland+m3"),
        ("received", "en-gb-x-rp+f2"), ("caribbean", "en-029+m5"), ("american-woman", "en-us+f4"),
    ]
    private static let words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

    /// Creates a data set; `prepare` makes its files.
    ///
    /// - Parameters:
    ///   - countPerVoice: The number of recordings of each digit and voice, at least 6, so that there are some to train
    ///     on. Traps otherwise.
    ///   - seed: The seed from which speeds and pitches follow.
    ///   - environment: The environment variables with which the program is found. Tests pass their own.
    public init(
        countPerVoice: Int = 50, seed: UInt64 = 0,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        precondition(countPerVoice >= 6, "SynthesizedDigits: countPerVoice must be >= 6, got \(countPerVoice)")
        self.countPerVoice = countPerVoice
        self.seed = seed
        self.environment = environment
    }

    /// The folder in the search path that has the program; `nil` if there is none.
    var programPath: String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(Self.program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    public var expectation: String { Self.reader.expectation }

    public func path(in folder: String) -> String? { Self.reader.path(in: folder) }

    public func shortcoming(at path: String, sampleCount: Int) -> String? {
        Self.reader.shortcoming(at: path, sampleCount: sampleCount)
    }

    public func read(_ title: String, from path: String) throws -> RecordingDataset {
        try Self.reader.read(title, from: path)
    }

    /// Makes the recordings in `folder/recordings`, whole or not at all.
    public func prepare(in folder: String, progress: (String) -> Void) throws(FileError) {
        let target = "\(folder)/recordings"
        guard !FileManager.default.fileExists(atPath: target) else { return }
        guard let program = programPath else {
            throw .unsuitable(
                path: Self.program,
                problem: "the program that speaks the digits is not there; install it: apt-get install espeak-ng, or "
                    + "brew install espeak-ng")
        }
        let temporary = "\(target).making"
        try? FileManager.default.removeItem(atPath: temporary)
        do {
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: temporary, reason: "the folder cannot be made")
        }
        let total = digits.count * Self.voices.count * countPerVoice
        var count = 0
        for digit in digits {
            for (place, (name, voice)) in Self.voices.enumerated() {
                let random = RandomStream(seed: seed).split("espeak").split(digit).split(place)
                for index in 0..<countPerVoice {
                    let path = "\(temporary)/\(digit)_\(name)_\(index).wav"
                    try speak(
                        program, Self.words[digit], voice, speed: 110 + random.integer(at: 2 * index, below: 111),
                        pitch: 20 + random.integer(at: 2 * index + 1, below: 61), to: path)
                    count += 1
                    if count % 50 == 0 { progress("speaking: \(count) of \(total) recordings") }
                }
            }
        }
        guard rename(temporary, target) == 0 else {
            throw .unwritable(path: target, reason: String(cString: strerror(errno)).lowercased())
        }
    }

    /// Makes one recording at 8 kHz.
    private func speak(
        _ program: String, _ word: String, _ voice: String, speed: Int, pitch: Int, to path: String
    ) throws(FileError) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-v", voice, "-s", "\(speed)", "-p", "\(pitch)", "-w", path, word]
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        let said: String
        do {
            try process.run()
            said = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
        } catch {
            throw .unreadable(path: program, reason: "it cannot be run")
        }
        guard process.terminationStatus == 0, FileManager.default.fileExists(atPath: path) else {
            let line = said.split(whereSeparator: \.isNewline).last.map(String.init) ?? "it says nothing"
            throw .unsuitable(path: program, problem: "it did not speak in the voice \(voice): \(line)")
        }
        let signal = try RecordingForm(samplingRate: 8000, channelCount: 1).applied(to: RecordingFile.read(path), path)
            .signal
        try RecordingFile.write(signal, to: path)
    }
}
