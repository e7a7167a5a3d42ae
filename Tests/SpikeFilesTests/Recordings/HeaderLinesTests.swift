import FileTestSupport
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Lines above the numbers that are not names alone, and what is said where they are not understood.
@Suite struct HeaderLinesTests {
    private func load(_ text: String, columns: String? = nil) throws -> LoadedFile<Signal> {
        try withFile("a.csv", text) {
            try RecordingFile.load($0, columns: columns.flatMap(ColumnSelection.init))
        }
    }

    private static let signal = Signal(
        channels: [[1, 2.5, 3]], samplingRate: 4, channelNames: ["MLII (mV)"], unit: "mV")

    @Test(arguments: [
        "'Elapsed time','MLII'\n'seconds','mV'\n0,1\n0.25,2.5\n0.5,3\n",
        "Time;MLII\n[s];[mV]\n0;1\n0.25;2.5\n0.5;3\n", "# device\ntime,MLII\ns,mV\n\n0,1\n0.25,2.5\n0.5,3\n",
        "time (s),MLII\ns,mV\r\n0,1\n0.25,2.5\n0.5,3\n", "sep=;\nTime;MLII\ns;mV\n0;1\n0,25;2,5\n0,5;3\n",
    ]) func unitsBelowTheNamesAreRead(_ text: String) throws {
        let content = try load(text).content
        #expect(content.values == [1, 2.5, 3] && content.samplingRate == 4)
        #expect(content.unit == "mV", "\(content)")
    }

    @Test func unitsJoinTheNames() throws {
        #expect(try load("'Elapsed time','MLII'\n'seconds','mV'\n0,1\n0.25,2.5\n0.5,3\n").content == Self.signal)
        let named = try load("a_mV,b\nV,V\n1,5\n2,3\n2,4\n").content
        #expect(named.channelNames == ["a_mV", "b (V)"])
        #expect(try load("'a','it''s'\n1,5\n2,3\n").content.channelNames == ["a", "it''s"])
    }

    /// Excel's line of the delimiter is used.
    @Test(arguments: ["sep=;\n", "sep=;\r\n", "SEP=;\n", "\nsep=;\n", "# c\nsep=; \n"])
    func theDelimitersNameIsUsed(_ line: String) throws {
        // Where a comma would fit as well.
        let content = try load(line + "a,b;c\n1,5;2\n2,5;7\n").content
        #expect(content.channelNames == ["a,b", "c"] && content.values == [1.5, 2.5, 2, 7])
        let bare = try load(line + "1,5;2\n2,5;7\n").content
        #expect(bare.values == [1.5, 2.5, 2, 7])
        let places = #expect(throws: FileError.self) { try load(line + "a;c\n1;2\nx;7\n") }
        let number = line.utf8.count { $0 == 10 } + 3
        #expect(places!.description.contains("line \(number): field 1"), "\(places!)")
    }

    /// A first line with a minus sign U+2212 is a sample as any other.
    @Test func typographicMinusSigns() throws {
        #expect(try load("−1.5,2\n3,4\n5,−6e−1\n").content.values == [-1.5, 3, 5, 2, 4, -0.6])
        #expect(try load("−1\n2\n").content.values == [-1, 2])
        #expect(try load("a;b\n−1,5;2\n3;−4\n").content.values == [-1.5, 3, 2, -4])
    }

    /// Numbers in characters that are not read are neither names nor units.
    @Test(arguments: [
        ("–1.5,2\n3,4\n", 1, "\"–1.5\""), ("a,b\n–1.5,–2\n3,4\n", 2, "\"–1.5\""), ("“1.5”,2\n3,4\n", 1, "\"“1.5”\""),
        ("1’000,2\n3,4\n", 1, "\"1’000\""), ("1'000,2\n3,4\n", 1, "\"1'000\""),
        ("1\u{A0}000;2\n3;4\n", 1, "1\u{A0}000"),
        ("\"1,000\",2\n3,4\n", 1, "\"1,000\""), ("１２,2\n3,4\n", 1, "１２"), ("٣,2\n3,4\n", 1, "٣"),
        ("1,2\n3,–4\n", 2, "field 2 is \"–4\""),
    ]) func numbersInOtherCharacters(_ text: String, _ line: Int, _ field: String) {
        let problem = message { _ = try load(text) } ?? ""
        #expect(problem.contains("line \(line): field ") && problem.contains(field), "\(problem)")
        #expect(problem.contains("which is not read as a number; write it with the digits 0 to 9"), "\(problem)")
    }

    @Test func dashesInNames() throws {
        #expect(try load("x–y,b–1\n1,2\n3,4\n").content.channelNames == ["x–y", "b–1"])
        #expect(try load("a,–1\n1,2\n3,4\n").content.channelNames == ["a", "–1"])
    }

    /// A first line that is a sample but for one field.
    @Test func doubtfulNames() throws {
        let warnings = try load("1x,2\n3,4\n5,6\n").summary.warnings
        #expect(
            warnings.contains { $0.hasPrefix("the first line is taken for the names") && $0.contains("\"1x\"") },
            "\(warnings)")
        for text in ["x,2\n3,4\n5,6\n", "1x\n3\n5\n", "1st,2nd\n3,4\n5,6\n"] {
            #expect(try load(text).summary.warnings.isEmpty, "\(text)")
        }
    }

    @Test func otherDelimitersCanBeNamed() throws {
        #expect(try load("sep=:\na:b\n1:2\n3:4\n").content.values == [1, 3, 2, 4])
    }

    @Test(arguments: [
        (
            "a,b\n1,2\n3,\n",
            "line 3: field 2 (\"b\") is empty; fill it, such as with the mean of the values before and after it, or remove "
                + "the line and give --sampling-rate if there are times, or leave the column out by --columns"
        ),
        (
            "a\n1\n\"\"\n",
            "line 3: field 1 (\"a\") is empty; fill it, such as with the mean of the values before and after it, or remove "
                + "the line and give --sampling-rate if there are times"
        ),
        ("1,2\n3,x\n", "line 2: field 2 is \"x\", not a number; correct it, or leave the column out by --columns"),
        ("a\n1\nx\n", "line 3: field 1 (\"a\") is \"x\", not a number; correct it"),
        (
            "a,b\nfirst,run\nof,two\n1,2\n",
            "line 2: there are no numbers in this line; remove it, or begin it with #: \"first,run\""
        ),
        (
            "Device: X\ntime,ecg\n1,2\n2,2\n",
            "line 2: 1 field where the header has 2: \"time,ecg\"; if lines stand above the names of the columns, "
                + "remove them, begin them with #, or pass over them by --skip-rows"
        ),
    ]) func adviceHelps(_ text: String, _ message: String) {
        let error = #expect(throws: FileError.self) { try load(text) }
        #expect(error!.description.hasSuffix("a.csv, " + message), "\(error!)")
    }

    /// What is advised is then read.
    @Test func theAdviceOfAnEmptyFieldWorks() throws {
        #expect(try load("a,b\n1,2\n3,\n", columns: "a").content.values == [1, 3])
        #expect(try load("1,2\n3,x\n", columns: "1").content.values == [1, 3])
    }
}
