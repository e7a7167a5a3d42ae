import FileTestSupport
import SpikeEncoding
import SpikeFiles
import Testing

@Suite struct NPYRecordingTests {
    @Test func recordingsAreChannelsBySamples() throws {
        let folder = try TemporaryFolder()
        let signal = Examples.signal(samplingRate: nil)
        try RecordingFile.write(signal, to: folder.file("a.npy"))
        #expect(try NPYArray.read(folder.file("a.npy")).shape == [3, 400])
        #expect(try RecordingFile.read(folder.file("a.npy")) == signal)
        #expect(try RecordingFile.read(folder.file("a.npy"), samplingRate: 50).samplingRate == 50)
        try NPYArray(shape: [3], elements: .int16([1, 2, 3])).write(to: folder.file("b.npy"))
        #expect(try RecordingFile.read(folder.file("b.npy")) == Signal(channels: [[1, 2, 3]]))
    }

    @Test(arguments: [[], [1, 2, 3], [0], [2, 0]]) func otherShapesAreNoRecordings(_ shape: [Int]) throws {
        let folder = try TemporaryFolder()
        let zeros = Array(repeating: Float(0), count: shape.reduce(1, *))
        try NPYArray(shape: shape, elements: .float32(zeros)).write(to: folder.file("a.npy"))
        #expect(
            message { _ = try RecordingFile.read(folder.file("a.npy")) }?.contains("the array has shape \(shape)")
                == true)
    }
}
