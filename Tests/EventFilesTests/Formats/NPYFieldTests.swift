import ArrayFiles
import FileTestSupport
import Testing

@testable import EventFiles

@Suite struct NPYFieldTests {
    /// A record of fields that hold small numbers.
    private func file(_ types: [String], names: [String] = ["t", "x", "y", "p"], _ rows: [[Int]]) -> [UInt8] {
        NPYRecords.header(fields: zip(names, types).map { (name: $0, type: $1) }, count: rows.count)
            + rows.flatMap { row in
                zip(types, row).flatMap { type, value -> [UInt8] in
                    let size = Int(String(type.drop { !$0.isNumber }))!
                    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
                    return type.hasPrefix(">") ? bytes.reversed() : bytes
                }
            }
    }

    @Test(arguments: ["<i8", ">i8", "<i4", ">i4", "<i2", ">i2", "|i1", "<u8", ">u8", "<u4", ">u4", "<u2", ">u2", "|u1"])
    func numbersOfEveryType(_ type: String) throws {
        let isSigned = type.contains("i")
        let size = Int(String(type.last!))!
        let found = try events(
            file([type, type, type, type], [[-3, 1, 2, 1], [100, 127, 0, 0], [101, 5, 6, 2]]), as: "a.npy")
        // Times of 64 bits without a sign are beyond those of events.
        let isBeyond = !isSigned && size == 8
        let first: Int64 = isSigned || isBeyond ? -3 : (1 << Int64(8 * size)) - 3
        #expect(
            found == (isBeyond ? [] : [Event(time: first, x: 1, y: 2, isOn: true)]) + [
                Event(time: 100, x: 127, y: 0, isOn: false),
                Event(time: 101, x: 5, y: 6, isOn: true),
            ])
    }

    @Test func polaritiesArePositiveForON() throws {
        let found = try events(
            file(["<i8", "<u2", "<u2", "|i1"], [[1, 0, 0, -1], [2, 0, 0, 0], [3, 0, 0, 1], [4, 0, 0, 2]]), as: "a.npy")
        #expect(found.map(\.isOn) == [false, false, true, true])
        let booleans = try events(file(["<i8", "<u2", "<u2", "|b1"], [[1, 0, 0, 0], [2, 0, 0, 1]]), as: "a.npy")
        #expect(booleans.map(\.isOn) == [false, true])
    }

    @Test func timesBeyondSignedNumbersArePassedOver() throws {
        let (recording, summary) = try read(
            file(["<u8", "<u2", "<u2", "|u1"], [[.min, 1, 2, 1], [.max, 3, 4, 0], [-1, 5, 6, 1]]), as: "a.npy")
        #expect(recording.times == [.max] && recording.xs == [3])
        #expect(summary.remarks.map(\.finding) == ["events with a time beyond 2⁶³ µs passed over"])
        #expect(summary.remarks.map(\.count) == [2])
    }

    @Test func coordinatesOutsideArePassedOver() throws {
        let rows = [[1, 65535, 0, 1], [2, 65536, 0, 1], [3, 0, -1, 1], [4, 0, 65535, 1]]
        let bytes = file(["<i8", "<i4", "<i4", "|u1"], rows)
        let (recording, summary) = try read(bytes, as: "a.npy")
        #expect(recording.times == [1, 4] && recording.xs == [65535, 0] && recording.ys == [0, 65535])
        #expect(summary.remarks.map(\.count) == [2])
        // Records across the parts of a file.
        let many = (0..<70_000).map { [$0, $0 % 300, $0 % 7 == 0 ? -1 : 5, $0 & 1] }
        let (found, noted) = try read(file(["<i8", "<i4", "<i4", "|u1"], many), as: "a.npy")
        #expect(found.count == 60_000 && noted.remarks.map(\.count) == [10_000])
        #expect(found.times == (0..<70_000).filter { $0 % 7 > 0 })
    }

    @Test(arguments: [
        ["t", "x", "y", "p"], ["TS", "X", "Y", "POL"], ["time", "x", "y", "polarity"], ["timestamp", "x", "y", "on"],
        ["timestamps", "x", "y", "p"],
    ])
    func fieldsHaveTheirNames(_ names: [String]) throws {
        let bytes = file(["<i8", "<u2", "<u2", "|u1"], names: names, [[7, 1, 2, 1]])
        #expect(try events(bytes, as: "a.npy") == [Event(time: 7, x: 1, y: 2, isOn: true)])
    }

    @Test func fieldsOfOtherTypesAreRefused() {
        for (index, name) in ["t", "x", "y", "p"].enumerated() {
            var types = ["<i8", "<u2", "<u2", "|u1"]
            for type in ["<f4", "<f8"] {
                types[index] = type
                let text = message { _ = try read(file(types, [[1, 1, 1, 1]]), as: "a.npy") }
                #expect(text?.contains("the field \(name) is of type \(type); events have whole numbers") == true)
            }
            var names = ["t", "x", "y", "p"]
            names[index] = "z"
            let text = message {
                _ = try read(file(["<i8", "<u2", "<u2", "|u1"], names: names, [[1, 1, 1, 1]]), as: "a.npy")
            }
            #expect(text?.contains("no field of its records is called \(name)") == true, "\(text ?? "accepted")")
        }
    }

    /// The bytes that the writer gives, in the layout that it documents.
    @Test func writtenRecordsAreAtTheirPlaces() throws {
        let folder = try TemporaryFolder()
        let events = [Event(time: -2, x: 0x0102, y: 0x0304, isOn: true), Event(time: 5, x: 9, y: 8, isOn: false)]
        try EventFile.write(EventRecording(events), to: folder.file("a.npy"))
        let bytes = try folder.bytes("a.npy")
        #expect(
            Array(bytes.suffix(26)) == [
                0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 1, 4, 3, 1, 5, 0, 0, 0, 0, 0, 0, 0, 9, 0, 8, 0, 0,
            ])
        #expect((bytes.count - 26) % 64 == 0)
        #expect(String(decoding: bytes.dropLast(26), as: UTF8.self).contains("'shape': (2,)"))
    }
}
