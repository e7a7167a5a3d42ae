import ArrayFiles
import FileTestSupport
import Testing

@testable import EventFiles

/// The bounds of words, clocks and headers of Prophesee's formats.
@Suite struct PropheseeBoundsTests {
    @Test func counterOfAClock() {
        var clock = WrappingClock(bits: 4)
        let times = [8, 0, 9, 0, 8, 15, 7, 15, 6].map { clock.time($0) }
        #expect(times == [8, 0, 9, 16, 24, 31, 23, 31, 38])
        var reference = WrappingClock(bits: 4, dialect: .reference)
        let others = [3, 3, 2, 4].map { reference.time($0) }
        #expect(others == [3, 3, 18, 20])
    }

    /// A step back of the low bits by more than half a turn is a new turn, once the high bits were stated twice.
    @Test func evt3StepsBackByHalfATurn() throws {
        let found = try events(
            Examples.evt3([
                0x8001, 0x6000, 0x8001, 0x6FFF, 0x2005, 0x67FF, 0x2005, 0x6FFF, 0x2005, 0x67FE, 0x2005, 0x67FE, 0x2005,
            ]), as: "a.raw")
        #expect(found.map(\.time) == [0x1FFF, 0x17FF, 0x1FFF, 0x27FE, 0x27FE])
        let once = try events(Examples.evt3([0x8001, 0x6005, 0x2005, 0x6005, 0x2005, 0x6004, 0x2005]), as: "a.raw")
        #expect(once.map(\.time) == [0x1005, 0x1005, 0x2004])
    }

    @Test func evt3VectorsNextToTheLastColumn() throws {
        for (words, columns, bytes) in [
            ([0x37F4, 0x4FFF], Array(2036...2047), []), ([0x37F5, 0x4FFF], Array(2037...2047), [14]),
            ([0x37F5, 0x47FF], Array(2037...2047), []), ([0x37F8, 0x50FF], Array(2040...2047), []),
            ([0x37F9, 0x50FF], Array(2041...2047), [14]), ([0x37F9, 0x507F], Array(2041...2047), []),
            ([0x37FF, 0x4001, 0x5001], [2047], [16]), ([0x3000, 0x5F80, 0x5001], [7, 8], []),
            ([0x3000, 0x4800, 0x4001, 0x5001, 0x4001], [11, 12, 24, 32], []),
            ([0x37F0, 0x5080, 0x5080, 0x5001], [2039, 2047], [18]),
        ] as [([UInt16], [UInt16], [Int])] {
            let (recording, summary) = try read(Examples.evt3([0x8000] + words), as: "a.raw")
            #expect(recording.xs == columns, "\(words)")
            #expect(summary.remarks.compactMap(\.firstByte) == bytes, "\(words)")
        }
    }

    @Test func evt3WordsThatArePassedOver() throws {
        let (recording, summary) = try read(
            Examples.evt3([
                0x3000, 0x4001, 0x5001, 0x8000, 0x1000, 0x7000, 0x9000, 0xA000, 0xB000, 0xC000, 0xD000, 0xE000, 0xF000,
            ]) + [7], as: "a.raw")
        #expect(recording.count == 0)
        #expect(
            Set(summary.remarks.map(\.description)) == [
                "2 words of events before the first time, passed over, the first one at byte 12",
                "5 words of reserved types passed over, the first one at byte 18",
                "3 words of extensions passed over, the first one at byte 20",
                "1 trigger event passed over, the only one at byte 24",
                "1 byte left over at the end, less than a word, the only one at byte 36",
            ])
    }

    @Test func evt2WordsThatArePassedOver() throws {
        let types = (0...15).map { UInt32($0) << 28 }
        let (recording, summary) = try read(Examples.evt2(types) + [1, 2, 3], as: "a.raw")
        #expect(recording.count == 0)
        #expect(
            Set(summary.remarks.map(\.description)) == [
                "2 events before the first time, passed over, the first one at byte 10",
                "10 words of reserved types passed over, the first one at byte 18",
                "1 trigger event passed over, the only one at byte 50",
                "2 words of extensions passed over, the first one at byte 66",
                "3 bytes left over at the end, less than an event, the first one at byte 74",
            ])
        // Counts of several parts of a file add up.
        let many = Array(repeating: UInt32(0xA000_0000), count: 100_000)
        #expect(
            try read(Examples.evt2(many), as: "a.raw").summary.remarks.map(\.description) == [
                "100000 trigger events passed over, the first one at byte 10"
            ])
    }

    @Test func datStartsWithItsType() throws {
        let header = Array("% Version 2\n".utf8)
        for missing in [[], [12]] as [[UInt8]] {
            let text = message { _ = try read(header + missing, as: "a.dat") }
            #expect(text?.contains("byte 12: the type of the events is missing") == true, "\(text ?? "accepted")")
        }
        #expect(try read(header + [0, 8], as: "a.dat").recording.count == 0)
        #expect(
            message { _ = try read(header + [12, 9], as: "a.dat") }?.contains("byte 13: the events take 9") == true)
        let record = Examples.little(UInt32(5)) + Examples.little(UInt32(0x3FFF | 0x1555 << 14 | 1 << 28))
        for type in [0, 12] as [UInt8] {
            #expect(
                try events(header + [type, 8] + record, as: "a.dat") == [
                    Event(time: 5, x: 0x3FFF, y: 0x1555, isOn: true)
                ])
        }
        // Bits above the polarity mean nothing.
        let high = Examples.little(UInt32(5)) + Examples.little(UInt32(7 | 9 << 14 | 0xE000_0000))
        #expect(try events(header + [12, 8] + high, as: "a.dat") == [Event(time: 5, x: 7, y: 9, isOn: false)])
        let other = try read(header + [1, 8] + record + record, as: "a.dat").summary
        #expect(
            other.remarks.map(\.description) == [
                "2 events of type 1 passed over; only types 0 and 12 are those of pixels, the first one at byte 14"
            ])
        #expect(try read(Array("% Date x\n".utf8) + [12, 8] + record, as: "a.dat").recording.count == 1)
    }

    private func header(_ text: String, mark: Character = "%", end: String? = "end") throws -> (HeaderLines, Int) {
        let folder = try TemporaryFolder()
        var stream = try ByteStream(StandardInput.file(folder.file("a", text)))
        let lines = try HeaderLines(&stream, mark: mark, end: end)
        return (lines, stream.position)
    }

    @Test func headersEndWhereDataBegins() throws {
        for (text, lines, position) in [
            ("% a\n%b \t\r\n% \tc\n% end\n% d\n", ["a", "b", "c", "end"], 21), ("% a\n% b", ["a"], 4),
            ("% a\n% b\u{1F}\n", ["a"], 4), ("% a\n% \u{7F}b~ c\td\n", ["a", "\u{7F}b~ c\td"], 14), ("a\n", [], 0),
            ("%\n%  \nx", ["", ""], 6), ("", [], 0), ("% a\n# b\n", ["a"], 4), ("% a\n% b\r\r\n", ["a"], 4),
        ] as [(String, [String], Int)] {
            let (found, place) = try header(text)
            #expect(found.lines == lines && place == position, "\(text.debugDescription)")
        }
        #expect(try header("# a\n# end\n# b\n", mark: "#", end: nil).0.lines == ["a", "end", "b"])
    }

    @Test func headersHaveValues() throws {
        let lines = try header("% Evt 3.0\n% evt 2.0\n% width   12  x\n% height\n% \n").0
        #expect(lines.value("evt") == "3.0" && lines.value("width") == "12  x" && lines.value("height") == "")
        #expect(lines.value("depth") == nil)
    }

    @Test func headersGiveEncodingAndSize() throws {
        func found(_ text: String) throws -> (String?, SensorSize?, Int) {
            let folder = try TemporaryFolder()
            var stream = try ByteStream(StandardInput.file(folder.file("a", text)))
            let header = try PropheseeHeader(&stream)
            return (header.encoding, header.size, header.byteCount)
        }
        for (text, encoding, width, height) in [
            ("% evt 3.0\n", "EVT3", nil, nil), ("% evt 2.1\n", "EVT2.1", nil, nil), ("% evt 3\n", "EVT3", nil, nil),
            ("% format evt2;height=7;width=8\n% evt 3.0\n% geometry 1x2\n", "EVT2", 8, 7),
            ("% format EVT3;width=8;height\n% geometry 30x20\n", "EVT3", 30, 20),
            ("% format EVT3;width=8;height=0\n% width 5\n% height 6\n", "EVT3", 5, 6),
            ("% format EVT3;width=8=9;height=7\n", "EVT3", nil, nil),
            ("% geometry 30x20x10\n% width 5\n% height 6\n", nil, 5, 6), ("% geometry 30\n", nil, nil, nil),
            ("% geometry 0x20\n", nil, nil, nil), ("% geometry 65536x65537\n", nil, nil, nil),
            ("% geometry 65536x1\n", nil, 65536, 1), ("% width 5\n", nil, nil, nil), ("% height 5\n", nil, nil, nil),
        ] as [(String, String?, Int?, Int?)] {
            let (name, size, count) = try found(text)
            #expect(name == encoding && size?.width == width && size?.height == height, "\(text)")
            #expect(count == text.utf8.count)
        }
    }
}
