import FileTestSupport
import Testing

@testable import EventFiles

/// Packets of AEDAT 3.1 that are written out by hand.
@Suite struct AEDAT3PacketTests {
    private let header = Array(Examples.aedat3Header.utf8)
    private let oddFinding = "packets with a header that makes no sense"
    private let endFinding = "packets without sense or cut short; the file is read up to there"
    private let otherFinding = "events of other types than polarity passed over"

    private func packet(
        type: Int16 = 1, size: Int32 = 8, offset: Int32 = 4, overflow: Int32 = 0, capacity: Int32? = nil,
        count: Int32 = 1, _ rest: [UInt8]
    ) -> [UInt8] {
        Examples.little(type) + Examples.little(Int16(1))
            + [size, offset, overflow, capacity ?? count, count, count].flatMap { Examples.little($0) } + rest
    }

    private func event(_ time: Int32, x: UInt32 = 0, y: UInt32 = 0, isOn: Bool = true) -> [UInt8] {
        Examples.little(1 | (isOn ? 2 : 0) | y << 2 | x << 17) + Examples.little(time)
    }

    private func found(_ packets: [UInt8]...) throws -> (events: [Event], remarks: [String]) {
        let (recording, summary) = try read(header + packets.flatMap { $0 }, as: "a.aedat")
        return ((0..<recording.count).map { recording[$0] }, summary.remarks.map(\.description))
    }

    @Test func bitsOfEvents() throws {
        let (events, remarks) = try found(
            packet(
                overflow: 3, count: 4,
                event(.max, x: 32767, y: 0, isOn: false) + event(0, x: 0, y: 32767) + event(5, x: 1, y: 2)
                    + Examples.little(UInt32(2)) + Examples.little(Int32(9))))
        #expect(
            events == [
                Event(time: 3 << 31 + 0x7FFF_FFFF, x: 32767, y: 0, isOn: false),
                Event(time: 3 << 31, x: 0, y: 32767, isOn: true), Event(time: 3 << 31 + 5, x: 1, y: 2, isOn: true),
            ])
        let byte = header.count + 28 + 24
        #expect(remarks.first == "1 event marked as invalid, passed over, the only one at byte \(byte)")
    }

    @Test func theFirstSourceIsTheSensor() throws {
        let start = "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DAVIS346\r\n#Source 2: DVS128\r\n#!END-HEADER\r\n"
        let (recording, summary) = try read(Array(start.utf8) + packet(event(4)), as: "a.aedat")
        #expect(recording.size == SensorSize(width: 346, height: 260) && summary.hasSizeInFile)
        // Lines of other things name no sensor.
        let other = "#!AER-DAT3.1\r\n#Start-Time: DVS128\r\n#!END-HEADER\r\n"
        #expect(try read(Array(other.utf8) + packet(event(4)), as: "a.aedat").recording.size.width == 1)
    }

    /// Events may be larger than needed, have their time elsewhere, and leave room in their packet.
    @Test func sizesAndPlacesAreThoseOfThePacket() throws {
        let wide = Examples.little(UInt32(3)) + [9, 9, 9, 9] + Examples.little(Int32(7))
        let (events, remarks) = try found(
            packet(size: 12, offset: 8, capacity: 3, count: 2, wide + wide + Array(repeating: 1, count: 12)),
            packet(capacity: 4, count: 0, Array(repeating: 1, count: 32)), packet(count: 0, []), packet(event(8)),
            packet(size: 12, offset: 8, count: 1, wide))
        #expect(events.map(\.time) == [7, 7, 8, 7])
        #expect(remarks.map { $0.contains("earlier") } == [true])
    }

    @Test func headersThatMakeNoSenseArePassedOver() throws {
        let good = packet(event(8))
        for bad in [
            packet(size: 7, offset: 3, Array(repeating: 1, count: 7)), packet(offset: 3, event(1)),
            packet(offset: 5, event(1)), packet(offset: -1, event(1)),
            packet(size: 12, offset: 9, event(1) + [1, 1, 1, 1]), packet(overflow: -1, event(1)),
            packet(offset: 5, capacity: 3, count: 2, event(1) + event(1) + event(1)),
        ] {
            let (events, remarks) = try found(good, bad, good)
            #expect(events.map(\.time) == [8, 8])
            #expect(
                remarks == [
                    EventRemark(finding: oddFinding, count: 1, firstByte: header.count + good.count).description
                ])
        }
        // One that reaches beyond the end of the file ends it.
        let (events, remarks) = try found(good, packet(offset: 5, count: 100, event(1)))
        #expect(events.map(\.time) == [8])
        #expect(
            remarks == [EventRemark(finding: oddFinding, count: 1, firstByte: header.count + good.count).description])
    }

    @Test func packetsOfOtherTypesMustBeWhole() throws {
        let good = packet(event(8))
        let frame = packet(type: 2, size: 10, count: 3, Array(repeating: 1, count: 30))
        let whole = try found(good, frame)
        #expect(whole.events.map(\.time) == [8])
        #expect(whole.remarks == ["3 \(otherFinding), the first one at byte \(header.count + good.count)"])
        for bad in [
            Array(frame.dropLast()), packet(type: 2, size: 0, count: 0, []),
            packet(type: 2, size: -8, count: 1, event(1)),
            packet(type: 2, capacity: -1, count: 1, event(1)), packet(type: 2, capacity: 1, count: -1, event(1)),
            packet(size: 0, count: 0, event(1)), packet(capacity: -1, count: 1, event(1)),
            packet(capacity: 1, count: -1, event(1)),
        ] {
            let (events, remarks) = try found(good, bad)
            #expect(events.map(\.time) == [8])
            #expect(
                remarks == [
                    EventRemark(finding: endFinding, count: 1, firstByte: header.count + good.count).description
                ])
        }
        // The room of a packet counts, not only its events.
        let roomy = packet(type: 2, size: 10, capacity: 4, count: 3, Array(repeating: 1, count: 40))
        #expect(try found(roomy, good).events.map(\.time) == [8])
        // A packet with neither events nor room is whole.
        #expect(try found(good, packet(type: 2, count: 0, [])).remarks.isEmpty)
    }

    @Test func largePacketsAndEventsAreRead() throws {
        let many = (0..<40_000).flatMap { event(Int32($0)) }
        #expect(try found(packet(count: 40_000, many)).events.map(\.time) == Array(0..<40_000))
        let large = event(6) + Array(repeating: 1, count: 300_000 - 8)
        #expect(
            try found(packet(size: 300_000, count: 2, large + large), packet(event(7))).events.map(\.time) == [6, 6, 7])
        // Events that are passed over in a later part keep their place.
        let invalid = Examples.little(UInt32(2)) + Examples.little(Int32(5))
        let (events, remarks) = try found(packet(count: 40_001, many + invalid))
        #expect(events.count == 40_000)
        let byte = header.count + 28 + 320_000
        #expect(remarks == ["1 event marked as invalid, passed over, the only one at byte \(byte)"])
    }

    @Test func whatIsLeftAtTheEndIsNoted() throws {
        let good = packet(event(8))
        let end = header.count + good.count
        #expect(
            try found(good, Array(repeating: 0, count: 27)).remarks == [
                "27 bytes left over at the end, less than a packet, the first one at byte \(end)"
            ])
        let (events, remarks) = try found(packet(count: 2, event(3) + event(4).dropLast()))
        #expect(events.map(\.time) == [3])
        #expect(remarks == ["1 packet cut short, the only one at byte \(header.count + 28 + 8)"])
        #expect(try found(good, packet([])).events.map(\.time) == [8])
    }
}
