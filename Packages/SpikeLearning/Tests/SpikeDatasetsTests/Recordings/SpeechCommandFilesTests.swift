import Foundation
import TestSupport
import Testing

@testable import SpikeDatasets

/// Folders in the published layout: words, lists, and background noise.
@Suite(.leavesNothing) struct SpeechCommandFilesTests {
    private let folder = try! TemporaryFolder()

    private func put(_ word: String, _ count: Int, value: Float = 0.5) throws {
        for index in 0..<count { try Made.sound("\(word)/\(index)_nohash_0.wav", [value], count: 100, folder) }
    }

    private func lists(validation: [String], testing: [String]) throws {
        try folder.file("validation_list.txt", Array((validation.joined(separator: "\n") + "\n").utf8))
        try folder.file("testing_list.txt", Array(testing.joined(separator: "\r\n").utf8))
    }

    @Test func listsDivideTheRecordings() throws {
        try put("yes", 3)
        try put("bed", 2)
        try lists(
            validation: ["yes/1_nohash_0.wav"], testing: ["bed/0_nohash_0.wav", "yes/2_nohash_0.wav", "no/gone.wav"])
        try Made.sound("_background_noise_/hum.wav", count: 100, folder)
        try folder.file("README.md", [1])
        try folder.file("yes/notes.txt", [1])
        let files = SpeechCommandFiles()
        #expect(files.path(in: folder.path) == folder.path)
        let dataset = try files.read("Speech", from: folder.path)
        #expect(dataset.classNames == ["bed", "yes"])
        #expect(dataset.train.samples.map(\.name) == ["bed/1_nohash_0.wav", "yes/0_nohash_0.wav"])
        #expect(dataset.validation?.samples.map(\.name) == ["yes/1_nohash_0.wav"])
        #expect(dataset.test.samples.map(\.name) == ["bed/0_nohash_0.wav", "yes/2_nohash_0.wav"])
        #expect(dataset.train.classIndices == [0, 1] && dataset.test.classIndices == [0, 1])
        #expect(
            dataset.leftOut.map(\.text) == [
                "1 file left out, no WAV files: yes/notes.txt",
                "1 file left out, named in a list, and not there: no/gone.wav",
            ])
        let wrong = message { _ = try SpeechCommandFiles(wordCount: 35).read("Speech", from: folder.path) }
        #expect(wrong?.contains("it has 2 folders of words, and Speech has 35; the other version is") == true)
    }

    @Test func recordingsAreASecondAt16Kilohertz() throws {
        try Made.sound("yes/a.wav", [0.5], count: 12_000, folder)
        try Made.sound("yes/b.wav", [0.25], count: 20_000, folder)
        try Made.sound("yes/c.wav", [0.25, 0.75], count: 44_100, rate: 44_100, folder)
        try lists(validation: [], testing: [])
        let split = try SpeechCommandFiles().read("Speech", from: folder.path).train
        let (samples, lengths) = try split.tensor()
        #expect(samples.shape == [3, 1, 16_000] && lengths == [16_000, 16_000, 16_000])
        let values = try samples.elements(as: Float.self)
        #expect(values[11_999] == 0.5 && values[12_000] == 0 && values[31_999] == 0.25)
        #expect(abs(values[40_000] - 0.5) < 1e-5)
        #expect(
            try split.signals().changes.map(\.text) == [
                "1 recording kept, padded to 16000 samples: yes/a.wav",
                "1 recording kept, cut to 16000 samples: yes/b.wav", "1 recording kept, 2 channels averaged: yes/c.wav",
                "1 recording kept, resampled from 44100 Hz: yes/c.wav",
            ])
    }

    @Test func twelveClassesHaveUnknownAndSilence() throws {
        for word in SpeechCommandFiles.commands { try put(word, 4) }
        try put("bed", 9, value: -0.5)
        try lists(
            validation: SpeechCommandFiles.commands.map { "\($0)/0_nohash_0.wav" } + ["bed/0_nohash_0.wav"],
            testing: SpeechCommandFiles.commands.map { "\($0)/1_nohash_0.wav" } + ["bed/1_nohash_0.wav"])
        // A ramp tells where a second of noise comes from.
        try Made.ramp("_background_noise_/ramp.wav", count: 200_000, folder)
        let files = SpeechCommandFiles(.commandsWithUnknownAndSilence(seed: 3))
        let dataset = try files.read("Speech", from: folder.path)
        #expect(dataset.classNames == SpeechCommandFiles.commands + ["unknown", "silence"])
        #expect(dataset.train.count == 20 + 2 + 2, "unknown and silence as many as a command has on average")
        #expect(dataset.train.classIndices.suffix(4) == [10, 10, 11, 11])
        #expect(dataset.train.samples[20].name.hasPrefix("bed/"))
        for (split, range) in [(dataset.train, 0..<0.8), (dataset.validation!, 0.8..<0.9), (dataset.test, 0.9..<1.0)] {
            for index in split.samples.indices where split.samples[index].label == 11 {
                let signal = try split.recording(at: index).signal
                #expect(signal.sampleCount == 16_000)
                #expect(range.contains(Double(signal[0, 0])) && Double(signal[0, 15_999]) <= range.upperBound)
            }
        }
        let again = try files.read("Speech", from: folder.path)
        #expect(again.train.samples.map(\.name) == dataset.train.samples.map(\.name))
        let other = try SpeechCommandFiles(.commandsWithUnknownAndSilence(seed: 4)).read("Speech", from: folder.path)
        #expect(other.train.samples.map(\.name) != dataset.train.samples.map(\.name))
        let ten = try SpeechCommandFiles(.commands).read("Speech", from: folder.path)
        #expect(ten.train.count == 20 && ten.classNames.count == 10)
    }

    @Test func flawsAreNamed() throws {
        try put("yes", 1)
        try lists(validation: [], testing: [])
        try folder.file("yes/empty.wav", [])
        try folder.file("yes/text.wav", Array("no sound".utf8))
        let split = try SpeechCommandFiles().read("Speech", from: folder.path).train
        #expect(message { _ = try split.signals() }?.contains("yes/empty.wav") == true)
        #expect(message { _ = try split.recording(at: 2) }?.contains("text.wav") == true)
        try FileManager.default.removeItem(atPath: folder.file("yes/0_nohash_0.wav"))
        #expect(message { _ = try split.recording(at: 0) }?.contains("0_nohash_0.wav: cannot be read") == true)
        try put("yes", 10)
        let twelve = SpeechCommandFiles(.commandsWithUnknownAndSilence(seed: 0))
        #expect(message { _ = try twelve.read("Speech", from: folder.path) }?.contains("_background_noise_") == true)
        let none = try TemporaryFolder()
        for list in ["validation_list.txt", "testing_list.txt"] { try none.file(list, []) }
        #expect(
            message { _ = try SpeechCommandFiles().read("Speech", from: none.path) }?.contains("no recordings") == true)
    }

    @Test func theArchiveIsUnpacked() throws {
        try Made.sound("a.wav", count: 100, folder)
        let wav = try folder.bytes("a.wav")
        func archive(_ names: [String]) throws -> [UInt8] {
            try Made.gzipped(Made.tar(names.map { ($0, $0.hasSuffix("wav") ? wav : []) }), folder)
        }
        let name = "data/speech_commands_v0.02.tar.gz"
        try folder.file(name, archive(["./yes/a.wav", "./validation_list.txt", "./testing_list.txt"]))
        let files = SpeechCommandFiles(wordCount: 35)
        #expect(files.path(in: folder.file("data")) == nil)
        #expect("\(files.problem(in: folder.file("data"))!)".contains("the archive is not unpacked"))
        try files.prepare(in: folder.file("data")) { _ in }
        let path = try #require(files.path(in: folder.file("data")))
        #expect(try SpeechCommandFiles().read("Speech", from: path).train.count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("data")) == ["speech_commands_v0.02"])

        try folder.file("bad/speech_commands_v0.02.tar.gz", archive(["yes/../../../x.wav"]))
        let escape = message { try files.prepare(in: folder.file("bad")) { _ in } }
        #expect(escape?.contains("the name leads out of the archive") == true)
        try folder.file("cut/speech_commands_v0.02.tar.gz", Array(archive(["yes/a.wav"]).dropLast(20)))
        #expect(message { try files.prepare(in: folder.file("cut")) { _ in } }?.contains("cut short") == true)
        #expect(files.path(in: folder.file("cut")) == nil)
    }
}
