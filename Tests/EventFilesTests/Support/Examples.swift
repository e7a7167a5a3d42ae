import EventFiles
import FileTestSupport
import Foundation

/// Recordings and bytes of files for tests.
enum Examples {
    /// The seed of random recordings and damages, printed by the tests that use it.
    static let seed =
        ProcessInfo.processInfo.environment["SPIKEKIT_FUZZ_SEED"].flatMap(UInt64.init) ?? .random(in: 0..<1_000_000)

    /// Random events whose times rise, with runs of equal time and row.
    ///
    /// - Parameters:
    ///   - width: The number of columns; rows are as many.
    ///   - step: The largest step between different times in microseconds.
    static func recording(
        count: Int = 500, width: Int = 128, start: Int64 = 0, step: Int64 = 300, seed: UInt64
    ) -> EventRecording {
        var generator = SplitMix64(seed: seed)
        var (time, row, isOn) = (start, 0, false)
        var events = (0..<count).map { _ in
            if Int.random(in: 0..<4, using: &generator) == 0 {
                time += Int64.random(in: 0...step, using: &generator)
                row = Int.random(in: 0..<width, using: &generator)
                isOn = Bool.random(using: &generator)
            }
            return Event(
                time: time, x: UInt16.random(in: 0..<UInt16(width), using: &generator), y: UInt16(row), isOn: isOn)
        }
        // Neighbours in a row, as in vectors.
        for index in events.indices.dropFirst() where index % 3 > 0 {
            let before = events[index - 1]
            guard Int(before.x) + 1 < width else { continue }
            events[index] = Event(time: before.time, x: before.x + 1, y: before.y, isOn: before.isOn)
        }
        return EventRecording(events, size: SensorSize(width: width, height: width))
    }

    static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    static func big<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    /// EVT3: a word for each part of each event.
    static func evt3(_ words: [UInt16], header: String = "% evt 3.0\n") -> [UInt8] {
        Array(header.utf8) + words.flatMap { little($0) }
    }

    static func evt2(_ words: [UInt32], header: String = "% evt 2.0\n") -> [UInt8] {
        Array(header.utf8) + words.flatMap { little($0) }
    }

    static func evt2(_ recording: EventRecording) -> [UInt8] {
        let header = "% format EVT2;height=\(recording.size.height);width=\(recording.size.width)\n% end\n"
        return evt2(
            (0..<recording.count).flatMap { index -> [UInt32] in
                let event = recording[index]
                let time = UInt32(event.time & 63)
                return [
                    0x8000_0000 | UInt32(event.time >> 6 & 0xFFF_FFFF),
                    (event.isOn ? 0x1000_0000 : 0) | time << 22 | UInt32(event.x) << 11 | UInt32(event.y),
                ]
            }, header: header)
    }

    static func dat(_ recording: EventRecording, type: UInt8 = 12) -> [UInt8] {
        let header = """
            % Data file containing CD events.
            % Version 2
            % Width \(recording.size.width)
            % Height \(recording.size.height)

            """
        return Array(header.utf8) + [type, 8]
            + (0..<recording.count).flatMap { index in
                let event = recording[index]
                return little(UInt32(truncatingIfNeeded: event.time))
                    + little(UInt32(event.x) | UInt32(event.y) << 14 | (event.isOn ? 1 << 28 : 0))
            }
    }

    static func nmnist(_ recording: EventRecording) -> [UInt8] {
        (0..<recording.count).flatMap { index -> [UInt8] in
            let event = recording[index]
            let time = UInt32(event.time) & 0x7F_FFFF | (event.isOn ? 0x80_0000 : 0)
            return [UInt8(event.x), UInt8(event.y)] + big(time).dropFirst()
        }
    }

    static func aedat2(_ recording: EventRecording, chip: String?) -> [UInt8] {
        let header = "#!AER-DAT2.0\r\n# This is a raw AE data file\r\n" + (chip.map { "# AEChip: \($0)\r\n" } ?? "")
        return Array(header.utf8)
            + (0..<recording.count).flatMap { index in
                let event = recording[index]
                let (x, y, p) = (UInt32(event.x), UInt32(event.y), UInt32(event.isOn ? 1 : 0))
                let isDAVIS = chip?.contains("Davis") == true
                return big(isDAVIS ? y << 22 | x << 12 | p << 11 : y << 8 | x << 1 | p)
                    + big(UInt32(truncatingIfNeeded: event.time))
            }
    }

    static let aedat3Header = "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DAVIS240C\r\n#!END-HEADER\r\n"

    /// The header of a packet of AEDAT 3.1.
    static func aedat3Header(type: Int16, size: Int32 = 8, overflow: Int32 = 0, count: Int32) -> [UInt8] {
        little(type) + little(Int16(1)) + [size, 4, overflow, count, count, count].flatMap { little($0) }
    }

    /// AEDAT 3.1 with packets of `perPacket` polarity events, each followed by a packet of another type.
    static func aedat3(_ recording: EventRecording, perPacket: Int = 100) -> [UInt8] {
        var bytes = Array(aedat3Header.utf8)
        for start in stride(from: 0, to: recording.count, by: perPacket) {
            let range = start..<min(recording.count, start + perPacket)
            // Times of a packet share their high bits.
            let overflow = Int32(recording.times[start] >> 31)
            bytes += aedat3Header(type: 1, overflow: overflow, count: Int32(range.count))
            for index in range {
                let event = recording[index]
                bytes += little(1 | (event.isOn ? 2 : 0) | UInt32(event.y) << 2 | UInt32(event.x) << 17)
                bytes += little(Int32(event.time - Int64(overflow) << 31))
            }
            bytes += aedat3Header(type: 3, size: 36, count: 1) + Array(repeating: 7, count: 36)
        }
        return bytes
    }
}

/// The events of a file with these bytes, and what the reader says about it.
func read(_ bytes: [UInt8], as name: String) throws -> (recording: EventRecording, summary: EventSummary) {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let path = try folder.file(name, bytes)
    return (try EventFile.read(path), try EventFile.summary(path))
}

/// The events of a file with these bytes, without the size of the sensor.
func events(_ bytes: [UInt8], as name: String) throws -> [Event] {
    let recording = try read(bytes, as: name).recording
    return (0..<recording.count).map { recording[$0] }
}
