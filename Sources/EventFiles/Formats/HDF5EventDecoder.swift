import CHDF5
import Foundation
import SpikeEncoding
import SpikeFiles

/// Events in HDF5: spike trains that `HDF5EventWriter` wrote, or columns as in the files of Prophesee and DSEC.
///
/// Source: docs.prophesee.ai/stable/data/file_formats/hdf5.html; dsec.ifi.uzh.ch/data-format.
struct HDF5EventDecoder: EventDecoder {
    private enum Content {
        case spikes([Event])
        case columns(HDF5EventColumns)
    }

    private let path: String
    private let content: Content
    let size: SensorSize?
    private var next = 0

    /// Whether a file has a group or dataset of events.
    static func isOfEvents(_ path: String) -> Bool {
        guard (try? Seal.isPresent(path)) == true else { return HDF5EventColumns.areIn(path) }
        return
            (try? HDF5.withLibrary { () throws(FileError) in
                try Seal.verify(path)
                return try HDF5Reader(path).has("events")
            }) ?? false
    }

    init(_ path: String) throws(FileError) {
        self.path = path
        if try Seal.isPresent(path) {
            try Seal.verify(path)
            let (events, size) = try HDF5.withLibrary { () throws(FileError) in try Self.spikes(path) }
            content = .spikes(events)
            self.size = size
        } else {
            let columns = try HDF5EventColumns(path)
            (content, size) = (.columns(columns), columns.size)
        }
    }

    private static func spikes(_ path: String) throws(FileError) -> ([Event], SensorSize?) {
        let reader = try HDF5Reader(path)
        let header: HDF5EventWriter.Header
        do {
            header = try JSONDecoder().decode(HDF5EventWriter.Header.self, from: reader.text("events"))
        } catch {
            throw .malformed(path: path, place: "dataset events", problem: decodingProblem(error))
        }
        guard header.format == HDF5EventWriter.Header.format, header.version == 1 else {
            throw .malformed(
                path: path, place: "dataset events",
                problem: "format \(header.format), version \(header.version) is unknown; version 1 is known")
        }
        let size = SensorSize(inFile: header.width, header.height)
        let times = try reader.array("spikes/steps", of: Int64.self)
        let units = try reader.array("spikes/units", of: UInt32.self)
        let signs = try reader.array("spikes/polarity", of: Int8.self)
        guard units.count == times.count, signs.count == times.count, size != nil || times.isEmpty else {
            throw .malformed(
                path: path, place: "group spikes",
                problem: "\(counted(times.count, "time")), \(counted(units.count, "unit")) and "
                    + "\(counted(signs.count, "polarity", plural: "polarities")) do not go together")
        }
        let events = try times.indices.map { (index) throws(FileError) in
            let (row, column) = Int(units[index]).quotientAndRemainder(dividingBy: header.width)
            guard row < header.height else {
                throw .malformed(
                    path: path, place: "spike \(index) of group spikes",
                    problem: "unit \(units[index]) lies outside of \(header.width) × \(header.height) pixels")
            }
            return Event(time: times[index], x: UInt16(column), y: UInt16(row), isOn: signs[index] > 0)
        }
        return (events, size)
    }

    mutating func decode(into events: EventBuffer, _ remarks: inout [EventRemark]) throws(FileError) -> Bool {
        switch content {
        case .spikes(let all):
            let end = min(all.count, next + events.capacity)
            guard next < end else { return false }
            events.add(room: end - next) { events in
                for event in all[next..<end] { events.append(event.time, event.x, event.y, event.isOn) }
            }
            next = end
        case .columns(let columns):
            let end = min(columns.count, next + events.capacity)
            guard next < end else { return false }
            let range = next..<end
            let (outside, late) = try columns.read(range, into: events)
            remarks.note("events with a column or row outside of 0…65535 passed over", count: outside)
            remarks.note("events with a time beyond 2⁶³ µs passed over", count: late)
            next = end
        }
        return true
    }
}
