import CSndfile
import FileTestSupport
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Damaged files of every format: readers throw `FileError` or return a value.
@Suite struct FuzzTests {
    private func original(_ name: String, _ write: (_ path: String) throws -> Void) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        try write(folder.file(name))
        return try folder.bytes(name)
    }

    @Test func csv() throws {
        let texts = ["\u{FEFF}time,\"a, b\"\r\n0,1\r\n0.5,2e3\r\n1,-.5\r\n", "# c\n1,5;2\n-3;4,5\n", "nan inf\n1 2\n"]
        let recording = try original("a.csv") { try RecordingFile.write(Examples.signal(samples: 30), to: $0) }
        try Fuzz(seed: 101, count: 600).run(texts.map { Array($0.utf8) } + [recording], name: "a.csv") { path in
            _ = try RecordingFile.read(path)
        }
        try Fuzz(seed: 102).run(texts.map { Array($0.utf8) } + [recording], name: "b.csv") { path in
            _ = try ObservationFile.read(path)
        }
    }

    @Test func npy() throws {
        let originals = try [[2, 3], [6], [3, 1, 2]].flatMap { shape in
            try [NPYArray.Elements.float32([0, 1, -1, 2, 0.5, 3]), .int8([0, 1, -1, 1, 0, 0])].map { elements in
                try original("a.npy") { try NPYArray(shape: shape, elements: elements).write(to: $0) }
            }
        }
        try Fuzz(seed: 103).run(originals, name: "a.npy") { path in
            _ = try RecordingFile.read(path)
            _ = try ObservationFile.read(path)
            _ = try SpikeTrainFile.readTrain(path)
        }
    }

    @Test(
        arguments: [
            (104, "wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT), (105, "wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16),
            (106, "flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16), (107, "aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16),
            (108, "ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS),
        ] as [(UInt64, String, Int)])
    func audio(_ seed: UInt64, _ type: String, _ format: Int) throws {
        let values = Examples.signal(samples: 2000).values.map { $0 / 2 }
        let recording = try original("a.\(type)") { path in
            try AudioRecording.write(
                Signal(values: values, channelCount: 2, samplingRate: 8000), to: path, format: Int32(format))
        }
        try Fuzz(seed: seed).run([recording], name: "a.\(type)") { path in _ = try RecordingFile.read(path) }
    }

    @Test func hdf5() throws {
        let originals = try [0, 6, 7].map { index in
            try original("a.h5") { try EncodedFile.write(Examples.encoded(Examples.codecs[index].codec), to: $0) }
        }
        try Fuzz(seed: 109, count: 600).run(originals, name: "a.h5") { path in
            _ = try EncodedFile.read(path)
        } check: { bytes, original, isAccepted in
            #expect(isAccepted == (bytes == original))
        }
    }

    @Test func events() throws {
        let originals = try [0, 6].map { index in
            try original("a.csv") { path in
                try SpikeTrainFile.write(Examples.encoded(Examples.codecs[index].codec, samples: 20), to: path)
            }
        }
        let steps = Array("step,channel,polarity\n1,0,1\n2,1,-1\n".utf8)
        try Fuzz(seed: 110, count: 600).run(originals + [steps], name: "events.csv") { path in
            _ = try SpikeTrainFile.readTrain(path, stepRate: 360, unitCount: 3, stepCount: 20)
        }
    }
}
