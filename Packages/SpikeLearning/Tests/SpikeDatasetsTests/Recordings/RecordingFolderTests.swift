import Foundation
import SpikeEncoding
import SpikeFiles
import TestSupport
import Testing

@testable import SpikeDatasets

@Suite struct RecordingFolderTests {
    private let folder = try! TemporaryFolder()

    /// A folder with train and test, of files in several formats and of several rates.
    @Test func readsAllFormats() throws {
        try Made.sound("train/hum/a.wav", [0.5], count: 400, rate: 100, folder)
        try Made.sound("train/hum/b.wav", [0.25, 0.75], count: 400, rate: 200, folder)
        try folder.file("train/tap/c.csv", Array("time_s,x\n0,1\n0.01,2\n0.02,3\n".utf8))
        try Made.sound("test/tap/d.wav", [0.5], count: 300, rate: 100, folder)
        try folder.file("train/hum/readme.md", [1])
        let dataset = try RecordingFolder(folder.path).read()
        #expect(dataset.classNames == ["hum", "tap"])
        #expect(dataset.train.samples.map(\.name) == ["train/hum/a.wav", "train/hum/b.wav", "train/tap/c.csv"])
        #expect(dataset.test.classIndices == [1])
        #expect(dataset.train.form == RecordingForm(samplingRate: 100, channelCount: 1))
        let (signals, changes) = try dataset.train.signals()
        #expect(signals.map(\.sampleCount) == [400, 200, 3] && signals[2].values == [1, 2, 3])
        #expect(abs(signals[1][0, 100] - 0.5) < 1e-5)
        #expect(
            changes.map(\.text) == [
                "1 recording kept, 2 channels averaged: train/hum/b.wav",
                "1 recording kept, resampled from 200 Hz: train/hum/b.wav",
            ])
        #expect(dataset.leftOut.count == 1 && dataset.leftOut[0].text.contains("train/hum/readme.md"))
    }

    /// The division is that of a folder of images: by the checksum of each file's own name.
    @Test func setsAPartAside() throws {
        for index in 0..<10 { try folder.file("one/\(index).csv", Array("\(index)\n1\n".utf8)) }
        let dataset = try RecordingFolder(folder.path, testFraction: 0.3).read()
        #expect(dataset.test.samples.map(\.name) == ["one/4.csv"] && dataset.train.count == 9)
        #expect(message { _ = try RecordingFolder("x", testFraction: 1) }?.contains(">= 0 and < 1, got 1.0") == true)
    }

    @Test func flawsAreNamed() throws {
        try folder.file("one/a.csv", Array("1\n2\n".utf8))
        try folder.file("one/b.csv", Array("1,2\n3,4\n".utf8))
        try folder.file("one/c.npy", Array("no array".utf8))
        let dataset = try RecordingFolder(folder.path, form: RecordingForm(channelCount: 2), testFraction: 0).read()
        #expect(message { _ = try dataset.train.recording(at: 0) }?.contains("a.csv: it has 1 channel, not 2") == true)
        #expect(try dataset.train.recording(at: 1).signal.channelCount == 2)
        #expect(message { _ = try dataset.train.recording(at: 2) }?.contains("c.npy") == true)
        #expect(
            message { _ = try RecordingFolder(folder.file("one")).read() }?.contains("there are no recordings") == true)
        try folder.file("empty/class/x.txt.bak", [1])
        let none = message { _ = try RecordingFolder(folder.file("empty")).read() }
        #expect(none?.contains("there are no recordings in this class folder") == true, "\(none ?? "")")
    }
}
