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

    @Test(arguments: [
        ([1, 2, 3, 4, -1e39, 6], "channel 1, sample 1 is -1e+39, beyond what Float32 holds (±3.4e+38)"),
        ([1, 2, 7e38, 4, 5, 6], "channel 0, sample 2 is 7e+38, beyond what Float32 holds"),
    ]) func numbersBeyondFloat32AreNamed(_ values: [Double], _ expected: String) throws {
        let folder = try TemporaryFolder()
        try NPYArray(shape: [2, 3], elements: .float64(values)).write(to: folder.file("a.npy"))
        let problem = encodingProblem(folder.file("a.npy"))
        #expect(problem?.contains(expected) == true, "\(problem ?? "nothing")")
    }

    /// The largest number that is rounded to a finite Float32 is 2^128 − 2^103 less something.
    @Test func theLargestNumbersAreRead() throws {
        let folder = try TemporaryFolder()
        let values = [3.4028235e38, -3.40282356e38, .infinity, 1e18]
        try NPYArray(shape: [4], elements: .float64(values)).write(to: folder.file("a.npy"))
        let largest = Float.greatestFiniteMagnitude
        #expect(try RecordingFile.read(folder.file("a.npy")).values == [largest, -largest, .infinity, 1e18])
    }
}
