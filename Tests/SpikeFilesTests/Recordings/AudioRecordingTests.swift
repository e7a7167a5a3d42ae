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
        let channels: [[Float]] = [1, 2].map { (step: Int) in
            (0..<5000).map { (sample: Int) in Float(sample * step % 2000 - 1000) / 32768 }
        }
        let signal = Signal(channels: channels, samplingRate: 16000)
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

    /// The beginning of a file of two channels and 5000 samples, cut behind `size` bytes of its 16-bit samples.
    private func cut(_ name: String, _ format: Int, at size: Int) throws -> String? {
        let folder = try TemporaryFolder()
        func sample(_ index: Int, _ channel: Int) -> Float { Float((index * (channel + 3)) % 2000 - 1000) / 32768 }
        let channels: [[Float]] = (0..<2).map { channel in (0..<5000).map { sample($0, channel) } }
        let path = folder.file(name)
        try AudioRecording.write(Signal(channels: channels, samplingRate: 8000), to: path, format: Int32(format))
        let bytes = try folder.bytes(name)
        // No other chunk stands behind the samples.
        let headerSize = bytes.count - 20_000
        let cut = try folder.file("cut-" + name, Array(bytes.prefix(headerSize + size)))
        return message { _ = try RecordingFile.read(cut) }
    }

    @Test(arguments: [
        ("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16), ("a.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_16),
        ("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG), ("a.wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16),
        ("a.wav", SF_FORMAT_W64 | SF_FORMAT_PCM_16), ("a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16),
    ])
    func saysThatSamplesAreMissing(_ name: String, _ format: Int) throws {
        for (size, count) in [(19_996, 4999), (19_999, 4999), (4 * 1234, 1234), (4, 1), (0, 0)] {
            let problem = try cut(name, format, at: size)
            #expect(
                problem?.contains(
                    "was cut short: it holds \(count) sample\(count == 1 ? "" : "s") of each channel, of 5000 that its "
                        + "header promises") == true, "\(problem ?? "nothing")")
        }
        #expect(try cut(name, format, at: 20_000) == nil)
    }

    /// Programs that write into a pipe do not know the size yet.
    @Test(arguments: [0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] as [UInt32])
    func filesOfUnknownLengthAreWhole(_ size: UInt32) throws {
        let folder = try TemporaryFolder()
        let signal = Signal(channels: [[0.5, -0.25, 0.125]], samplingRate: 8000)
        try AudioRecording.write(signal, to: folder.file("a.wav"), format: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16))
        var bytes = try folder.bytes("a.wav")
        #expect(Array(bytes[36..<40]) == Array("data".utf8) && bytes.count == 50)
        for index in 0..<4 { bytes[40 + index] = UInt8(truncatingIfNeeded: size >> (8 * UInt32(index))) }
        #expect(try RecordingFile.read(folder.file("b.wav", bytes)) == signal)
    }

    @Test(arguments: [SF_FORMAT_VORBIS, SF_FORMAT_OPUS]) func reportsATruncatedOgg(_ codec: Int) throws {
        let folder = try TemporaryFolder()
        let signal = Signal(
            values: Examples.signal(samples: 50_000).values.map { $0 / 2 }, channelCount: 1, samplingRate: 48_000)
        try AudioRecording.write(signal, to: folder.file("a.ogg"), format: Int32(SF_FORMAT_OGG | codec))
        let bytes = try folder.bytes("a.ogg")
        #expect(try RecordingFile.read(folder.file("a.ogg")).sampleCount == 150_000)
        for count in [bytes.count - 1, bytes.count / 2, bytes.count / 10] {
            let path = try folder.file("b.ogg", Array(bytes.prefix(count)))
            let problem = message { _ = try RecordingFile.read(path) }
            #expect(problem?.contains("was cut short: ") == true, "\(problem ?? "nothing")")
        }
    }

    @Test func numbersBeyondFloat32AreNamed() throws {
        let folder = try TemporaryFolder()
        let signal = Signal(channels: [[0.5, -0.25, 0.125], [1, 2, 3]], samplingRate: 8000)
        try AudioRecording.write(signal, to: folder.file("a.wav"), format: Int32(SF_FORMAT_WAV | SF_FORMAT_DOUBLE))
        func problem(_ value: Double) throws -> String? {
            var bytes = try folder.bytes("a.wav")
            let place = bytes.count - 16
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.replaceSubrange(place..<place + 8, with: $0) }
            let path = try folder.file("b.wav", bytes)
            return encodingProblem(path)
        }
        #expect(try problem(-1e39)?.contains("channel 0, sample 2 is -1e+39, beyond what Float32 holds") == true)
        #expect(try problem(3e38) == nil)
        #expect(try problem(.infinity)?.contains("channel 0, sample 2 is inf;") == true)
    }

    @Test func reportsATruncatedFLAC() throws {
        let folder = try TemporaryFolder()
        let signal = Signal(
            values: Examples.signal(samples: 50_000).values.map { $0 / 2 }, channelCount: 1, samplingRate: 8000)
        try AudioRecording.write(signal, to: folder.file("a.flac"), format: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_16))
        let bytes = try folder.bytes("a.flac")
        for count in [bytes.count - 1, bytes.count / 2] {
            let path = try folder.file("b.flac", Array(bytes.prefix(count)))
            let problem = message { _ = try RecordingFile.read(path) }
            #expect(problem?.contains("was cut short or damaged: ") == true, "\(problem ?? "nothing")")
            #expect(problem?.contains("of 150000 that its header promises") == true, "\(problem ?? "nothing")")
        }
    }

    @Test func reportsNoSamples() throws {
        let folder = try TemporaryFolder()
        try RecordingFile.write(Signal(channels: [[0]], samplingRate: 8000), to: folder.file("a.wav"))
        var bytes = try folder.bytes("a.wav")
        bytes.removeLast(4)
        let path = try folder.file("b.wav", bytes)
        #expect(
            message { _ = try RecordingFile.read(path) }?.hasSuffix(
                "was cut short: it holds 0 samples of each channel, of 1 that its header promises") == true)
    }
}
