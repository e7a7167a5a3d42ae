import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// The fields of headers of EDF at their places, and their bounds.
@Suite struct EDFHeaderTests {
    /// Two signals of two samples in each of two data records, with other texts at some places of the header.
    private func load(_ fields: [Int: String], behind: [UInt8] = []) throws -> LoadedFile<Signal> {
        let folder = try TemporaryFolder()
        var example = EDFExample()
        example.signals = [("a", "uV", EDFExample.range, 2), ("b", "uV", EDFExample.range, 2)]
        example.records = [[1, -2, 30, 40], [3, -1000, 50, 1000]].map { EDFExample.samples($0) }
        var bytes = example.bytes
        for (start, text) in fields { bytes.replaceSubrange(start..<start + text.utf8.count, with: text.utf8) }
        return try RecordingFile.load(folder.file("a.edf", bytes + behind))
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text.padding(toLength: width, withPad: " ", startingAt: 0)
    }

    @Test(
        arguments: [
            ("25.04.89", "13.05.00", "", 1989, 4, 25, 47_100), ("01.01.84", "00.00.00", "", 2084, 1, 1, 0),
            ("01.01.85", "23.59.59", "", 1985, 1, 1, 86_399), ("31.12.99", "01.00.60", "", 1999, 12, 31, 3660),
            ("1/2/00", "1:2:3", "", 2000, 2, 1, 3723), ("01-02-03", "1-2-3", "", 2003, 2, 1, 3723),
            ("01.02.03", "1/2/3", "Startdate 01-FEB-1903 X", 1903, 2, 1, 3723),
            ("01.02.03", "00.00.01", "Startdate 01-FEB-1904 X", 2003, 2, 1, 1),
            ("01.02.03", "00.01.00", "startdate 01-FEB-1903 X", 2003, 2, 1, 60),
            ("01.02.03", "00.00.00", "Startdate", 2003, 2, 1, 0),
            ("01.02.yy", "00.00.00", "Startdate 01-FEB-2103 X", 2103, 2, 1, 0),
            ("01.02.YY", "00.00.00", "Startdate 01-FEB-9999", 9999, 2, 1, 0),
            ("01.02.yy", "00.00.00", "Startdate 01-FEB-1000", 1000, 2, 1, 0),
        ])
    func startsAreRead(
        _ date: String, _ time: String, _ recording: String, _ year: Int, _ month: Int, _ day: Int, _ seconds: Double
    ) throws {
        let file = try load([168: padded(date, 8), 176: padded(time, 8), 88: padded(recording, 80)])
        let midnight = try #require(ClockTime.seconds(year: year, month: month, day: day))
        #expect(file.content.startTime == midnight + seconds && file.summary.warnings == [])
    }

    @Test(
        arguments: [
            ("01.02.85", "24.00.00", ""), ("01.02.85", "00.60.00", ""), ("01.02.85", "00.00.61", ""),
            ("01.02", "00.00.00", ""), ("1.2.3.4", "00.00.00", ""), ("01.02.85", "00.00", ""), ("1.2.100", "0.0.0", ""),
            ("01.02.85", "0.0.0.0", ""), ("01.02.yy", "00.00.00", ""), ("01.02.xx", "0.0.0", "Startdate 01-FEB-2103 X"),
            ("01.02.yy", "0.0.0", "Startdate 01-FEB-999"), ("01.02.yy", "0.0.0", "Startdate 01-FEB-10000"),
            ("31.02.85", "00.00.00", ""), ("", "00.00.00", ""), ("01.02.85", "", ""), ("a.2.85", "0.0.0", ""),
        ])
    func startsThatMakeNoSenseAreWarnedOf(_ date: String, _ time: String, _ recording: String) throws {
        let file = try load([168: padded(date, 8), 176: padded(time, 8), 88: padded(recording, 80)])
        #expect(file.content.startTime == 0 && file.summary.startTime == nil)
        #expect(
            file.summary.warnings.count == 1 && file.summary.warnings[0].contains("its start is unknown: \"\(date)"))
    }

    @Test func missingStartsAreNoFlaw() throws {
        #expect(try load([168: padded("", 16)]).summary.warnings == [])
    }

    @Test(
        arguments: [
            (236, "x       ", "byte 236: the number of data records is \"x"),
            (244, "x       ", "byte 244: the length of a data record is \"x"),
            (252, "x   ", "byte 252: the number of signals is \"x"),
            (236, "-2      ", "the number of data records is -2;"),
            (252, "0   ", "0 signals in data records of 1.0 s"), (252, "-1  ", "-1 signals"),
            (244, "-1      ", "2 signals in data records of -1.0 s"), (244, "inf     ", "data records of inf s"),
            (252, "9999", "cut short within its header of 9999 signals"),
            (236, "3       ", "it holds 2 data records of 1 s, of 3 that its header promises"),
            (256 + 216 * 2, "-1      ", "signal 1: the number of samples of \"a\" is not a number"),
            (256 + 216 * 2 + 8, "x       ", "signal 2: the number of samples of \"b\" is not a number"),
            (0, "1       ", "is no EDF or BDF file"),
        ])
    func fieldsAreChecked(_ place: Int, _ text: String, _ problem: String) {
        let found = message { _ = try load([place: text]) }
        #expect(found?.contains(problem) == true, "\(found ?? "read")")
    }

    @Test func whatIsBehindIsLeftOut() throws {
        #expect(try load([236: "-1      "]).content.doubles.count == 8)
        let fewer = try load([236: "1       "])
        #expect(fewer.content.doubles.count == 4)
        #expect(fewer.summary.warnings.count == 1)
        #expect(fewer.summary.warnings[0].contains("it holds 2 data records, but its header promises 1;"))
        let more = try load([:], behind: [1, 2, 3])
        #expect(more.content.doubles.count == 8)
        #expect(more.summary.warnings == ["3 bytes at its end are left out, as a data record takes 8"])
    }

    /// A decimal comma in the limits.
    @Test func limitsMayHaveACommaAndAreAtTheirPlaces() throws {
        let least = 256 + 104 * 2
        let file = try load([least: padded("-50,5", 8), least + 16: padded("50,5", 8)])
        #expect(abs(file.content.doubles[0] - 0.0505) < 1e-12 && abs(file.content.doubles[3] + 50.5) < 1e-12)
        #expect(abs(file.content.doubles[4] - 3) < 1e-12)
    }

    /// Data records of more than the 4 MiB that are read at a time.
    @Test func largeFilesAreReadInParts() throws {
        let folder = try TemporaryFolder()
        for isBDF in [false, true] {
            var example = EDFExample()
            example.isBDF = isBDF
            let ranges = ["-32768", "32767", "-32768", "32767"]
            example.signals = [("a", "uV", ranges, 100_000), ("b", "uV", ranges, 100_000)]
            let values: [[Int]] = (0..<15).map { (record: Int) in
                (0..<200_000).map { (sample: Int) in (sample * 7 + record * 1001) % 65_536 - 32_768 }
            }
            example.records = values.map { EDFExample.samples($0, size: isBDF ? 3 : 2) }
            let file = try RecordingFile.load(folder.file("a.\(isBDF ? "bdf" : "edf")", example.bytes))
            let expected = (0..<2).flatMap { signal in
                values.flatMap { $0[signal * 100_000..<(signal + 1) * 100_000].map { Double($0) } }
            }
            expectSame(file.content.doubles, expected, "\(isBDF)")
        }
    }
}
