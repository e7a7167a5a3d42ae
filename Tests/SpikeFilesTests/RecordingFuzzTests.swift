import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Damaged files of the formats of recordings: readers throw `FileError` or return a value.
///
/// `SPIKEKIT_FUZZ` is the number of files for each test.
@Suite struct RecordingFuzzTests {
    private static let count = ProcessInfo.processInfo.environment["SPIKEKIT_FUZZ"].flatMap { Int($0) } ?? 2000
    private static let seed = ProcessInfo.processInfo.environment["SPIKEKIT_FUZZ_SEED"].flatMap { UInt64($0) } ?? 201

    /// Damages one file of a format, with other files of the format beside it.
    private func fuzz(
        _ originals: [[UInt8]], _ name: String, beside others: [String: [UInt8]] = [:], read: String? = nil
    ) throws {
        var areThere = false
        try Fuzz(seed: Self.seed, count: Self.count).run(originals, name: name) { path in
            let folder = String(path.dropLast(name.count))
            if !areThere {
                for (other, bytes) in others { try Data(bytes).write(to: URL(fileURLWithPath: folder + other)) }
                areThere = true
            }
            _ = try RecordingFile.load(read.map { folder + $0 } ?? path)
        }
    }

    private static let header = """
        a 3 250/1000(5) 9 10:00:00.5 01/02/2003
        a.dat 212x2:1+1 200(1024)/mV 11 1024 995 -22131 0 MLII
        a.dat 212+1 200 11 1024 1011 20052 0 V5
        b.dat 311 200/mV 10 0 0 0 0 c
        """
    private static let record: [String: [UInt8]] = [
        "a.hea": Array(header.utf8), "a.dat": (0..<60).map { UInt8($0 * 37 % 256) },
        "b.dat": (0..<40).map { UInt8($0 * 91 % 256) },
        "a.atr": [22 << 2, 252, 4, 0, 35, 35, 32, 120] + [10, 4, 0, 236, 0, 0, 1, 0, 20, 20, 0, 0],
        "m.hea": Array("m/3 3 250 18 10:00\na 9\n~ 4\na 9\n".utf8),
    ]

    @Test func wfdb() throws {
        let record = Self.record
        for name in ["a.hea", "a.dat", "a.atr", "m.hea"] {
            try fuzz(
                [record[name]!], name, beside: record.filter { $0.key != name }, read: name == "m.hea" ? name : "a.hea")
        }
    }

    @Test func wfdbFormats() throws {
        let headers = WFDBExample.formats.map { Array("a 2 250\na.dat \($0) 200/mV 11 0 0 0 0 x\na.dat \($0)\n".utf8) }
        try fuzz(headers, "a.hea", beside: ["a.dat": (0..<100).map { UInt8($0 * 37 % 256) }])
    }

    @Test(arguments: ["a.edf", "a.bdf"])
    func edf(_ name: String) throws {
        var example = EDFExample()
        example.isBDF = name.hasSuffix("bdf")
        let size = example.isBDF ? 3 : 2
        example.reserved = "EDF+D"
        example.signals = [
            ("a", "uV", EDFExample.range, 2), ("EDF Annotations", "", ["-1", "1", "-32768", "32767"], 20),
        ]
        example.records = (0..<3).map { record in
            EDFExample.samples([record, 7], size: size)
                + EDFExample.notes("+\(record)\u{14}\u{14}\0+1\u{15}2\u{14}x\u{14}", 20 * size)
        }
        try fuzz([example.bytes], name)
    }

    @Test func arrays() throws {
        let array = try npyBytes(NPYArray(shape: [2, 3], elements: .float32([1, 2, 3, 4, 5, 6])))
        try fuzz([false, true].map { zipped([("x.npy", array), ("y.npy", array)], isDeflated: $0) }, "a.npz")
        try fuzz([false, true].map { zipped([("x.npy", array)], isDeflated: $0) }, "b.npz")
        try fuzz([deflated(array, .gzip)], "a.npy.gz")
        try fuzz([deflated(Array("a,b\n1,2\n3,4\n".utf8), .gzip)], "a.csv.gz")
    }

    @Test func matlab() throws {
        try fuzz(
            [false, true].flatMap {
                [ArrayRecordingTests.version4(isLittleEndian: $0), ArrayRecordingTests.version5(isCompressed: $0)]
            }, "a.mat")
    }

    @Test func text() throws {
        let texts = [
            "% c\n; d\nt,a\n2024-05-06T07:08:09.5Z,1\n2024-05-06T07:08:10.0Z,2\n2024-05-06T07:08:10.5Z,3\n",
            "Date;Time;a\n2024-05-06;07:08:09,5;1,5\n2024-05-06;07:08:10,0;2\n", "'0:09.50' 1\n'0:09.75' 2\n",
        ]
        try fuzz(texts.map { Array($0.utf8) }, "a.csv")
    }
}
