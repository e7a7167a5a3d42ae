import CSndfile
import FileTestSupport
import SpikeEncoding
import Testing

@testable import SpikeFiles

@Suite struct AudioRecordingTests {
    @Test(arguments: [1, 2, 5]) func roundTripsWAV(_ channels: Int) throws {
        let folder = try TemporaryFolder()
        let signal = Examples.signal(channels: channels, samples: 70_000, samplingRate: 8000)
        try RecordingFile.write(signal, to: folder.file("a.wav"))
        #expect(try RecordingFile.read(folder.file("a.wav")) == signal)
        #expect(try folder.names == ["a.wav"])
    }

    @Test func sameSignalGivesSameFile() throws {
        let folder = try TemporaryFolder()
        for name in ["a.wav", "b.wav"] { try RecordingFile.write(Examples.signal(), to: folder.file(name)) }
        #expect(try folder.bytes("a.wav") == folder.bytes("b.wav"))
    }

    @Test func keepsValuesBeyondOneAndNaN() throws {
        let folder = try TemporaryFolder()
        try RecordingFile.write(
            Signal(channels: [[5, -1e30, .nan, .infinity]], samplingRate: 1), to: folder.file("a.wav"))
        let values = try RecordingFile.read(folder.file("a.wav")).values
        #expect(values[0] == 5 && values[1] == -1e30 && values[2].isNaN && values[3] == .infinity)
    }

    @Test(arguments: [
        ("flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16), ("flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24),
        ("aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16), ("wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16),
    ])
    func readsWholeNumberSamples(_ type: String, _ format: Int) throws {
        let folder = try TemporaryFolder()
        let signal = Signal(
            channels: (0..<2).map { channel in (0..<5000).map { Float(($0 * (channel + 1)) % 2000 - 1000) / 32768 } },
            samplingRate: 16000)
        try AudioRecording.write(signal, to: folder.file("a.\(type)"), format: Int32(format))
        #expect(try RecordingFile.read(folder.file("a.\(type)")) == signal)
        #expect(try RecordingFile.read(folder.file("a.\(type)"), samplingRate: 5).samplingRate == 5)
    }

    @Test func saysWhatCannotBeWritten() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.wav")
        for (signal, problem) in [
            (Examples.signal(samplingRate: nil), "needs a sampling rate"),
            (Examples.signal(samplingRate: 62.5), "62.5 Hz"),
            (Signal(values: [], channelCount: 0, samplingRate: 1), "is empty"),
            (Signal(values: Array(repeating: 0, count: 1025), channelCount: 1025, samplingRate: 1), "1024 channels"),
        ] {
            #expect(message { try RecordingFile.write(signal, to: path) }?.contains(problem) == true)
        }
        #expect(try folder.names == [])
    }

    @Test(arguments: [
        ("a.wav", "not audio at all", "byte 0: is no WAV, FLAC, Ogg or AIFF file"),
        ("a.flac", "", "byte 0: is no WAV, FLAC, Ogg or AIFF file"),
        ("a.flac", "fLaC and no more", "is no audio file that can be read"),
    ])
    func saysWhatCannotBeRead(_ name: String, _ content: String, _ expected: String) throws {
        let problem = try withFile(name, content) { path in message { _ = try RecordingFile.read(path) } }
        #expect(problem?.contains(expected) == true)
    }

    @Test func reportsATruncatedFLAC() throws {
        let folder = try TemporaryFolder()
        let signal = Signal(
            values: Examples.signal(samples: 50_000).values.map { $0 / 2 }, channelCount: 1, samplingRate: 8000)
        try AudioRecording.write(signal, to: folder.file("a.flac"), format: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_16))
        let bytes = try folder.bytes("a.flac")
        let path = try folder.file("b.flac", Array(bytes.prefix(bytes.count / 2)))
        #expect(throws: FileError.self) { try RecordingFile.read(path) }
    }

    @Test func reportsNoSamples() throws {
        let folder = try TemporaryFolder()
        try RecordingFile.write(Signal(channels: [[0]], samplingRate: 8000), to: folder.file("a.wav"))
        var bytes = try folder.bytes("a.wav")
        bytes.removeLast(4)
        let path = try folder.file("b.wav", bytes)
        #expect(throws: FileError.self) { try RecordingFile.read(path) }
    }
}
