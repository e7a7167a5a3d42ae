import FileTestSupport
import Testing

@testable import EventFiles

/// Addresses of AEDAT 2.0 that are written out by hand, and the sensors that headers name.
@Suite struct AEDAT2AddressTests {
    private func file(chip: String?, _ records: [(address: UInt32, ticks: UInt32)]) -> [UInt8] {
        Examples.aedat2(EventRecording(), chip: chip)
            + records.flatMap { Examples.big($0.address) + Examples.big($0.ticks) }
    }

    @Test func bitsOfDAVIS() throws {
        let bytes = file(
            chip: "DAVIS",
            [
                (0x3FF, 1), (0x800 | 0x3FF, 2), (0x3FF << 12 | 0x1FF << 22, 3), (1 << 12 | 2 << 22 | 0x801, 4),
                (0x400, 5), (0x8000_0001, 6), (0x8000_0400, 7),
            ])
        let (recording, summary) = try read(bytes, as: "a.aedat")
        #expect(
            (0..<recording.count).map { recording[$0] } == [
                Event(time: 1, x: 0, y: 0, isOn: false), Event(time: 2, x: 0, y: 0, isOn: true),
                Event(time: 3, x: 0x3FF, y: 0x1FF, isOn: false), Event(time: 4, x: 1, y: 2, isOn: true),
            ])
        let start = bytes.count - 7 * 8
        #expect(
            summary.remarks.map(\.description).filter { $0.contains("passed over") } == [
                "1 external event passed over, the only one at byte \(start + 32)",
                "2 samples of brightness or motion passed over, the first one at byte \(start + 40)",
            ])
        #expect(recording.size == SensorSize(width: 1024, height: 512))
    }

    @Test func bitsOfDVS128() throws {
        let bytes = file(
            chip: "DVS128",
            [(0x7FFF, 1), (0x7F00, 2), (0xFE, 3), (0x8000, 4), (0x1_0000, 5), (0x8000_0000, 6), (0, 7)])
        let (recording, summary) = try read(bytes, as: "a.aedat")
        #expect(
            (0..<recording.count).map { recording[$0] } == [
                Event(time: 1, x: 127, y: 127, isOn: true), Event(time: 2, x: 0, y: 127, isOn: false),
                Event(time: 3, x: 127, y: 0, isOn: false), Event(time: 7, x: 0, y: 0, isOn: false),
            ])
        #expect(
            summary.remarks.map { $0.description } == [
                "1 external event passed over, the only one at byte \(bytes.count - 32)",
                "2 events outside of the sensor passed over, the first one at byte \(bytes.count - 24)",
            ])
    }

    /// An event outside of the chip changes neither the size, by which rows are turned over, nor the times of others.
    @Test func eventsOutsideAreNotBelieved() throws {
        for (damaged, ticks) in [(240 << 12, 150), (180 << 22, 0xF000_0000), (500 << 12 | 300 << 22, 0x7000_0000)]
            as [(UInt32, UInt32)]
        {
            let bytes = file(
                chip: "DAVIS240C",
                [(10 << 12 | 10 << 22, 100), (damaged, ticks), (damaged, ticks << 1), (11 << 12 | 11 << 22, 200)])
            let (recording, summary) = try read(bytes, as: "a.aedat")
            #expect(recording.times == [100, 200] && recording.xs == [10, 11] && recording.ys == [10, 11])
            #expect(recording.size == SensorSize(width: 240, height: 180))
            #expect(
                summary.remarks.map(\.description) == [
                    "2 events outside of the sensor passed over, the first one at byte \(bytes.count - 24)"
                ])
            let folder = try TemporaryFolder()
            try EventFile.convert(folder.file("a.aedat", bytes), to: folder.file("a.npy"))
            #expect(try EventFile.read(folder.file("a.npy")).ys == [169, 168])
        }
    }

    /// A file that does not name its chip is of a DVS128 if less than half of the addresses have more than 16 bits.
    @Test(arguments: [0x1_0000, 0x80_0000, 0x100_0000, 0x4000_0000] as [UInt32])
    func theChipFollowsFromTheAddresses(_ large: UInt32) throws {
        let small = Array(repeating: (address: UInt32(0x0203), ticks: UInt32(0)), count: 40_000)
        let (dvs, found) = try read(file(chip: nil, small), as: "a.aedat")
        #expect(dvs.count == 40_000 && dvs.xs[0] == 1 && dvs.ys[0] == 2 && dvs.isOn[0])
        #expect(dvs.size == SensorSize(width: 128, height: 128) && found.hasSizeInFile)
        #expect(
            found.remarks.map(\.description) == [
                "1 missing name of the chip in the header; addresses are read as those of DVS128"
            ])
        let (most, remarks) = try read(file(chip: nil, small + [(address: large, ticks: UInt32(0))]), as: "a.aedat")
        #expect(most.count == 40_000 && remarks.remarks.last?.finding == "events outside of the sensor passed over")
        for count in [0, 1] {
            let records = small.prefix(count) + [(address: large, ticks: UInt32(0))]
            let (davis, summary) = try read(file(chip: nil, Array(records)), as: "a.aedat")
            #expect(davis.count == count + 1 && !summary.hasSizeInFile)
            #expect(davis.xs.last == UInt16(large >> 12 & 0x3FF) && davis.ys.last == UInt16(large >> 22))
            #expect(
                summary.remarks.map { $0.description } == [
                    "1 missing name of the chip in the header; addresses are read as those of DAVIS"
                ])
        }
    }

    /// Rows are turned over only if the header says how many there are.
    @Test func rowsAreTurnedOverIfTheirNumberIsKnown() throws {
        let folder = try TemporaryFolder()
        for (chip, rows) in [("davis240c", [179, 0]), (nil, [0, 179])] as [(String?, [UInt16])] {
            let path = try folder.file("a.aedat", file(chip: chip, [(1 << 12, 1), (179 << 22, 2)]))
            try EventFile.convert(path, to: folder.file("a.npy"))
            #expect(try EventFile.read(folder.file("a.npy")).ys == rows)
        }
    }

    @Test(
        arguments: [
            ("DVS128", 128, 128), ("DAVIS128", 128, 128), ("Davis208Mono", 208, 192), ("DAVIS240C", 240, 180),
            ("DAVIS346", 346, 260), ("Davis640H", 640, 480), ("DVXplorer_Lite", 320, 240), ("dvxplorer_mini", 640, 480),
            ("DVXPLORER", 640, 480), ("DVS132S", 132, 104), ("eDVS", 128, 128),
        ] as [(String, Int, Int)])
    func sensorsHaveTheirSize(_ name: String, _ width: Int, _ height: Int) {
        #expect(Sensor.size(named: "Source 1: \(name)") == SensorSize(width: width, height: height))
        #expect(Sensor.size(named: String(name.dropFirst(2))) == nil)
    }
}
