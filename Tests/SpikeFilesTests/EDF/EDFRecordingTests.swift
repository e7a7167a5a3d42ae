import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Writes EDF and BDF files.
struct EDFExample {
    var reserved = ""
    var duration = "1"
    var recordCount: Int?
    var isBDF = false
    var date = "02.01.85"
    var recording = ""
    /// The label, unit, physical and digital range, and samples per data record of each signal.
    var signals: [(label: String, unit: String, ranges: [String], count: Int)] = []
    /// The bytes of each data record.
    var records: [[UInt8]] = []

    var bytes: [UInt8] {
        func field(_ text: String, _ width: Int) -> [UInt8] {
            Array((text + String(repeating: " ", count: width)).utf8.prefix(width))
        }
        var bytes = isBDF ? [0xFF] + field("BIOSEMI", 7) : field("0", 8)
        bytes += field("X", 80) + field(recording, 80) + field(date, 8) + field("01.00.05", 8)
        bytes += field("\(256 * (signals.count + 1))", 8) + field(reserved, 44)
        bytes += field("\(recordCount ?? records.count)", 8) + field(duration, 8) + field("\(signals.count)", 4)
        for signal in signals { bytes += field(signal.label, 16) }
        bytes += signals.flatMap { _ in field("", 80) }
        for signal in signals { bytes += field(signal.unit, 8) }
        for index in 0..<4 { for signal in signals { bytes += field(signal.ranges[index], 8) } }
        bytes += signals.flatMap { _ in field("", 80) }
        for signal in signals { bytes += field("\(signal.count)", 8) }
        bytes += signals.flatMap { _ in field("", 32) }
        return bytes + records.joined()
    }

    static func samples(_ values: [Int], size: Int = 2) -> [UInt8] {
        values.flatMap { value in (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }

    static func notes(_ text: String, _ size: Int) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes + Array(repeating: 0, count: size - bytes.count)
    }

    static let range = ["-100", "100", "-1000", "1000"]
}

@Suite struct EDFRecordingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func load(
        _ example: EDFExample, samplingRate: Double? = nil, columns: String? = nil
    ) throws -> LoadedFile<Signal> {
        let path = try folder.file(example.isBDF ? "a.bdf" : "a.edf", example.bytes)
        return try RecordingFile.load(
            path, samplingRate: samplingRate, columns: columns.flatMap { ColumnSelection($0) })
    }

    private var plain: EDFExample {
        var example = EDFExample()
        example.signals = [("a", "uV", EDFExample.range, 2), ("b", "uV", EDFExample.range, 2)]
        example.records = [[1, -2, 30, 40], [3, -1000, 50, 1000]].map { EDFExample.samples($0) }
        return example
    }

    @Test func samplesAreScaled() throws {
        let file = try load(plain)
        let values = [0.1, -0.2, 0.3, -100, 3, 4, 5, 100]
        #expect(
            file.content.doubles.count == 8 && zip(file.content.doubles, values).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(file.content.channelNames == ["a", "b"] && file.content.unit == "uV" && file.content.samplingRate == 2)
        #expect(file.content.startTime == 473_472_000 + 3605 && file.summary.rateSource == .header)
        #expect(file.summary.warnings == [] && file.labels == nil)
        #expect(try load(plain, columns: "b").content.doubles == [3, 4, 5, 100])
    }

    @Test func samplesOf24Bits() throws {
        var example = plain
        example.isBDF = true
        example.signals = [
            ("a", "uV", ["-8388608", "8388607", "-8388608", "8388607"], 3),
            ("Status", "", ["-8388608", "8388607", "-8388608", "8388607"], 3),
        ]
        example.records = [EDFExample.samples([-8_388_608, 8_388_607, -1, 1, 2, 3], size: 3)]
        let file = try load(example)
        #expect(file.content.doubles == [-8_388_608, 8_388_607, -1])
        #expect(file.summary.leftOut.map(\.description) == ["column 2 \"Status\" (triggers)"])
        #expect(try load(example, columns: "Status").content.doubles == [1, 2, 3])
    }

    @Test func channelsOfOneRate() throws {
        var example = plain
        example.signals[1].count = 1
        example.signals.append(("c", "uV", EDFExample.range, 2))
        example.records = [EDFExample.samples([10, 20, 50, 30, 40])]
        let file = try load(example)
        #expect(file.content.doubles == [1, 2, 3, 4] && file.content.channelNames == ["a", "c"])
        #expect(file.summary.leftOut.map(\.description) == ["column 2 \"b\" (1 Hz)"])
        #expect(try load(example, columns: "b").content.samplingRate == 1)
        #expect(
            message { _ = try load(example, columns: "1-2") }?.contains(
                "different rates: \"a\" has 2 Hz, \"b\" 1 Hz; choose channels of one rate") == true)
    }

    private var annotated: EDFExample {
        var example = plain
        example.reserved = "EDF+D"
        (example.date, example.recording) = ("02.01.70", "Startdate 02-JAN-2070 X X X")
        example.signals[1] = ("EDF Annotations", "", ["-1", "1", "-32768", "32767"], 20)
        let notes = [
            "+0.25\u{14}\u{14}\0+0.75\u{15}2\u{14}spindle\u{14}\0", "+1.25\u{14}\u{14}\0+1.5\u{14}ä\u{14}b\u{14}\0",
        ]
        example.records = zip([[1, 2], [3, 4]], notes).map {
            EDFExample.samples($0) + EDFExample.notes($1, 40)
        }
        return example
    }

    @Test func annotationsAreLabels() throws {
        let file = try load(annotated)
        #expect(file.content.doubles.count == 4 && file.content.channelNames == ["a"])
        #expect(
            file.labels?.labels == [
                .init(time: 0.5, duration: 2, symbol: "spindle"), .init(time: 1.25, symbol: "ä"),
                .init(time: 1.25, symbol: "b"),
            ])
        // 2 January 2070, 01:00:05, and a quarter of a second.
        #expect(file.content.startTime == 3_155_760_000 + 86_400 + 3605 + 0.25)
        #expect(message { _ = try load(annotated, columns: "2") }?.contains("channel 2 holds annotations") == true)
    }

    @Test func gapsNeedASamplingRate() throws {
        var example = annotated
        example.records[1] =
            EDFExample.samples([3, 4]) + EDFExample.notes("+11.25\u{14}\u{14}\0", 40)
        #expect(
            message { _ = try load(example) }?.contains(
                "has a gap of 10 s, 1 s after its start; give --sampling-rate 2 to join") == true)
        let joined = try load(example, samplingRate: 2)
        #expect(joined.content.sampleCount == 4)
        #expect(joined.summary.warnings == ["gaps are passed over, which the recording does not show: 10 s at 1 s"])
        example.reserved = "EDF+C"
        #expect(try load(example).content.sampleCount == 4)
    }

    @Test func gapsBesideRecordsWithoutATime() throws {
        var example = annotated
        example.records = ["+0.25\u{14}\u{14}\0", "", "+50.25\u{14}\u{14}\0"].map {
            EDFExample.samples([3, 4]) + EDFExample.notes($0, 40)
        }
        #expect(message { _ = try load(example) }?.contains("has a gap of 48 s, 2 s after its start") == true)
        example.records[2] = EDFExample.samples([3, 4]) + EDFExample.notes("+2.25\u{14}\u{14}\0", 40)
        #expect(
            try load(example).summary.warnings == [
                "1 of its 3 data records have no time, and are taken to follow the one before"
            ])
    }

    /// What follows the promised data records is left out with a warning each.
    @Test func dataBehindTheRecordsIsNamed() throws {
        var example = plain
        example.recordCount = 1
        let short = try load(example)
        #expect(short.content.sampleCount == 2 && short.content.doubles.allSatisfy { $0.isFinite })
        #expect(
            short.summary.warnings == [
                "it holds 2 data records, but its header promises 1; what is behind them is left out"
            ])
        example.records.append([1, 2, 3])
        for count in [2, -1] {
            example.recordCount = count
            let file = try load(example)
            #expect(file.content.sampleCount == 4)
            #expect(file.summary.warnings == ["3 bytes at its end are left out, as a data record takes 8"])
        }
    }

    /// A channel that was not used does not keep the others from being read.
    @Test(arguments: [
        (["0", "0", "-1000", "1000"], "its range is empty, 0 to 0"),
        (["-1", "1", "5", "5"], "its digital range is empty, 5 to 5"),
        (["x", "1", "-1000", "1000"], "its range is not given in numbers"),
        (["-1", "1", "", ""], "its range is not given in numbers"),
    ])
    func unusedChannelsAreLeftOut(_ ranges: [String], _ reason: String) throws {
        var example = plain
        example.signals[0].ranges = ranges
        let file = try load(example)
        #expect(file.content.channelNames == ["b"] && file.content.doubles == [3, 4, 5, 100])
        #expect(file.summary.leftOut.map(\.description) == ["column 1 \"a\" (\(reason))"])
        #expect(
            message { _ = try load(example, columns: "1") }?.contains(
                "channel 1, \"a\", has no values: \(reason); leave it out of --columns") == true)
    }

    @Test func aReversedDigitalRangeIsRead() throws {
        var example = plain
        example.signals[1].ranges = ["-100", "100", "1000", "-1000"]
        #expect(try load(example, columns: "b").content.doubles == [-3, -4, -5, -100])
    }

    /// Days are counted from the beginning of 1970; the time is 01:00:05.
    @Test(arguments: [
        ("01.02.03", "", 12_084.0), ("01/02/03", "", 12_084), ("01-02-03", "", 12_084), ("31.12.99", "", 10_956),
        ("01.02.yy", "Startdate 01-FEB-2103 X X X", 48_608), ("01.02.03", "Startdate 01-FEB-2103 X X X", 48_608),
        ("01.02.03", "Startdate X X X X", 12_084),
    ])
    func startDates(_ date: String, _ recording: String, _ days: Double) throws {
        var example = plain
        (example.date, example.recording) = (date, recording)
        let file = try load(example)
        #expect(file.summary.startTime == days * 86_400 + 3605 && file.summary.warnings == [])
    }

    @Test(arguments: ["31.02.03", "02/13/03", "01.02.yy", "1985", "01.02"])
    func impossibleDatesAreWarnings(_ date: String) throws {
        var example = plain
        example.date = date
        let file = try load(example)
        #expect(file.summary.startTime == nil && file.content.startTime == 0 && file.content.sampleCount == 4)
        #expect(
            file.summary.warnings == [
                "its start is unknown: \"\(date) 01.00.05\" is no date and time such as 25.04.89 13.05.00"
            ])
    }

    @Test func recordsThatGoBack() throws {
        var example = annotated
        example.records[1] = EDFExample.samples([3, 4]) + EDFExample.notes("-8.75\u{14}\u{14}\0", 40)
        #expect(message { _ = try load(example) }?.contains("goes back by 10 s, 1 s after its start") == true)
    }

    @Test func flawsAreNamed() throws {
        func problem(_ change: (inout EDFExample) -> Void) -> String {
            var example = plain
            change(&example)
            return message { _ = try load(example) } ?? ""
        }
        #expect(
            problem { $0.recordCount = 9 }.contains("it holds 2 data records of 1 s, of 9 that its header promises"))
        #expect(problem { $0.recordCount = -1 } == "")
        #expect(problem { $0.duration = "0" }.contains("its data records have no length, 0 s"))
        #expect(problem { $0.duration = "x" }.contains("the length of a data record is \"x       \", not a number"))
        #expect(problem { $0.recordCount = -2 }.contains("byte 236: the number of data records is -2; it must be"))
        #expect(
            problem { for index in 0..<2 { $0.signals[index].ranges[3] = "-1000" } }.contains(
                "has no channels of samples; of the first, its digital range is empty, -1000 to -1000"))
        #expect(problem { $0.signals[0].count = -1 }.contains("the number of samples of \"a\" is not a number"))
        #expect(problem { $0.records = [] }.contains("holds no samples"))
        #expect(
            message { _ = try RecordingFile.read(folder.file("b.edf", "0       ")) }?.contains("is no EDF or BDF file")
                == true)
    }

    @Test(
        .enabled(if: Python.hasPyEDFlib, "needs a Python with pyedflib; set SPIKEKIT_PYTHON"),
        arguments: ["edf", "bdf"])
    func weReadWhatPyEDFlibWrites(_ type: String) throws {
        let path = folder.file("a.\(type)")
        let peer = try pythonArray(
            """
            import pyedflib
            random = numpy.random.default_rng(7)
            data = [random.normal(0, 100, 2000), random.normal(0, 3, 2000)]
            kind = pyedflib.FILETYPE_EDFPLUS if sys.argv[2].endswith('edf') else pyedflib.FILETYPE_BDFPLUS
            with pyedflib.EdfWriter(sys.argv[2], 2, file_type=kind) as writer:
                largest = 32767 if kind == pyedflib.FILETYPE_EDFPLUS else 8388607
                for index, samples in enumerate(data):
                    writer.setSignalHeader(index, {'label': f's{index}', 'dimension': 'uV', 'sample_frequency': 200,
                        'physical_min': -1234.5 / (index + 1), 'physical_max': 1000.25, 'digital_min': -largest - 1,
                        'digital_max': largest, 'transducer': '', 'prefilter': ''})
                writer.writeSamples(data)
                writer.writeAnnotation(1.5, 0.25, 'blink')
            with pyedflib.EdfReader(sys.argv[2]) as reader:
                numpy.save(sys.argv[1], numpy.array([reader.readSignal(0), reader.readSignal(1)]))
            """, [path])
        let file = try RecordingFile.load(path)
        expectSame(file.content.doubles, peer.doubles(), type)
        #expect(file.content.samplingRate == 200 && file.content.channelNames == ["s0", "s1"])
        #expect(file.labels?.labels == [.init(time: 1.5, duration: 0.25, symbol: "blink")])
    }

    /// The EDF and BDF files in the folder that `SPIKEKIT_WFDB` names.
    @Test(
        .enabled(
            if: Python.hasPyEDFlib && WFDBRecordTests.sampleFolder != nil, "needs pyedflib, and files in $SPIKEKIT_WFDB"
        ))
    func samplesAreThoseOfPyEDFlib() throws {
        let sampleFolder = try #require(WFDBRecordTests.sampleFolder)
        let names = try FileManager.default.contentsOfDirectory(atPath: sampleFolder)
        for name in names.sorted() where name.hasSuffix(".edf") || name.hasSuffix(".bdf") {
            let path = "\(sampleFolder)/\(name)"
            let file = try RecordingFile.load(path)
            // pyedflib refuses letters outside of ASCII, as in the unit °.
            let clean = folder.file(name)
            var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
            let headerSize = 256 * (file.summary.channelCount + 2)
            for index in 0..<headerSize where !(32..<127 ~= bytes[index]) {
                bytes[index] = 32
            }
            try Data(bytes).write(to: URL(fileURLWithPath: clean))
            let peer = try pythonArray(
                """
                import pyedflib
                with pyedflib.EdfReader(sys.argv[2]) as reader:
                    numpy.save(sys.argv[1], numpy.array([reader.readSignal(i) for i in range(reader.signals_in_file)]))
                """, [clean])
            expectSame(file.content.doubles, peer.doubles(), name)
            let times = try pythonArray(
                """
                import pyedflib
                with pyedflib.EdfReader(sys.argv[2]) as reader:
                    numpy.save(sys.argv[1], reader.readAnnotations()[0])
                """, [clean])
            let labels = file.labels?.labels.map(\.time) ?? []
            #expect(labels.count == times.count && zip(labels, times.doubles()).allSatisfy { abs($0 - $1) < 1e-6 })
        }
    }
}
