import FileTestSupport
import Foundation
import SpikeFiles
import Testing

@Suite struct RefusedPathTests {
    @Test func listsSupportedExtensions() {
        #expect(
            message { _ = try RecordingFile.read("a.XYZ") }
                == "a.XYZ: the extension .xyz is not supported for reading here; "
                + "use .csv, .tsv, .txt, .npy, .npz, .mat, .hea, .edf, .bdf, .wav, .flac, .ogg, .aiff or .aif")
        #expect(
            message { try RecordingFile.write(Examples.signal(), to: "a.b/name") }
                == "a.b/name: a name without extension is not supported for writing here; use .csv, .npy or .wav")
        #expect(message { _ = try SpikeTrainFile.readTrain("a.") }?.contains("a name without extension") == true)
        #expect(message { _ = try ObservationFile.read("a.wav") }?.contains(".wav is not supported") == true)
    }

    @Test(arguments: ["csv", "npy", "wav", "flac"])
    func namesWhatIsMissing(_ type: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("missing.\(type)")
        #expect(
            message { _ = try RecordingFile.read(path) }
                == "\(path): cannot be read: there is no such file or directory")
        #expect(
            message { _ = try SpikeTrainFile.readTrain(folder.file("missing.h5")) }?.contains("no such file") == true)
    }

    @Test func namesADirectory() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("folder.csv")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(
            message { _ = try RecordingFile.read(path) }
                == "\(path): cannot be read: it is a directory; name a file in it")
    }

    @Test func refusesARateThatIsNone() {
        #expect(
            message { _ = try RecordingFile.read("a.csv", samplingRate: 0) }?.contains("above 0 Hz, got 0.0") == true)
    }
}
