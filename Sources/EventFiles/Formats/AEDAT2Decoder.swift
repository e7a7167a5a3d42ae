import ArrayFiles
import Foundation

/// AEDAT 2.0 of jAER: big-endian records of an address and a time, 32 bits each. The sensor decides what the address
/// means.
///
/// Coordinates are as the file has them; row 0 is the lowest one. Events outside of the chip that the header names are
/// passed over: their addresses are damaged, and the rows could not be turned over if the sensor grew with them.
///
/// Source: docs.inivation.com/software/software-advanced-usage/file-formats/aedat-2.0.html.
struct AEDAT2Decoder: RecordDecoder {
    static let recordSize = 8

    /// What the bits of an address mean.
    private enum Layout {
        /// 31–16: not used, 15: external event, 14–8: row, 7–1: column, 0: polarity.
        case dvs128
        /// 31: sample of brightness or motion, 30–22: row, 21–12: column, 11: polarity, 10: external event.
        case davis
    }

    var stream: ByteStream
    let size: SensorSize?
    private let layout: Layout
    private let isGuess: Bool
    private var lastTime: Int64?
    private var skipped = TypeCounts(3)
    private let width, height: UInt32

    init(_ file: InputFile) throws(FileError) {
        stream = try ByteStream(file)
        let header = try HeaderLines(&stream, mark: "#", end: "End Of ASCII Header")
        let key = "AEChip:"
        let chip = header.lines.first { $0.hasPrefix(key) }.map {
            $0.dropFirst(key.count).trimmingCharacters(in: .whitespaces).lowercased()
        }
        if let chip, chip.contains("dvs128") || chip.contains("davis") {
            layout = chip.contains("dvs128") ? .dvs128 : .davis
            isGuess = false
        } else if let chip {
            throw .malformed(
                path: file.path, place: "header",
                problem:
                    "addresses of the chip \(chip.split(separator: ".").last ?? "") are not supported; those of DVS128 "
                    + "and DAVIS are")
        } else {
            // Addresses of a DVS128 have 16 bits, as far as they are not damaged.
            try stream.fill()
            let start = stream.prefix(ByteStream.chunkSize / 8 * 8)
            let records = stride(from: start.startIndex, to: start.endIndex - 7, by: 8)
            let largeCount = records.reduce(0) { $0 + (start[$1] == 0 && start[$1 + 1] == 0 ? 0 : 1) }
            layout = largeCount == 0 || 2 * largeCount < start.count / 8 ? .dvs128 : .davis
            isGuess = true
        }
        size = Sensor.size(named: chip ?? (layout == .dvs128 ? "dvs128" : ""))
        (width, height) = (UInt32(size?.width ?? 1024), UInt32(size?.height ?? 512))
    }

    mutating func decode(
        _ records: UnsafeRawBufferPointer, at position: Int, into events: inout EventWriter,
        _ remarks: inout [EventRemark]
    ) {
        if isGuess, lastTime == nil {
            remarks.note(
                "missing name of the chip in the header; addresses are read as those of "
                    + (layout == .dvs128 ? "DVS128" : "DAVIS"))
        }
        for offset in stride(from: 0, to: records.count, by: Self.recordSize) {
            let (address, ticks) = (records.big(offset, UInt32.self), records.big(offset + 4, UInt32.self))
            let isSample = layout == .davis && address & 0x8000_0000 != 0
            let isExternal = address & (layout == .davis ? 0x400 : 0x8000) != 0
            let (x, y, isOn) =
                switch layout {
                case .dvs128: (address >> 1 & 0x7F, address >> 8 & 0x7F, address & 1 == 1)
                case .davis: (address >> 12 & 0x3FF, address >> 22 & 0x1FF, address & 0x800 != 0)
                }
            // The time of a damaged event is not believed either.
            guard layout == .davis ? isSample || isExternal || (x < width && y < height) : address < 1 << 16 else {
                skipped.add(2, byte: position + offset)
                continue
            }
            // The counter wraps at 32 bits, so differences are right in 32 bits.
            let time = lastTime.map { $0 &+ Int64(Int32(truncatingIfNeeded: Int64(ticks) &- $0)) } ?? Int64(ticks)
            lastTime = time
            if isSample {
                skipped.add(1, byte: position + offset)
            } else if isExternal {
                skipped.add(0, byte: position + offset)
            } else {
                events.append(time, UInt16(x), UInt16(y), isOn)
            }
        }
        skipped.note(in: &remarks) {
            [
                "external events passed over", "samples of brightness or motion passed over",
                "events outside of the sensor passed over",
            ][$0]
        }
    }
}
