import EventFiles
import FileTestSupport
import Testing

@Suite struct AEDATTests {
    @Test func aedat2OfDVS128() throws {
        let recording = Examples.recording(width: 128, seed: 1)
        for chip in ["ch.unizh.ini.jaer.chip.retina.DVS128", nil] {
            let (found, summary) = try read(Examples.aedat2(recording, chip: chip), as: "a.aedat")
            #expect(found == recording)
            #expect(summary.hasLowestRowFirst)
            #expect(summary.remarks.isEmpty == (chip != nil))
        }
    }

    @Test func aedat2OfDAVIS() throws {
        let recording = EventRecording(
            [Event(time: 3, x: 239, y: 0, isOn: true), Event(time: 4, x: 0, y: 179, isOn: false)],
            size: SensorSize(width: 240, height: 180))
        var bytes = Examples.aedat2(recording, chip: "eu.seebetter.ini.chips.davis.Davis240C")
        bytes += Examples.big(UInt32(0x8000_0000)) + Examples.big(UInt32(9))
        bytes += Examples.big(UInt32(0x400)) + Examples.big(UInt32(9))
        let (found, summary) = try read(bytes, as: "a.aedat")
        #expect(found == recording)
        #expect(
            summary.remarks.map(\.finding) == [
                "external events passed over", "samples of brightness or motion passed over",
            ])
    }

    @Test func aedat2ClockWrapsAndRunsBack() throws {
        let times: [Int64] = [0xFFFF_FFF0, 1 << 32, (1 << 32) + 100, (1 << 32) + 50]
        let recording = EventRecording(times.map { Event(time: $0, x: 1, y: 2, isOn: true) })
        #expect(try read(Examples.aedat2(recording, chip: "DVS128"), as: "a.aedat").recording.times == times)
    }

    @Test func aedat2OfOtherChipsIsRefused() throws {
        let text = message { _ = try read(Examples.aedat2(EventRecording(), chip: "a.b.Cochlea"), as: "a.aedat") }
        #expect(text?.contains("addresses of the chip cochlea are not supported") == true)
    }

    @Test func aedat3PacketsOfOtherTypesAreSkipped() throws {
        let recording = EventRecording(
            (0..<250).map { (index: Int) -> Event in
                Event(time: Int64(index) << 24, x: UInt16(index % 240), y: UInt16(index % 180), isOn: index % 3 == 0)
            },
            size: SensorSize(width: 240, height: 180))
        let (found, summary) = try read(Examples.aedat3(recording, perPacket: 64), as: "a.aedat")
        #expect(found == recording)
        #expect(summary.remarks.map(\.description).first?.hasPrefix("4 events of other types") == true)
    }

    @Test func aedat3OddPacketsArePassedOver() throws {
        let good = Examples.aedat3Header(type: 1, count: 1) + Examples.little(UInt32(3)) + Examples.little(Int32(5))
        let invalid = Examples.aedat3Header(type: 1, count: 1) + Examples.little(UInt32(2)) + Examples.little(Int32(5))
        // A size of 4 has no room for a time.
        let odd = Examples.aedat3Header(type: 1, size: 4, count: 1) + [0, 0, 0, 0]
        let header = Array(Examples.aedat3Header.utf8)
        let (recording, summary) = try read(header + invalid + odd + good, as: "a.aedat")
        #expect((0..<recording.count).map { recording[$0] } == [Event(time: 5, x: 0, y: 0, isOn: true)])
        #expect(
            summary.remarks.map(\.finding) == [
                "events marked as invalid, passed over", "packets with a header that makes no sense",
            ])
        let cut = try read(header + good + good.dropLast(3), as: "a.aedat")
        #expect(cut.recording.count == 1)
        #expect(cut.summary.remarks.map(\.finding) == ["packets cut short"])
        let huge = Examples.aedat3Header(type: 1, size: .max, count: .max)
        #expect(try read(header + good + huge, as: "a.aedat").recording.count == 1)
    }

    @Test func aedat3CompressedIsRefused() throws {
        let text = message {
            _ = try read(Array("#!AER-DAT3.1\r\n#Format: Serial-TS\r\n#!END-HEADER\r\n".utf8), as: "a.aedat")
        }
        #expect(text?.contains("the packets are compressed (\"Serial-TS\")") == true)
    }

    @Test func aedat4DamagedPacketsArePassedOver() throws {
        let folder = try TemporaryFolder()
        // Three packets of 8,192 events.
        let recording = Examples.recording(count: 3 * 8192, seed: 4)
        try EventFile.write(recording, to: folder.file("a.aedat4"))
        var bytes = try folder.bytes("a.aedat4")
        let packets = bytes.indices.filter { $0 + 4 < bytes.count && bytes[$0..<$0 + 4] == [4, 0x22, 0x4D, 0x18] }
        #expect(packets.count == 3)
        bytes[packets[1]] = 5
        let (found, summary) = try read(bytes, as: "a.aedat4")
        #expect(found.times == Array(recording.times[..<8192] + recording.times[(2 * 8192)...]))
        #expect(
            summary.remarks.map(\.description) == [
                "1 damaged packet passed over, the only one at byte \(packets[1] - 8)"
            ])
        // The number of another stream.
        bytes[packets[1] - 8] = 3
        #expect(
            try read(bytes, as: "a.aedat4").summary.remarks.map(\.finding) == ["packets of other streams passed over"])
        let cut = try read(Array(bytes.dropLast(5)), as: "a.aedat4")
        #expect(cut.recording.count == 8192)
        #expect(cut.summary.remarks.last?.finding.contains("cut short") == true)
    }
}
