import FileTestSupport
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Text as acquisition programs write it: comments, lines above the table, and time stamps.
@Suite struct AcquisitionTextTests {
    private func load(
        _ text: String, skippedRows: Int = 0, columns: String? = nil
    ) throws -> LoadedFile<Signal> {
        try withFile("a.csv", text) {
            try RecordingFile.load($0, columns: columns.flatMap { ColumnSelection($0) }, skippedRows: skippedRows)
        }
    }

    @Test func commentsOfSeveralKinds() throws {
        let file = try load(
            "%OpenBCI Raw EEG Data\n%Sample Rate = 250 Hz\n; made by hand\n# x\na,b\n1,2\n% between\n3,4\n")
        #expect(file.content.doubles == [1, 3, 2, 4] && file.content.channelNames == ["a", "b"])
    }

    @Test func semicolonsThatDelimitBeginNoComment() throws {
        let file = try load(";a;b\n0;1,5;2\n1;3;4\n2;5;6\n")
        #expect(file.content.doubles == [1.5, 3, 5, 2, 4, 6] && file.content.channelNames == ["a", "b"])
    }

    /// Lines above the table that have as many fields as each other.
    @Test func linesAboveAreGuessed() throws {
        let text = "Model,MSO44\nFirmware,1.2\nTIME,CH1\n0,1\n1,2\n"
        #expect(
            message { _ = try load(text) }?.hasSuffix("; if lines stand above the table, pass over them by --skip-rows")
                == true, "\(message { _ = try load(text) } ?? "")")
        #expect(try load(text, skippedRows: 2).content.doubles == [1, 2])
        #expect(message { _ = try load("a,b\n1,1\nx,1\n") }?.contains("--skip-rows") == false)
    }

    /// A column of times without a name is named once.
    @Test func columnsAreLeftOutOnce() throws {
        let rows = (0..<20).map { "2024-01-01 00:00:\($0 + 10),\($0 * $0)\n" }
        let file = try load(",a\n" + rows.joined())
        #expect(file.summary.leftOut.map(\.number) == [1] && file.content.samplingRate == 1)
    }

    @Test func linesAbove() throws {
        let text = "Device,A\nRate,250,Hz\n\na,b\n1,2\n3,4\n"
        #expect(message { _ = try load(text) } != nil)
        let file = try load(text, skippedRows: 3)
        #expect(file.content.doubles == [1, 3, 2, 4] && file.content.channelNames == ["a", "b"])
        #expect(message { _ = try load(text, skippedRows: 4) } == nil)
        #expect(
            message { _ = try load("x\ny\na,b\n1,2\n3,x\n", skippedRows: 2) }?.contains("line 5: field 2") == true)
        #expect(message { _ = try load(text, skippedRows: 99) }?.contains("holds no numbers") == true)
        #expect(message { _ = try load(text, skippedRows: -1) }?.contains("must be 0 to 1e9, got -1") == true)
        let observations = try withFile("a.csv", text) { try ObservationFile.load($0, skippedRows: 3).content }
        #expect(observations.values == [1, 2, 3, 4])
    }

    @Test(arguments: [
        ("2024-05-06T07:08:09.5Z", "2024-05-06T07:08:09.75Z", "2024-05-06T07:08:10.0Z", 1_714_979_289.5),
        (
            "2024-05-06 09:08:09.50+02:00", "2024-05-06 09:08:09.75+02:00", "2024-05-06 09:08:10.00+02:00",
            1_714_979_289.5
        ),
        ("2024/05/06 07:08:09.50", "2024/05/06 07:08:09.75", "2024/05/06 07:08:10.00", 1_714_979_289.5),
        ("07:08:09.50", "07:08:09.75", "07:08:10.00", 25_689.5), ("'0:09.50'", "'0:09.75'", "'0:10.00'", 9.5),
        ("23:59:59.75", "00:00:00.00", "00:00:00.25", 86_399.75),
    ])
    func stampsAreTimes(_ first: String, _ second: String, _ third: String, _ start: Double) throws {
        for name in ["time", "foo"] {
            let file = try load("a,\(name)\n1,\(first)\n2,\(second)\n4,\(third)\n")
            #expect(file.content.doubles == [1, 2, 4] && file.content.samplingRate == 4)
            #expect(file.content.startTime == start && file.summary.warnings == [])
            #expect(file.summary.leftOut.map(\.description) == ["column 2 \"\(name)\" (the time)"])
        }
        #expect(try load("\(first);1\n\(second);2\n\(third);4\n").content.samplingRate == 4)
    }

    @Test func datesInAColumnOfTheirOwn() throws {
        let text = "Date,Time,a\n2024-05-06,07:08:09.50,1\n2024-05-06,07:08:09.75,2\n2024-05-06,07:08:10.00,4\n"
        for text in [text, text.replacing(",", with: " ")] {
            let file = try load(text)
            #expect(file.content.doubles == [1, 2, 4] && file.content.startTime == 1_714_979_289.5)
            #expect(
                file.summary.leftOut.map(\.description) == [
                    "column 1 \"Date\" (the date)", "column 2 \"Time\" (the time)",
                ])
        }
    }

    @Test func datesThatChangeAtMidnight() throws {
        let text =
            "Date,Time,a\n2024-05-06,23:59:59.50,1\n2024-05-06,23:59:59.75,2\n2024-05-07,00:00:00.00,4\n"
            + "2024-05-07,00:00:00.25,5\n"
        let file = try load(text)
        #expect(file.content.doubles == [1, 2, 4, 5] && file.content.startTime == 1_715_039_999.5)
        #expect(file.content.samplingRate == 4)
        // Dates alone are times of midnight.
        let daily = try load("Date,a\n2024-05-06,1\n2024-05-07,2\n2024-05-08,4\n")
        #expect(daily.content.doubles == [1, 2, 4] && daily.content.startTime == 1_714_953_600)
    }

    @Test func flawsOfStamps() throws {
        #expect(
            message { _ = try load("t,a\n07:08:09.5,1\n07:08:10,2\nlater,3\n") }?.contains(
                "line 4: field 1 (\"t\") is \"later\", not a time") == true)
        #expect(
            message { _ = try load("t,a\n07:08:09,1\n07:08:10,2\n07:09:10,3\n07:09:11,3\n") }?.contains(
                "--sampling-rate") == true)
    }

    @Test(arguments: [
        "2024-13-01", "2024-02-30", "24-05-06", "2024-05-06T", "2024-05-06X07:08:09", "7:8:9", "07:08:99", "12:30",
        "1.5",
        "07:08:09.", "2024-05-06T07:08:09+2", "", "'", "a07:08:09",
    ])
    func whatIsNoStamp(_ text: String) {
        #expect(ClockStamp(Array(text.utf8)) == nil)
    }

    /// Day and month, or the half of the day, differ from program to program.
    @Test(arguments: ["06.05.2024 07:08:09", "05/06/2024 07:08:09.5", "07:08:09 PM", "5/6/2024", "6-5-2024 7:08"])
    func stampsOfOtherFormsAreNamed(_ stamp: String) throws {
        for text in ["t,a,b\n\(stamp),1,2\n\(stamp),3,4\n", "\(stamp),1,2\n\(stamp),3,4\n"] {
            let problem = message { _ = try load(text) } ?? ""
            #expect(
                problem.contains("\"\(stamp)\", a time that is not read; those of ISO 8601 are, such as 2024-05-06"),
                "\(problem)")
        }
        #expect(try load("t,a,b\n\(stamp),1,2\n\(stamp),3,4\n", columns: "2-3").content.doubles == [1, 3, 2, 4])
        #expect(!ClockStamp.isForeign("2024-05-06 07:08:09".utf8) && !ClockStamp.isForeign("1.2.3".utf8))
        #expect(!ClockStamp.isForeign("later at 7".utf8) && !ClockStamp.isForeign("1.5e-3".utf8))
    }

    @Test func unitsWithoutDimension() throws {
        for (units, names, unit) in [
            ("s,mV,-", ["a (mV)", "b"], nil), ("s,mV,1", ["a (mV)", "b"], nil), ("[s],[mV],[-]", ["a (mV)", "b"], nil),
            ("-,mV,mV", ["a (mV)", "b (mV)"], "mV"),
        ] as [(String, [String], String?)] {
            let file = try load("time,a,b\n\(units)\n0,1,2\n0.5,3,7\n1,5,6\n")
            #expect(file.content.doubles == [1, 3, 5, 2, 7, 6] && file.content.samplingRate == 2)
            #expect(file.content.channelNames == names && file.content.unit == unit, "\(file.content.channelNames)")
        }
        // A row of data, whose first field is no number, is not a row of units.
        #expect(message { _ = try load("who,a\nx,1\ny,2\n") }?.contains("line 2") == true)
    }

    /// LabVIEW names a column of comments, which rows without a comment do not have.
    @Test func aColumnOfCommentsWithoutFields() throws {
        let file = try load("X_Value\tUntitled\tComment\n0\t1.5\n0.5\t2\n1\t4\n")
        #expect(file.content.channelNames == ["Untitled"] && file.content.doubles == [1.5, 2, 4])
        #expect(try load("a,b,comment\n1,2\n3,5\n").content.doubles == [1, 3, 2, 5])
        #expect(message { _ = try load("a,b,other\n1,2\n3,5\n") }?.contains("2 fields where the header has 3") == true)
        #expect(try load("a,b,Comment\n1,2,3\n3,5,4\n").content.channelNames == ["a", "b", "Comment"])
    }

    @Test func partsOfStamps() throws {
        #expect(ClockStamp(Array("1970-01-01".utf8))?.kind == .date)
        #expect(ClockStamp(Array("2000-02-29T12:30".utf8))?.seconds == 951_827_400)
        #expect(ClockStamp(Array("1969-12-31T23:59:59,25Z".utf8))?.seconds == -0.75)
        #expect(ClockStamp(Array("100:00:00.123456".utf8))?.decimals == 6)
        #expect(ClockStamp(Array("0001-01-01".utf8))?.seconds == -62_135_596_800)
    }
}
