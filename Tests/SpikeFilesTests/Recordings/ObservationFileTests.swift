import FileTestSupport
import SpikeEncoding
import SpikeFiles
import Testing

@Suite struct ObservationFileTests {
    private func read(_ text: String) throws -> Observations {
        try withFile("a.csv", text) { try ObservationFile.read($0) }
    }

    @Test func readsRows() throws {
        let values = [0.1, 2, 3, 4, 5, 6]
        let named = Observations(values: values, featureCount: 3, featureNames: ["a", "b", "c"])
        #expect(try read("0.1,2,3\n4,5,6\n") == Observations(values: values, featureCount: 3))
        #expect(try read("a;b;c\n0,1;2;3\n4;5;6\n") == named)
        let late = Observations(values: values, featureCount: 3, featureNames: ["a", "b", "c"], startTime: 9)
        #expect(try read("a,time,b,c\n0.1,9,2,3\n4,9,5,6\n") == late, "uneven times give no rate")
    }

    @Test func keepsRateAndUnit() throws {
        let read = try read("time_s,a_mV,b_mV\n0,1,2\n0.5,3,4\n1,5,6\n")
        #expect(read.samplingRate == 2 && read.unit == "mV" && read.featureNames == ["a_mV", "b_mV"])
    }

    /// A wrong rate is an error of the call; no file is to blame, and nothing traps.
    @Test func aGivenRateIsChecked() throws {
        for rate in [0, -1, Double.infinity, .nan] {
            try withFile("a.csv", "1,2\n3,4\n") { path in
                let problem = "the sampling rate must be above 0 Hz, got \(rate)"
                #expect(throws: FileError.unsuitable(path: path, problem: problem)) {
                    _ = try ObservationFile.load(path, samplingRate: rate)
                }
            }
        }
    }

    @Test func aSingleColumnIsOneObservation() throws {
        #expect(try read("1\n2\n3\n") == Observations(values: [1, 2, 3], featureCount: 3))
        #expect(try read("1,2,3\n") == Observations(values: [1, 2, 3], featureCount: 3))
    }

    @Test func countersAreNoFeatures() throws {
        let rows = Observations(values: [5, 8, 6, 8, 7, 9], featureCount: 2)
        #expect(try read("0,5,8\n1,6,8\n2,7,9\n") == rows)
        #expect(
            try read(",a,b\n7,5,8\n9,6,8\n8,7,9\n").featureNames == ["", "a", "b"], "what does not rise is a feature")
        #expect(try read("index,a,b\n0,5,8\n1,6,8\n2,7,9\n").values == rows.values)
        let chosen = try withFile("a.csv", "0,5,8\n1,6,8\n2,7,9\n") {
            try ObservationFile.load($0, columns: ColumnSelection("3,1"))
        }
        #expect(chosen.content == Observations(values: [8, 0, 8, 1, 9, 2], featureCount: 2))
        #expect(chosen.summary.leftOut.map(\.number) == [2])
    }

    @Test func keepsDoublePrecision() throws {
        let folder = try TemporaryFolder()
        let values = [0.1, 1.0 / 3, 1e300, 4 * .leastNonzeroMagnitude]
        try NPYArray(shape: [2, 2], elements: .float64(values)).write(to: folder.file("a.npy"))
        #expect(try ObservationFile.read(folder.file("a.npy")) == Observations(values: values, featureCount: 2))
        #expect(try read(values.map { "\($0)" }.joined(separator: ",")).values == values)
    }

    @Test(arguments: [[3], [1, 3], [3, 1]]) func arraysOfOneRowOrColumn(_ shape: [Int]) throws {
        let folder = try TemporaryFolder()
        try NPYArray(shape: shape, elements: .int16([1, 2, 3])).write(to: folder.file("a.npy"))
        #expect(try ObservationFile.read(folder.file("a.npy")) == Observations(values: [1, 2, 3], featureCount: 3))
    }

    @Test func saysWhatIsMissing() throws {
        #expect(message { _ = try read("a,b\n") }?.contains("there are no observations") == true)
        let folder = try TemporaryFolder()
        try NPYArray(shape: [0, 3], elements: .float32([])).write(to: folder.file("a.npy"))
        #expect(message { _ = try ObservationFile.read(folder.file("a.npy")) }?.contains("shape [0, 3]") == true)
    }
}
