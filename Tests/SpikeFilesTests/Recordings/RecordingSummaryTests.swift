import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

@Suite struct RecordingSummaryTests {
    @Test func saysWhatWasUnderstood() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a.csv", ",time_s,a_mV,b_mV\n0,100,1,2\n1,100.5,3,2\n2,101,1,2\n")
        let file = try RecordingFile.load(path)
        #expect(
            file.summary.description
                == "\(path): 2 channels (a_mV, b_mV) × 3 samples in mV, 2 Hz from its times, starting at 100 s; "
                + "left out: column 1 (counts rows), column 2 \"time_s\" (the time)")
        let given = try RecordingFile.load(path, samplingRate: 8)
        #expect(given.summary.description.contains(", 8 Hz as given (the file says 2 Hz), starting at 100 s"))
        let copy = try JSONDecoder().decode(RecordingSummary.self, from: JSONEncoder().encode(file.summary))
        #expect(copy == file.summary)
        #expect(copy.samplingRate == 2 && copy.startTime == 100 && copy.unit == "mV" && copy.leftOut.count == 2)
    }

    @Test func saysWhereTheRateIsFrom() throws {
        let folder = try TemporaryFolder()
        let signal = Signal(channels: [[1, 2, 3]], samplingRate: 8000)
        try RecordingFile.write(signal, to: folder.file("a.wav"))
        try RecordingFile.write(signal, to: folder.file("a.npy"))
        #expect(
            try RecordingFile.load(folder.file("a.wav")).summary.description.hasSuffix(
                "1 channel × 3 samples, 8000 Hz from its header"))
        #expect(
            try RecordingFile.load(folder.file("a.npy")).summary.description.hasSuffix(
                "1 channel × 3 samples, no sampling rate"))
        #expect(try RecordingFile.load(folder.file("a.wav"), samplingRate: 4).content.samplingRate == 4)
        #expect(
            try ObservationFile.load(folder.file("a.npy")).summary.description.contains(
                "1 row × 3 features, no sampling"))
    }

    @Test func saysThatAnArrayLooksTransposed() throws {
        let folder = try TemporaryFolder()
        try NPYArray(shape: [50, 4], elements: .int8(Array(repeating: 1, count: 200))).write(to: folder.file("a.npy"))
        let warnings = try RecordingFile.load(folder.file("a.npy")).summary.warnings
        #expect(warnings.count == 1 && warnings[0].hasPrefix("50 channels of 4 samples: it looks transposed"))
        try NPYArray(shape: [4, 50], elements: .int8(Array(repeating: 1, count: 200))).write(to: folder.file("a.npy"))
        #expect(try RecordingFile.load(folder.file("a.npy")).summary.warnings.isEmpty)
    }

    /// Below a width of 2.9e-39, of which Float32 does not hold the inverse, codecs take a channel for constant.
    @Test(arguments: [(3e-200, true), (3e-60, true), (5e-40, true), (1e-39, false), (1, false)])
    func saysThatValuesAreTooSmall(_ size: Double, _ isTooSmall: Bool) throws {
        let folder = try TemporaryFolder()
        let values = [1.1, 2.2, 5.5, 3.3].map { $0 * size } + [1.1, 2.2, 5.5, 3.3]
        try NPYArray(shape: [2, 4], elements: .float64(values)).write(to: folder.file("a.npy"))
        let warnings = try RecordingFile.load(folder.file("a.npy")).summary.warnings
        #expect(warnings.count == (isTooSmall ? 1 : 0))
        let start = "the values of channel 0 differ by too little for Float32"
        #expect(warnings.allSatisfy { $0.hasPrefix(start) }, "\(warnings)")
    }

    /// What goes as counters go without rising evenly stays a channel, and is warned of.
    @Test func saysWhatGoesLikeACounter() throws {
        let rows = 0..<60
        let columns: [(likeness: String?, values: [Int])] = [
            ("counts down row by row", rows.map { 60 - $0 }),
            ("counts up, several rows to a number", rows.map { $0 / 2 }),
            ("counts rows and starts anew", rows.map { $0 % 20 }),
            ("counts rows and starts anew", rows.map { $0 % 20 + 1 }),
            (nil, rows.map { $0 % 2 }), (nil, rows.map { $0 * $0 % 7 }), (nil, rows.map { $0 / 30 }),
            (nil, rows.map { _ in 5 }),
        ]
        for column in columns {
            let text = rows.map { "\(column.values[$0]),\($0 * 13 % 17)\n" }.joined()
            try withFile("a.csv", "foo,v\n" + text) { path in
                let file = try RecordingFile.load(path)
                #expect(file.content.channelCount == 2)
                let advice = "and is taken for a channel; choose the columns by --columns if it is none"
                let expected = column.likeness.map { ["column \"foo\" \($0), \(advice)"] } ?? []
                #expect(file.summary.warnings == expected)
            }
        }
    }

    @Test func errorsOfValuesNameTheirPlace() throws {
        func place(_ text: String, _ error: CodecError) throws -> String {
            try withFile("a.csv", text) { path in
                let error = try #require(try RecordingFile.load(path).locating(error))
                return error.description.replacing(path, with: "a.csv")
            }
        }
        let flaw = CodecError.notFinite(channel: 1, sample: 2, value: .nan)
        let problem = "is nan; remove or replace such values first"
        // A line for the header, a comment, and an empty one.
        #expect(
            try place("time,a,MLII\n0,1,2\n# c\n\n0.5,1,2\n1,1,nan\n", flaw)
                == "a.csv: line 6, column \"MLII\" \(problem)")
        #expect(try place("5,2\n5,2\n4,nan\n", flaw) == "a.csv: line 3, column 2 \(problem)")
        let folder = try TemporaryFolder()
        try NPYArray(shape: [3, 2], elements: .float32([1, 2, 3, 4, .nan, 6])).write(to: folder.file("a.npy"))
        #expect(
            try RecordingFile.load(folder.file("a.npy")).locating(flaw)?.description
                == "\(folder.file("a.npy")): channel 1, sample 2 \(problem)")
        let row = CodecError.notFiniteFeature(row: 2, feature: 0, value: .nan)
        #expect(
            try ObservationFile.load(folder.file("a.npy")).locating(row)?.description
                == "\(folder.file("a.npy")): row 2, feature 0 \(problem)")
        let column = try withFile("b.csv", "a\n1\n2\nnan\n") { path in
            try ObservationFile.load(path).locating(.notFiniteFeature(row: 0, feature: 2, value: .nan))?.description
        }
        #expect(column?.hasSuffix("b.csv: line 4, column \"a\" \(problem)") == true)
    }
}
