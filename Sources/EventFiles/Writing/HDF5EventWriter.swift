import Foundation
import SpikeFiles

/// Writes events as spike trains in HDF5, a unit per pixel, in the layout of encoded recordings (see `EncodedFile`):
///
///     /spikes/times      (1,) of float64[]: seconds; the attribute `unit` is "s"
///     /spikes/units      (1,) of uint32[]: row × width + column
///     /spikes/steps      (1,) of int64[]: the exact time in microseconds
///     /spikes/polarity   (1,) of int8[]: +1 (ON) or −1 (OFF)
///     /events            JSON: format, version, width, height
///
/// The file carries a checksum. All events are in memory until it is written.
final class HDF5EventWriter: EventWriting {
    /// The content of the dataset `events`.
    struct Header: Codable {
        static let format = "spikekit-events"
        var format = Header.format
        var version = 1
        let width: Int
        let height: Int
    }

    private let path: String
    private let size: SensorSize
    private var times: [Int64] = []
    private var units: [UInt32] = []
    private var signs: [Int8] = []

    init(_ path: String, _ summary: EventSummary) throws(FileError) {
        self.path = path
        size = summary.size
    }

    func write(_ events: EventBuffer) {
        for index in 0..<events.count {
            times.append(events.times[index])
            units.append(UInt32(events.ys[index]) &* UInt32(size.width) &+ UInt32(events.xs[index]))
            signs.append(events.isOn[index] ? 1 : -1)
        }
    }

    func close() throws(FileError) {
        let header = Header(width: size.width, height: size.height)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let json = try? encoder.encode(header) else {
            throw .unwritable(path: path, reason: "its header cannot be encoded")
        }
        try HDF5.withLibrary { () throws(FileError) in
            let writer = try HDF5Writer(path)
            try writer.group("spikes")
            try writer.array("spikes/times", times.map { Double($0) * 1e-6 }, unit: "s")
            try writer.array("spikes/units", units)
            try writer.array("spikes/steps", times)
            try writer.array("spikes/polarity", signs)
            try writer.text("events", String(decoding: json, as: UTF8.self))
            try writer.close()
        }
        try Seal.apply(to: path)
    }
}
