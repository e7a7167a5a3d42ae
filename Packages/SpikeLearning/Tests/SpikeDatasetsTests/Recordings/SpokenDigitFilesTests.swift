import Foundation
import TestSupport
import Testing

@testable import SpikeDatasets

@Suite struct SpokenDigitFilesTests {
    private let folder = try! TemporaryFolder()

    @Test func theFirstFiveOfEachAreForTesting() throws {
        for digit in [3, 7] {
            for index in 0..<7 {
                try Made.sound("recordings/\(digit)_jackson_\(index).wav", count: 80, rate: 8000, folder)
            }
        }
        try Made.sound("recordings/10_jackson_0.wav", count: 80, rate: 8000, folder)
        try folder.file("recordings/7_jackson.wav", [])
        let files = SpokenDigitFiles()
        let path = try #require(files.path(in: folder.path))
        let dataset = try files.read("Digits", from: path)
        #expect(dataset.classNames == (0...9).map(String.init))
        #expect(
            dataset.train.samples.map(\.name) == [3, 7].flatMap { ["\($0)_jackson_5.wav", "\($0)_jackson_6.wav"] })
        #expect(dataset.test.classIndices == [3, 3, 3, 3, 3, 7, 7, 7, 7, 7])
        #expect(
            dataset.leftOut.map(\.text) == [
                "2 files left out, of names that are not DIGIT_SPEAKER_INDEX.wav: 10_jackson_0.wav, 7_jackson.wav"
            ])
        #expect(try dataset.train.recording(at: 0).signal.sampleCount == 80)
        #expect(files.path(in: folder.file("elsewhere")) == nil)
    }

    @Test func theArchiveIsUnpacked() throws {
        try Made.sound("a.wav", count: 80, rate: 8000, folder)
        let tar = Made.tar([("free-spoken-digit-dataset-master/recordings/7_jackson_9.wav", try folder.bytes("a.wav"))])
        try folder.file("data/master.tar.gz", Made.gzipped(tar, folder))
        let files = SpokenDigitFiles()
        try files.prepare(in: folder.file("data")) { _ in }
        let path = try #require(files.path(in: folder.file("data")))
        #expect(try files.read("Digits", from: path).train.classIndices == [7])
    }

    @Test func espeakIsAskedFor() throws {
        let digits = SynthesizedDigits(environment: ["PATH": folder.path])
        let flaw = message { try digits.prepare(in: folder.file("made")) { _ in } }
        #expect(flaw?.contains("install it: apt-get install espeak-ng") == true, "\(flaw ?? "")")
        try folder.file("espeak-ng", Array("#!/bin/sh\necho no such voice >&2\nexit 1\n".utf8))
        chmod(folder.file("espeak-ng"), 0o755)
        let broken = message { try digits.prepare(in: folder.file("made")) { _ in } }
        #expect(broken?.contains("did not speak in the voice en-us+m1: no such voice") == true, "\(broken ?? "")")
        #expect(digits.path(in: folder.file("made")) == nil)
    }

    /// Needs the program `espeak-ng`.
    @Test(.enabled(if: SynthesizedDigits().programPath != nil, "espeak-ng is not installed"))
    func espeakSpeaks() throws {
        var digits = SynthesizedDigits(countPerVoice: 6)
        digits.digits = 7...7
        var said: [String] = []
        // Made twice: the same seed gives the same sound.
        for name in ["one", "two"] { try digits.prepare(in: folder.file(name)) { said.append($0) } }
        let path = try #require(digits.path(in: folder.file("one")))
        let dataset = try digits.read("Digits", from: path)
        #expect(
            dataset.train.count == 6 && dataset.test.count == 30 && dataset.train.classIndices == [7, 7, 7, 7, 7, 7])
        let (signals, changes) = try dataset.test.signals()
        #expect(changes.isEmpty, "all are at 8 kHz")
        for signal in signals {
            #expect((1600...16_000).contains(signal.sampleCount), "\(signal.sampleCount)")
            #expect(signal.values.map(abs).max()! > 0.05)
        }
        #expect(Set(signals.map(\.values)).count == 30, "no two recordings are equal")
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            #expect(try folder.bytes("one/recordings/\(name)") == folder.bytes("two/recordings/\(name)"))
        }
    }
}
