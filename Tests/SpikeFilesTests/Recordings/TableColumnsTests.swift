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

    /// A column that is alone is the signal, whatever its name and however evenly it rises.
    @Test(arguments: ["time", "index", "a"]) func theOnlyColumnIsAChannel(_ name: String) throws {
        let signal = try load("\(name)\n0\n1\n2\n").content
        #expect(signal.values == [0, 1, 2] && signal.channelNames == [name] && signal.samplingRate == nil)
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

    /// A unit of a measured quantity makes a channel of a ramp, and a warning says so.
    @Test(arguments: [
        "a_mV", "a (mV)", "speed [m/s]", "I [mA]", "EDA_uS", "GSR [µS]", "T [K]", "T_degC", "x [°C]", "L [H]", "n [V]",
        "load (%)", "force [kN·m]", "c [mmol/l]", "light [lx]", "emg (a.u.)", "p [N/mm²]", "f_Hz",
    ]) func rampsWithAUnitStayChannels(_ name: String) throws {
        for values in [Self.counter, (0..<12).map { "\(Double($0) / 8)" }] {
            let file = try load("\(name),b\n" + values.enumerated().map { "\($1),\($0 % 3)\n" }.joined())
            #expect(file.content.channelNames == [name, "b"] && file.content.samplingRate == nil, "\(values[1])")
            let step = values[1] == "1" ? "1" : "0.125"
            #expect(
                file.summary.warnings == [
                    "column \"\(name)\" rises by \(step) from row to row and is taken for a channel, as its name has a unit; "
                        + "choose the columns by --columns if it is none"
                ])
        }
    }

    /// Whole numbers of whatever is in brackets or behind the name, and is no unit of a measured quantity.
    @Test(arguments: [
        "scan [#]", "X (samples)", "cycle [1]", "row_m", "frame_A", "sample [mV]", "trial (left)", "block [n]", "k [ ]",
        "temp_min", "x_10_us", "epoch [ms/10]", "T_out",
    ]) func rampsOfOtherUnitsAreLeftOut(_ name: String) throws {
        for (first, step, reason) in [(0, 1, "counts rows"), (5, 4, "rises by 4 from row to row")] {
            let file = try load("\(name),a,b\n" + Self.rows((0..<12).map { "\(first + step * $0)" }))
            #expect(file.content.channelNames == ["a", "b"] && file.content.samplingRate == nil)
            #expect(file.summary.leftOut.map(\.reason) == [reason] && file.summary.warnings.isEmpty)
        }
    }

    /// Times by their name, and what they count.
    @Test(
        arguments: [
            ("time (UTC)", 8), ("Time (UTC+1)", 8), ("time (local)", 8), ("timestamp [unix]", 8), ("time (s UTC)", 8),
            ("time (s since 1970-01-01)", 8), ("Time_A", 8), ("Time (A)", 8), ("time_left", 8), ("Time2", 8),
            ("device 3 time", 8), ("time (ms) A", 8000), ("time_ms_left", 8000), ("time (in ms)", 8000),
            ("rise time [us]", 8_000_000), ("x (time in ms)", 8000), ("step [s]", 8), ("frame_ms", 8000),
            ("Zeit [msek]", 8000), ("Zeit [Millisek.]", 8000),
            ("Zeit in Millisekunden", 8000), ("Tiempo (seg)", 8), ("tiempo (segundos)", 8), ("Zeit [Sek.]", 8),
            ("Timestamp (ms since boot)", 8000), ("Seconds since start", 8), ("milliseconds since boot", 8000),
            ("Messzeit", 8), ("Laufzeit [ms]", 8000),
        ] as [(String, Double)]) func rampsOfTimesGiveTheRate(_ name: String, _ rate: Double) throws
    {
        let file = try load("\(name),a,b\n" + Self.rows((8..<20).map { "\(Double($0) / 8)" }))
        #expect(file.content.channelNames == ["a", "b"] && file.content.samplingRate == rate)
        #expect(file.summary.startTime == 8 / rate && file.summary.warnings.isEmpty)
        #expect(file.summary.leftOut.map(\.number) == [1] && file.summary.leftOut[0].reason.hasPrefix("the time"))
    }

    @Test func hoursGiveTheRate() throws {
        let file = try load(
            "Zeit [Std];a;b\n" + Self.rows((0..<12).map { "\(Double($0) / 8)" }).replacing(",", with: ";"))
        #expect(
            abs(try #require(file.content.samplingRate) - 1 / 450) < 1e-12 && file.content.channelNames == ["a", "b"])
        // Not a standard deviation.
        #expect(
            try load("time [std],a,b\n" + Self.rows((0..<12).map { "\(Double($0) / 8)" })).content.samplingRate == nil)
    }

    @Test func countersSayByHowMuchTheyRise() throws {
        let file = try load("ticks,a,b\n" + Self.rows((0..<12).map { "\(7 + 20 * $0)" }))
        #expect(file.summary.leftOut.map(\.reason) == ["rises by 20 from row to row"])
    }

    /// A rate that is given passes over the times, and what is wrong with them is said.
    @Test(
        arguments: [
            (["7", "6", "5", "4"], "falls from row to row: the recording may be the wrong way round"),
            (["0", "1", "0.5", "2", "3", "2.5"], "falls after sample 1, after sample 4"),
            ((0..<12).map { "\($0 + ($0 > 7 ? 2 : 0))" }, "has a gap of 3 s after sample 7"),
            (
                (0..<40).map { "\($0 + ($0 > 7 ? 1 : 0) + ($0 > 9 ? 2 : 0))" },
                "has gaps of up to 3 s, after sample 7, after sample 9"
            ),
            (["0", "1", "4", "5", "9"], "is uneven: its steps are 1 to 4 s"),
        ] as [([String], String)]) func whatAGivenRatePassesOverIsSaid(_ times: [String], _ flaw: String) throws
    {
        let text = "time,a,b\n" + Self.rows(times)
        let file = try load(text, samplingRate: 2)
        #expect(file.content.samplingRate == 2 && file.content.channelNames == ["a", "b"])
        #expect(file.summary.warnings == ["column \"time\", which --sampling-rate passes over, \(flaw)"])
        #expect(message { _ = try load(text) }?.contains("give --sampling-rate to pass over the times") == true)
        #expect(try load("time,a,b\n" + Self.rows(Self.counter), samplingRate: 2).summary.warnings.isEmpty)
    }

    @Test(arguments: [
        "time [10us]", "time [10 us]", "time_10us", "time_10_us", "time [ms/10]", "time [foo]", "time_m", "time_mS",
        "time_uS", "time [mS]", "time [%]",
        "t [10us]", "reaction time [ticks]", "time (samples)",
    ]) func timesWhoseUnitIsNotUnderstoodAskForTheRate(_ name: String) throws {
        for times in [Self.counter, (0..<12).map { "\(Double($0) / 8)" }] {
            let text = "\(name),a,b\n" + Self.rows(times)
            let file = try load(text)
            #expect(file.content.channelNames == ["a", "b"] && file.content.samplingRate == nil)
            #expect(file.summary.leftOut.map(\.reason) == ["times in an unknown unit"])
            #expect(
                file.summary.warnings == [
                    "column \"\(name)\" holds times in a unit that is not known, so that the sampling rate is unknown; "
                        + "give it by --sampling-rate"
                ])
            let given = try load(text, samplingRate: 100)
            #expect(given.content.samplingRate == 100 && given.summary.warnings.isEmpty)
        }
    }

    /// What has a unit of time, or a word for it, need not be a time where it does not rise evenly or stands elsewhere.
    @Test func otherColumnsOfTimesStayChannels() throws {
        for name in ["Time_A", "rise time [us]", "time [%]", "Time (A)", "T (sensor)", "T [°]", "t (x)"] {
            let falling = try load("\(name),a\n" + (0..<12).map { "\($0 * 5 % 7),\($0 % 3)\n" }.joined())
            #expect(falling.content.channelNames == [name, "a"], "\(name)")
            let elsewhere = try load("a,\(name)\n" + (0..<12).map { "\($0 % 3),\($0)\n" }.joined())
            #expect(elsewhere.content.channelNames == ["a", name], "\(name)")
        }
    }

    /// The times behind a counter, whatever their name, and behind two.
    @Test func timesBehindACounterGiveTheRate() throws {
        func load(_ header: String, _ first: (Int) -> String) throws -> LoadedFile<Signal> {
            try self.load(header + (0..<12).map { "\(first($0)),\($0 % 3),\($0 * 5 % 7)\n" }.joined())
        }
        for (header, rate) in [
            ("", 8), (",time,a,b\n", 8), ("index,Time_A,a,b\n", 8), ("Unnamed: 0,,a,b\n", 8), (",x [ms],a,b\n", 8000),
            ("scan [#],time (UTC),a,b\n", 8), ("foo,s,a,b\n", 8), ("row,t [10us],a,b\n", nil), ("index,foo,a,b\n", nil),
        ] as [(String, Double?)] {
            let file = try load(header) { "\($0),\(2 + Double($0) / 8)" }
            #expect(file.content.channelCount == 2 && file.content.samplingRate == rate, "\(header)")
            #expect(file.summary.startTime == rate.map { 16 / $0 }, "\(header)")
            #expect(file.summary.leftOut.map(\.number) == [1, 2], "\(header)")
        }
        let two = try load(",index,foo_ms,a,b\n") { "\($0),\(5 + $0),\(4 * $0)" }
        #expect(two.content.channelNames == ["a", "b"] && two.content.samplingRate == 250)
        let epoch = try load("") { "\($0),\(1_700_000_000_123 + 4 * $0)" }
        #expect(epoch.content.samplingRate == 250 && epoch.summary.startTime == 1_700_000_000.123)
        let whole = try load("n,foo,a,b\n") { "\($0),\(4 * $0)" }
        #expect(whole.content.channelNames == ["a", "b"] && whole.content.samplingRate == nil)
        #expect(whole.summary.leftOut.map(\.reason) == ["counts rows", "rises by 4 from row to row"])
    }

    @Test func signalsBehindACounterStayChannels() throws {
        // With a unit, uneven, few whole numbers, falling, behind times, and the only channel.
        #expect(try load("n,a_mV,b\n0,1,1\n1,2,1\n2,3,1\n3,4,2\n").content.channelNames == ["a_mV", "b"])
        #expect(try load("n,a,b\n0,1,1\n1,2,1\n2,3.5,1\n3,4,2\n").content.channelNames == ["a", "b"])
        #expect(try load("n,a,b\n0,5,1\n1,6,1\n2,7,1\n3,8,2\n").content.channelNames == ["a", "b"])
        #expect(try load("n,a,b\n0,3,1\n1,2,1\n2,1,1\n3,0,2\n").content.channelNames == ["a", "b"])
        #expect(try load("t,a,b\n0,0,1\n1,2,1\n2,4,1\n3,6,2\n").content.channelNames == ["a", "b"])
        #expect(try load("n,a\n0,0\n1,0.5\n2,1\n3,1.5\n").content.values == [0, 0.5, 1, 1.5])
        #expect(try load("0,1.5,7\n1,2.5,8\n2,3.5,9\n", columns: "2,3").content.values == [1.5, 2.5, 3.5, 7, 8, 9])
    }

    @Test func unitsOfMeasuredQuantitiesAreKnown() {
        for unit in [
            "V", "mV", "µV", "kΩ", "m/s", "m/s^2", "m·s⁻²", "kg m/s2", "1/s", "km/h", "°C", "deg C", "%", "dB", "mmHg",
            "GHz",
            "mol/l", "S", "uS", "MPa", "A.U.", "Volts", "s^2", "A s",
        ] { #expect(MeasuredUnit.isKnown(unit), "\(unit)") }
        for text in [
            "", " ", "s", "ms", "us", "min", "h", "1", "#", "10us", "10 us", "samples", "left", "UTC", "x", "AB", "mmm",
            "/",
            "^2", "é", "seconds",
        ] { #expect(!MeasuredUnit.isKnown(text), "\(text)") }
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
            "datetime,ecg,note\n1 May 00:00:00,1.5,\"a, b\"\n1 May 00:00:01,2.5,\n1 May 00:00:02,3,5 x\n"
        let file = try load(text, columns: "ecg", samplingRate: 4)
        #expect(file.content == Signal(channels: [[1.5, 2.5, 3]], samplingRate: 4, channelNames: ["ecg"]))
        #expect(file.summary.rateSource == .given)
        #expect(
            message { _ = try load(text) }?.hasSuffix(
                "line 2: field 1 (\"datetime\") is \"1 May 00:00:00\", not a number; correct it, or leave the column out by --columns; "
                    + "if lines stand above the table, pass over them by --skip-rows"
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
