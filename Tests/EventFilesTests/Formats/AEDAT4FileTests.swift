import FileTestSupport
import Testing

@testable import EventFiles

/// Files of AEDAT 4 that are laid out by hand from the specification.
@Suite struct AEDAT4FileTests {
    private let one = AEDAT4Bytes.event(1_600_000_000_000_005, 345, 259, 1)
    private let two = AEDAT4Bytes.event(7, 0, 1, 0)
    private let expected = [
        Event(time: 1_600_000_000_000_005, x: 345, y: 259, isOn: true), Event(time: 7, x: 0, y: 1, isOn: false),
    ]
    private let text = AEDAT4Bytes.text([(0, "EVTS", 346, 260)])
    private let otherFinding = "packets of other streams passed over"
    private let damagedFinding = "damaged packets passed over"
    private let endFinding = "packets without sense or cut short; the file is read up to there"

    private func read(_ bytes: [UInt8]) throws -> (events: [Event], summary: EventSummary) {
        var (recording, summary) = try EventFilesTests.read(bytes, as: "a.aedat4")
        // The second event is the earlier one on purpose, and what is said of that is tested elsewhere.
        summary.remarks.removeAll { $0.description.contains("earlier than the one before") }
        return ((0..<recording.count).map { recording[$0] }, summary)
    }

    private var plain: [UInt8] {
        AEDAT4Bytes.file(header: AEDAT4Bytes.header(text), AEDAT4Bytes.packet(0, AEDAT4Bytes.events(one, two)))
    }

    @Test func eventsAreAtTheirPlaces() throws {
        let (events, summary) = try read(plain)
        #expect(events == expected && summary.remarks.isEmpty && summary.hasSizeInFile)
        #expect(summary.size == SensorSize(width: 346, height: 260) && summary.format == "AEDAT 4")
    }

    @Test(arguments: [1, 2, 3, 4, nil] as [Int32?])
    func packetsAreDecompressed(_ compression: Int32?) throws {
        let content = AEDAT4Bytes.events(one, two)
        let header = AEDAT4Bytes.header(text, compression: compression)
        // A frame of Zstandard of one block of bytes as they are.
        let size = content.count
        var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0, 0x38]
        frame += [UInt8(size << 3 & 0xFF) | 1, UInt8(size >> 5), 0] + content
        let packet =
            switch compression ?? 0 {
            case 1, 2: Compression.lz4(content)
            case 3, 4: frame
            default: content
            }
        let packets = AEDAT4Bytes.packet(0, packet)
        let (events, summary) = try read(AEDAT4Bytes.file(header: header, packets, packets))
        #expect(events == expected + expected && summary.remarks.isEmpty)
    }

    @Test func headersThatMakeNoSenseAreRefused() throws {
        for (bytes, problem) in [
            (Array("#!AER-DAT4.0\r\n".utf8), "byte 14: the header is missing"),
            (Array("#!AER-DAT4.0\r\n".utf8) + [8, 0, 0], "byte 14: the header is missing"),
            (Array("#!AER-DAT4.0\r\n".utf8) + [8, 0, 0, 0], "byte 14: the header takes 12 bytes, beyond the end"),
            (Array(AEDAT4Bytes.file(header: AEDAT4Bytes.header(text)).dropLast()), "beyond the end of the file"),
            (AEDAT4Bytes.file(header: AEDAT4Bytes.events(one)), "byte 14: the header is damaged"),
            (
                AEDAT4Bytes.file(header: AEDAT4Bytes.header(text, compression: 5)),
                "the compression 5 is unknown; LZ4, Zstandard and none are known"
            ),
            (AEDAT4Bytes.file(header: AEDAT4Bytes.header(text, compression: -1)), "the compression -1 is unknown"),
            (
                AEDAT4Bytes.file(header: AEDAT4Bytes.header(AEDAT4Bytes.text([(0, "FRME", 2, 2), (1, "IMUS", 1, 1)]))),
                "none of its streams (FRME, IMUS) is of events"
            ),
        ] as [([UInt8], String)] {
            let text = message { _ = try read(bytes) }
            #expect(text?.contains(problem) == true, "\(text ?? "accepted")")
        }
        let (events, summary) = try read(AEDAT4Bytes.file(header: AEDAT4Bytes.header(text)))
        #expect(events.isEmpty && summary.remarks.isEmpty)
    }

    /// A table of the packets lies behind them, where the header says.
    @Test func theTableOfPacketsIsNotRead() throws {
        let packet = AEDAT4Bytes.packet(0, AEDAT4Bytes.events(one, two))
        let start = AEDAT4Bytes.file(header: AEDAT4Bytes.header(text, table: 0)).count
        let table = AEDAT4Bytes.packet(1, [1, 2, 3, 4, 5, 6, 7, 8])
        func remarks(_ position: Int, _ rest: [UInt8]) throws -> [String] {
            let header = AEDAT4Bytes.header(text, table: Int64(position))
            let (events, summary) = try read(AEDAT4Bytes.file(header: header, packet, rest))
            #expect(events == (position == start ? [] : expected), "\(position)")
            return summary.remarks.map(\.description)
        }
        let (end, size) = (start + packet.count, start + packet.count + table.count)
        #expect(try remarks(end, table).isEmpty)
        #expect(try remarks(start, table).isEmpty)
        // Positions outside of the packets are no table: the file is read to its end.
        for position in [-1, 0, start - 1, size, size + 1] {
            #expect(
                try remarks(position, table) == [
                    EventRemark(finding: otherFinding, count: 1, firstByte: end).description
                ], "\(position)")
        }
        #expect(
            try remarks(-1, table + [1, 2, 3]).last
                == "3 bytes left over at the end, less than a packet, the first one at byte \(size)")
        #expect(try remarks(end, []).isEmpty)
    }

    @Test func onlyTheFirstStreamOfEventsIsRead() throws {
        let text = AEDAT4Bytes.text([
            (10, "EVTS", 5, 5), (9, "EVTS", 346, 260), (2, "FRME", 7, 7), (11, "IMUS", 1, 1),
        ])
        let packets = [
            AEDAT4Bytes.packet(10, AEDAT4Bytes.events(two)), AEDAT4Bytes.packet(9, AEDAT4Bytes.events(one)),
            AEDAT4Bytes.packet(2, [1, 2, 3]), AEDAT4Bytes.packet(9, AEDAT4Bytes.events(two)),
            AEDAT4Bytes.packet(10, Array(repeating: 0, count: 600_000)),
            AEDAT4Bytes.packet(9, AEDAT4Bytes.events(one)),
        ]
        let start = AEDAT4Bytes.file(header: AEDAT4Bytes.header(text))
        let (events, summary) = try read(start + packets.flatMap { $0 })
        #expect(events == expected + expected[..<1])
        #expect(summary.size == SensorSize(width: 346, height: 260))
        #expect(summary.remarks.map(\.description) == ["3 \(otherFinding), the first one at byte \(start.count)"])
    }

    /// A header without streams: the first packet of events tells which stream is read.
    @Test func theFirstPacketOfEventsMayTellTheStream() throws {
        let start = AEDAT4Bytes.file(header: AEDAT4Bytes.header("<dv></dv>"))
        let packets = [
            AEDAT4Bytes.packet(4, AEDAT4Bytes.events(two, identifier: "FRME")),
            AEDAT4Bytes.packet(3, AEDAT4Bytes.events(one)), AEDAT4Bytes.packet(4, AEDAT4Bytes.events(two)),
            AEDAT4Bytes.packet(3, AEDAT4Bytes.events(two)),
            AEDAT4Bytes.packet(3, AEDAT4Bytes.events(two, identifier: "FRME")),
        ]
        let (events, summary) = try read(start + packets.flatMap { $0 })
        #expect(events == expected && !summary.hasSizeInFile)
        let last = start.count + packets.dropLast().reduce(0) { $0 + $1.count }
        #expect(
            summary.remarks.map(\.description) == [
                "2 \(otherFinding), the first one at byte \(start.count)",
                EventRemark(finding: damagedFinding, count: 1, firstByte: last).description,
            ])
    }

    @Test func packetsThatMakeNoSenseEndTheFile() throws {
        func found(_ claim: Int32, _ rest: [UInt8]) throws -> ([Event], [String]) {
            let (events, summary) = try read(plain + Examples.little(Int32(0)) + Examples.little(claim) + rest)
            return (events, summary.remarks.map(\.description))
        }
        for (claim, rest) in [(-1, []), (5, [1, 2, 3, 4]), (.max, [1])] as [(Int32, [UInt8])] {
            let (events, remarks) = try found(claim, rest)
            #expect(
                events == expected
                    && remarks == [EventRemark(finding: endFinding, count: 1, firstByte: plain.count).description])
        }
        // Packets of no or four bytes are whole, and hold nothing that is known.
        for (claim, rest) in [(0, []), (4, [1, 2, 3, 4])] as [(Int32, [UInt8])] {
            let (events, remarks) = try found(claim, rest)
            #expect(
                events == expected
                    && remarks == [EventRemark(finding: damagedFinding, count: 1, firstByte: plain.count).description])
        }
        let (events, summary) = try read(plain + [0, 0, 0, 0, 0, 0, 0])
        #expect(events == expected && summary.remarks.map(\.count) == [7])
    }

    @Test func listsOfEventsAreChecked() throws {
        let start = AEDAT4Bytes.file(header: AEDAT4Bytes.header(text))
        // A byte of the last event is missing; the next packet begins with a byte that would fit.
        let short = AEDAT4Bytes.packet(0, Array(AEDAT4Bytes.events(one, two).dropLast()))
        let whole = AEDAT4Bytes.packet(0, AEDAT4Bytes.events(two))
        let (events, summary) = try read(start + short + whole)
        #expect(events == [expected[1]])
        #expect(
            summary.remarks.map(\.description) == [
                EventRemark(finding: damagedFinding, count: 1, firstByte: start.count).description
            ])
        // A packet may leave its list out, or have an empty one.
        let without = AEDAT4Bytes.packet(
            0, AEDAT4Bytes.flatBuffer("EVTS", places: [0], table: [0, 0, 0, 0]))
        let (left, noted) = try read(start + without + AEDAT4Bytes.packet(0, AEDAT4Bytes.events()) + whole)
        #expect(left == [expected[1]] && noted.remarks.isEmpty)
    }

    @Test func negativeCoordinatesArePassedOver() throws {
        let packet = AEDAT4Bytes.packet(
            0,
            AEDAT4Bytes.events(
                AEDAT4Bytes.event(1, -1, 5, 1), AEDAT4Bytes.event(2, 5, -1, 1), AEDAT4Bytes.event(3, 0, 0, 2),
                AEDAT4Bytes.event(4, .min, 0, 1)))
        let start = AEDAT4Bytes.file(header: AEDAT4Bytes.header(text))
        let (events, summary) = try read(start + packet)
        #expect(events == [Event(time: 3, x: 0, y: 0, isOn: true)])
        #expect(
            summary.remarks.map(\.description) == [
                "3 events with a negative column or row passed over, the first one at byte \(start.count)"
            ])
    }

    @Test func streamsAreFoundInTheText() {
        let text = """
            <dv version="2.0"><node name="outInfo" path="/"><attr key="typeIdentifier" type="string">NONE</attr>
            <node name="empty" path="/"/><node name="3" path="/"><attr key="typeIdentifier" type="string">FRME</attr>
            <node name="info" path="/"><attr key="sizeX" type="int">12</attr></node></node>
            <node name="0" path="/"><attr key="typeIdentifier" type="string">EVTS</attr><node name="info" path="/">
            <attr key="sizeY" type="int">34</attr><attr key="sizeX" type="int">56</attr></node></node>
            <node name="1" path="/"><attr key="sizeX" type="int">12</attr></node>
            <node name="x" path="/"><attr key="typeIdentifier" type="string">EVTS</attr></node></node>
            <node name="2" path="/"><attr key="typeIdentifier" type="string">EVTS</attr></node></dv> > <unclosed
            """
        #expect(
            AEDAT4Stream.parse(text.utf8) == [
                AEDAT4Stream(number: 0, type: "EVTS", size: SensorSize(width: 56, height: 34)),
                AEDAT4Stream(number: 3, type: "FRME", size: nil),
            ])
        #expect(
            AEDAT4Stream.parse(AEDAT4Stream.description(size: SensorSize(width: 7, height: 8)).utf8) == [
                AEDAT4Stream(number: 0, type: "EVTS", size: SensorSize(width: 7, height: 8))
            ])
    }

    /// The header's FlatBuffer fills a multiple of 8 bytes, and has no more bytes than that needs.
    @Test(arguments: [9, 10, 100, 1000, 10_000])
    func writtenHeadersAreAligned(_ width: Int) throws {
        let folder = try TemporaryFolder()
        for height in [9, 10, 100, 1000] {
            let size = SensorSize(width: width, height: height)
            try EventFile.write(EventRecording(size: size), to: folder.file("a.aedat4"))
            let bytes = try folder.bytes("a.aedat4")
            let text = AEDAT4Stream.description(size: size).utf8.count
            // 48 bytes lie before the text, and a 0 behind.
            #expect(bytes.count - 14 == (48 + text + 1 + 7) / 8 * 8)
            #expect(Array(bytes[14..<18]) == Examples.little(UInt32(bytes.count - 18)))
            #expect(try EventFile.read(folder.file("a.aedat4")).size == size)
        }
    }

    @Test func flatBuffersAreChecked() {
        let bytes = AEDAT4Bytes.flatBuffer(
            "ABCD", places: [4, 0, 8, 500], table: [1, 0, 0, 0, 4, 0, 0, 0],
            behind: AEDAT4Bytes.list(count: 3, [7, 8, 9]))
        let buffer = FlatBuffer(bytes: bytes)
        #expect(buffer.identifier == "ABCD")
        let root = buffer.root
        #expect(root?.number(0, Int32.self) == 1 && root?.number(1, Int32.self) == nil)
        #expect(root?.number(2, UInt8.self) == 4 && root?.number(3, UInt8.self) == nil)
        // The list of fields ends with the fourth; what follows is the table.
        #expect(root?.number(4, UInt8.self) == nil && root?.number(5, UInt8.self) == nil)
        #expect(root?.vector(2, elementSize: 1).map { Array(bytes[$0]) } == [7, 8, 9])
        #expect(root?.vector(2, elementSize: 2) == nil)
        #expect(FlatBuffer(bytes: Array(bytes.dropLast())).root?.vector(2, elementSize: 1) == nil)
        #expect(root?.vector(1, elementSize: 1) == nil)
        // Numbers may lie at the very end, and not behind it.
        let short = FlatBuffer(bytes: AEDAT4Bytes.flatBuffer("ABCD", places: [4, 6], table: [1, 2, 3, 4]))
        #expect(short.root?.number(0, UInt32.self) == 0x0403_0201 && short.root?.number(1, UInt16.self) == 0x0403)
        #expect(short.root?.number(1, UInt32.self) == nil)
        for count in 0..<32 {
            #expect(FlatBuffer(bytes: Array(bytes[..<count])).root?.number(0, Int32.self) == nil, "\(count)")
        }
        // A list of fields before the start of the buffer, or at it.
        var damaged = bytes
        damaged.replaceSubrange(24..<28, with: Examples.little(Int32(25)))
        #expect(FlatBuffer(bytes: damaged).root == nil)
        damaged.replaceSubrange(24..<28, with: Examples.little(Int32(24)))
        #expect(FlatBuffer(bytes: damaged).root != nil)
    }
}
