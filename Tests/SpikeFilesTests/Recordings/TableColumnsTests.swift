import FileTestSupport
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Which columns become channels, and what is said of the others.
@Suite struct TableColumnsTests {
    private func load(
        _ text: String, columns: String? = nil, samplingRate: Double? = nil
    ) throws -> LoadedFile<Signal> {
        try withFile("a.csv", text) {
            try RecordingFile.load($0, samplingRate: samplingRate, columns: columns.flatMap(ColumnSelection.init))
        }
    }

    /// Rows of a first column and two signals that do not rise.
    private static func rows(_ first: [String]) -> String {
        first.enumerated().map { "\($1),\($0 % 3),\($0 * 5 % 7)\n" }.joined()
    }

    private static let counter = (0..<12).map { "\($0)" }

    @Test(arguments: [
        "", "Unnamed: 0", "index", "Index", "sample", "sample #", "Sample No.", "sampleIndex", "frame", "n", "Nr.",
        "row",
        "time step", "packet number", "foo", "temperature",
    ])
    func countersAreLeftOut(_ name: String) throws {
        let file = try load("\(name),a,b\n" + Self.rows(Self.counter))
        #expect(file.content.channelNames == ["a", "b"] && file.content.samplingRate == nil)
        #expect(file.summary.leftOut.map(\.number) == [1] && file.summary.leftOut[0].name == name)
        #expect(file.summary.leftOut[0].reason == "counts rows")
        #expect(file.summary.description.contains("left out: column 1"))
    }

    @Test func countersNeedNoHeaderAndNoBeginning() throws {
        for counter in [
            Self.counter, (5..<17).map { "\($0)" }, (0..<12).map { "\($0).0" }, (0..<12).map { "\($0)e+00" },
        ] {
            let file = try load(Self.rows(counter))
            #expect(file.content.channelCount == 2 && file.content.samplingRate == nil)
            #expect(file.summary.leftOut.first?.isGuess == true)
        }
        #expect(
            try load(Self.rows((0..<12).map { "\(4 * $0)" })).summary.leftOut[0].reason == "rises by 4 from row to row")
    }

    @Test func countersWithTimesBesideThem() throws {
        let rows = (0..<12).map { "\($0),\($0 % 3),\(4 * $0),\($0)\n" }.joined()
        let file = try load(",a,time_ms,sample\n" + rows)
        #expect(file.content.channelNames == ["a"] && file.content.samplingRate == 250)
        #expect(file.summary.leftOut.map(\.number) == [1, 3, 4])
        #expect(file.summary.rateSource == .times && file.summary.startTime == 0)
    }

    @Test func aSecondTimeIsNoChannel() throws {
        let rows = (0..<12).map { "\(Double($0) / 4),\($0 * 250),\($0 % 3)\n" }.joined()
        let file = try load("time,timestamp_ms,a\n" + rows)
        #expect(file.content.channelNames == ["a"] && file.content.samplingRate == 4)
    }

    @Test func countersWithGapsAndRoundsAreLeftOut() throws {
        let gaps = try load("index,a,b\n" + Self.rows(["0", "1", "2", "5", "6", "9"]))
        #expect(gaps.content.channelCount == 2)
        #expect(gaps.summary.warnings.contains { $0.contains("samples may be missing") })
        let rounds = try load("Sample Index,a,b\n" + Self.rows((0..<600).map { "\($0 % 256)" }))
        #expect(rounds.content.channelCount == 2)
    }

    @Test func signalsStayChannels() throws {
        // The only column, one whose unit is not of time, and ones that do not rise evenly.
        #expect(try load("index\n0\n1\n2\n3\n").content.values == [0, 1, 2, 3])
        #expect(try load("0\n1\n2\n3\n").content.channelCount == 1)
        #expect(try load("a_mV,b_mV\n0,1\n1,5\n2,3\n3,4\n").content.channelCount == 2)
        #expect(try load("n,b\n0,1\n4,5\n2,3\n3,4\n1,0\n").content.channelCount == 2)
        #expect(try load("foo,b\n0,1\n1,5\n2.5,3\n3,4\n").content.channelCount == 2)
        #expect(
            try load("b,foo\n3,0\n5,1\n3,2\n9,3\n").content.channelCount == 2, "only the first column may be nameless")
    }

    @Test func whatRisesUnevenlyIsSaidToBeAChannel() throws {
        let times: [String] = (0..<12).map { (row: Int) in row % 2 == 0 ? "\(row)" : "\(row).4" }
        let file = try load("foo,a,b\n" + Self.rows(times))
        #expect(file.content.channelCount == 3)
        #expect(file.summary.warnings.contains { $0.contains("column \"foo\" rises from row to row") })
    }

    @Test func timesNeedNoKnownName() throws {
        let times = (0..<12).map { "\(Double($0) / 8)" }
        for name in ["", "index", "Unnamed: 0", "x [s]", "s", "Uhr (sec)"] {
            #expect(try load("\(name),a,b\n" + Self.rows(times)).content.samplingRate == 8, "\(name)")
        }
        // What is neither named nor in a unit may be any quantity.
        let foo = try load("foo,a,b\n" + Self.rows(times))
        #expect(foo.content.channelCount == 2 && foo.content.samplingRate == nil)
    }

    @Test(
        arguments: [
            ("1700000000123", 1, 250), ("1700000000123456", 1000, 250), ("1700000000123456768", 1_000_000, 250),
            ("1700000000", 0, 0.25),
        ] as [(String, Int, Double)])
    func epochTimesAreToldByTheirSize(_ first: String, _ perMillisecond: Int, _ rate: Double) throws {
        let times = (0..<12).map { "\(Int(first)! + 4 * $0 * max(1, perMillisecond))" }
        for header in ["timestamp,a,b\n", "t,a,b\n", "index,a,b\n", "foo,a,b\n", ""] {
            let file = try load(header + Self.rows(times))
            #expect(file.content.samplingRate == rate, "\(header)")
            #expect(abs((file.summary.startTime ?? 0) - 1_700_000_000.123) < 0.2)
        }
    }

    @Test func timesOfUnknownUnitGiveNoRate() throws {
        // Nanoseconds since a machine was started, ticks of 100 ns since the year 1, and samples.
        for (name, first) in [
            ("timestamp", 123_456_789_012_345), ("time", 638_400_000_000_000_000), ("t (samples)", 0),
        ] {
            let file = try load("\(name),a,b\n" + Self.rows((0..<12).map { "\(first + 4_000_000 * $0)" }))
            #expect(file.content.channelCount == 2 && file.content.samplingRate == nil, "\(name)")
        }
    }

    @Test func secondsThatMayBeMillisecondsAreSaid() throws {
        let file = try load("time,a,b\n" + Self.rows((0..<12).map { "\(4 * $0)" }))
        #expect(file.content.samplingRate == 0.25)
        #expect(file.summary.warnings.contains { $0.contains("is taken for seconds") })
    }

    @Test func chosenColumnsAreChannels() throws {
        let text = "time,ecg,\"a, left\",2\n0,1,2,3\n0.5,4,5,6\n1,7,8,9\n"
        func names(_ columns: String) throws -> [String] { try load(text, columns: columns).content.channelNames }
        #expect(try names("ecg") == ["ecg"])
        #expect(try names("ECG") == ["ecg"])
        #expect(try names("3,2-2") == ["a, left", "ecg"])
        #expect(try names("\"a, left\",ecg") == ["a, left", "ecg"])
        #expect(try names("3-") == ["a, left", "2"])
        #expect(try names("\"2\"") == ["2"])
        #expect(try names("1-3") == ["time", "ecg", "a, left"])
        #expect(try load(text, columns: "ecg").content.samplingRate == 2)
        #expect(try load(text, columns: "time,ecg").content.samplingRate == nil)
        #expect(try load(text, columns: "3").content.values == [2, 5, 8])
        #expect(try load("0,5\n1,6\n2,8\n", columns: "1-2").content.channelCount == 2)
    }

    @Test func columnsThatAreNotChosenMayHoldText() throws {
        let text =
            "datetime,ecg,note\n2024-01-01 00:00:00,1.5,\"a, b\"\n2024-01-01 00:00:01,2.5,\n2024-01-01 00:00:02,3,5 x\n"
        let file = try load(text, columns: "ecg", samplingRate: 4)
        #expect(file.content == Signal(channels: [[1.5, 2.5, 3]], samplingRate: 4, channelNames: ["ecg"]))
        #expect(file.summary.rateSource == .given)
        #expect(
            message { _ = try load(text) }?.hasSuffix(
                "line 2: field 1 (\"datetime\") is \"2024-01-01 00:00:00\", not a number; correct it, or choose other columns"
            ) == true)
    }

    @Test(
        arguments: [
            ("4", "there is no column 4; it has 3"), ("0", nil), ("3-1", nil), ("", nil), ("a,,b", nil),
            ("1-2-", "there is no column \"1-2-\""), ("x", "there is no column \"x\"; it has \"a\", \"b\", \"2\""),
            ("1,a", "column 1 is chosen twice"), ("2", "2 is a number, and the name of column 3"),
            ("2-9", "there is no column 9"),
        ] as [(String, String?)])
    func saysWhichColumnsAreNotThere(_ columns: String, _ problem: String?) throws {
        guard let problem else {
            #expect(ColumnSelection(columns) == nil)
            return
        }
        #expect(message { _ = try load("a,b,2\n1,5,3\n4,5,6\n", columns: columns) }?.contains(problem) == true)
    }

    @Test func channelsOfArraysAreChosenByNumber() throws {
        let folder = try TemporaryFolder()
        try RecordingFile.write(
            Signal(channels: [[1, 2], [3, 4], [5, 6]], samplingRate: 8), to: folder.file("a.npy"))
        try RecordingFile.write(
            Signal(channels: [[1, 2], [3, 4], [5, 6]], samplingRate: 8), to: folder.file("a.wav"))
        for name in ["a.npy", "a.wav"] {
            let selection = try #require(ColumnSelection("3,1"))
            let file = try RecordingFile.load(folder.file(name), columns: selection)
            #expect(file.content.values == [5, 6, 1, 2])
            #expect(
                message { _ = try RecordingFile.load(folder.file(name), columns: ColumnSelection("ecg")) }?
                    .contains("its channels have no names; choose them by number, 1 to 3") == true)
        }
    }
}
