import EventFiles
import FileTestSupport
import Testing

/// Files whose every word is written out by hand from the specification.
@Suite struct PropheseeTests {
    @Test func evt3WordsBecomeEvents() throws {
        let bytes = Examples.evt3([
            0x2005,  // an event before the first time
            0x8001, 0x6002,  // time 4,096 + 2
            0x0003 | 0x800, 0x2005, 0x2806,  // row 3 of another camera; columns 5 OFF, 6 ON
            0x3810, 0x4805, 0x5081,  // columns from 16 on: 16, 18, 27; then from 28 on: 28, 35
            0xA101, 0xE123, 0x7001, 0xF002,  // a trigger and extensions
            0x6007, 0x2001,  // time 4,096 + 7
            0x9000,  // reserved
        ])
        let (recording, summary) = try read(bytes, as: "a.raw")
        #expect(recording.times == [4098, 4098, 4098, 4098, 4098, 4098, 4098, 4103])
        #expect(recording.xs == [5, 6, 16, 18, 27, 28, 35, 1])
        #expect(recording.ys == Array(repeating: 3, count: 8))
        #expect(recording.isOn == [false, true, true, true, true, true, true, false])
        #expect(
            summary.remarks.map(\.description) == [
                "1 word of events before the first time, passed over, the only one at byte 10",
                "3 words of extensions passed over, the first one at byte 30",
                "1 word of reserved types passed over, the only one at byte 40",
                "1 trigger event passed over, the only one at byte 28",
            ])
        #expect(!summary.hasSizeInFile && summary.size == SensorSize(width: 36, height: 4))
    }

    @Test func evt3ClockWrapsAndRunsBack() throws {
        let times = try read(
            Examples.evt3([0x8FFF, 0x2001, 0x8000, 0x2001, 0x8010, 0x2001, 0x800F, 0x2001, 0x8FFF, 0x8001, 0x2001]),
            as: "a.raw")
        let turn: Int64 = 1 << 24
        #expect(
            times.recording.times == [0xFFF000, turn, turn + 0x10000, turn + 0xF000, 2 * turn + 0x1000])
        #expect(times.summary.remarks.map(\.description) == ["1 event earlier than the one before"])
    }

    /// High bits that are stated once only; a statement that is missing; and a small step back, which is no new turn.
    @Test func evt3LowBitsTurnWithoutHighBits() throws {
        let once = try read(
            Examples.evt3([0x8001, 0x6010, 0x2005, 0x600F, 0x2005, 0x6FFF, 0x2005, 0x6000, 0x2005]), as: "a.raw")
        #expect(once.recording.times == [0x1010, 0x200F, 0x2FFF, 0x3000])
        let missing = try read(
            Examples.evt3([0x8001, 0x6000, 0x8001, 0x6F00, 0x2005, 0x6010, 0x2005, 0x600F, 0x2005, 0x8002, 0x2005]),
            as: "a.raw")
        #expect(missing.recording.times == [0x1F00, 0x2010, 0x200F, 0x200F])
        let stated = try read(
            Examples.evt3([0x8001, 0x6F00, 0x2005, 0x8002, 0x6010, 0x2005, 0x8002, 0x6000, 0x2005]), as: "a.raw")
        #expect(stated.recording.times == [0x1F00, 0x2010, 0x2000])
    }

    @Test func evt3InTheReferenceDialect() throws {
        let folder = try TemporaryFolder()
        // As expelliarmus 1.1.12 reads these words.
        for (words, times) in [
            (
                [0x8000, 0x6FA0, 0x2005, 0x8001, 0x6005, 0x2005, 0x8002, 0x6001, 0x2005, 0x6002, 0x2005],
                [4000, 8197, 16385, 16386]
            ),
            ([0x8FFF, 0x6001, 0x2005, 0x8000, 0x6002, 0x2005], [16_773_121, 16_777_218]),
            ([0x8005, 0x6001, 0x2005, 0x8004, 0x6002, 0x2005], [20481, 16_793_602]),
            ([0x6001, 0x2005, 0x8004, 0x2005], [1, 16385]),
        ] as [([UInt16], [Int64])] {
            let path = try folder.file("a.raw", Examples.evt3(words))
            #expect(try EventFile.read(path, dialect: .reference).times == times)
        }
        let other = try folder.file("a.dat", Examples.dat(EventRecording()))
        #expect(
            message { _ = try EventFile.read(other, dialect: .reference) }?.contains("only EVT3 has the dialect")
                == true)
    }

    @Test func evt3VectorsEndAtTheLastColumn() throws {
        let (recording, summary) = try read(
            Examples.evt3([0x8000, 0x37FE, 0x4FFF, 0x4FFF, 0x5001]), as: "a.raw")
        #expect(recording.xs == [2046, 2047])
        #expect(summary.remarks.map(\.count) == [3])
        #expect(summary.remarks[0].finding == "vectors beyond column 2047")
    }

    @Test func evt2WordsBecomeEvents() throws {
        let bytes = Examples.evt2([
            0x1000_0000, 0x8000_0002, 0x0000_0000 | 5 << 22 | 7 << 11 | 9, 0x1000_0000 | 63 << 22 | 2047 << 11 | 2047,
            0xA000_0000, 0x8FFF_FFFF, 0x1000_0000, 0x8000_0000, 0x0000_0000,
        ])
        let (recording, summary) = try read(bytes, as: "a.raw")
        #expect(recording.times == [133, 191, 0x3_FFFF_FFC0, 1 << 34])
        #expect(recording.xs == [7, 2047, 0, 0])
        #expect(recording.ys == [9, 2047, 0, 0])
        #expect(recording.isOn == [false, true, true, false])
        #expect(
            summary.remarks.map(\.finding) == [
                "events before the first time, passed over", "trigger events passed over",
            ])
    }

    @Test func datClockWraps() throws {
        let recording = EventRecording(
            [
                Event(time: 0xFFFF_FFFF, x: 16383, y: 1, isOn: true), Event(time: 1 << 32, x: 0, y: 16383, isOn: false),
                Event(time: (1 << 32) + 5, x: 3, y: 2, isOn: true), Event(time: (1 << 32) + 4, x: 3, y: 2, isOn: true),
            ])
        #expect(try read(Examples.dat(recording), as: "a.dat").recording == recording)
        let (others, summary) = try read(Examples.dat(recording, type: 14), as: "a.dat")
        #expect(others.count == 0)
        #expect(summary.remarks.map(\.count) == [4])
    }

    @Test func nmnistClockIsExtendedByRow240() throws {
        let bytes: [UInt8] = [7, 15, 0x80, 0x02, 0x8E, 1, 240, 0, 0, 0, 33, 2, 0x7F, 0xFF, 0xFF, 9]
        let (recording, summary) = try read(bytes, as: "a.bin")
        #expect(recording.times == [0x28E, 0x7F_FFFF + (1 << 13)])
        #expect(recording.xs == [7, 33])
        #expect(recording.ys == [15, 2])
        #expect(recording.isOn == [true, false])
        #expect(
            summary.remarks.map(\.description) == [
                "1 byte left over at the end, less than an event, the only one at byte 15"
            ])
    }

    @Test(
        arguments: [
            ("% evt 3.0\n", nil), ("% format EVT3;height=20;width=30\n% end\n", (30, 20)),
            ("% evt 3.0\n% geometry 40x50\n", (40, 50)), ("% evt 3.0\r\n% width 8\r\n% Height 9\r\n% end\r\n", (8, 9)),
        ] as [(String, (Int, Int)?)])
    func headersGiveTheSize(_ header: String, _ size: (Int, Int)?) throws {
        let (recording, summary) = try read(Examples.evt3([0x8000, 0x0002, 0x2003], header: header), as: "a.raw")
        let (width, height) = size ?? (4, 3)
        #expect(recording.size == SensorSize(width: width, height: height))
        #expect(summary.hasSizeInFile == (size != nil))
    }

    @Test func eventsOutsideEnlargeTheSensor() throws {
        let (recording, summary) = try read(
            Examples.evt3([0x8000, 0x0002, 0x2003], header: "% evt 3.0\n% geometry 2x2\n"), as: "a.raw")
        #expect(recording.size == SensorSize(width: 4, height: 3))
        #expect(summary.remarks.map(\.description) == ["1 event outside of the 2 × 2 pixels that the file says"])
    }

    @Test func dataMayBeginAsAHeaderDoes() throws {
        // The word 0x2025 begins with "%", and is an event.
        #expect(
            try events(Examples.evt3([0x2025, 0x8000, 0x2025]), as: "a.raw") == [
                Event(time: 0, x: 37, y: 0, isOn: false)
            ])
    }

    @Test(
        arguments: [
            ("% evt 2.1\n", "the encoding EVT2.1 is not supported; EVT2 and EVT3 are"),
            ("% date today\n", "it does not say whether the events are EVT2 or EVT3"), ("", "is empty"),
            ("text", "holds no events of a known format"),
        ])
    func otherFilesAreRefused(_ content: String, _ problem: String) throws {
        let text = message { _ = try read(Array(content.utf8), as: "a.raw") }
        #expect(text?.contains(problem) == true, "\(text ?? "accepted")")
    }

    @Test func otherVersionsOfDATAreRefused() throws {
        #expect(
            message { _ = try read(Array("% Version 1\n\u{0}\u{8}".utf8), as: "a.dat") }?
                .contains("DAT of version 1 is not supported") == true)
        #expect(
            message { _ = try read(Array("% Version 2\n\u{C}\u{10}".utf8), as: "a.dat") }?
                .contains("the events take 16 bytes each; 8 are supported") == true)
    }
}
