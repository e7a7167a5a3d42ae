import SpikeFiles

/// Writes events as the units of a file of Neurodata Without Borders, one per pixel and polarity that has events, with
/// the columns `x`, `y` and `polarity`. Events of equal time lose their order. All events are in memory until then.
final class NWBEventWriter: EventWriting {
    private let path: String
    private var events: [(unit: UInt64, time: Int64)] = []

    init(_ path: String, _ summary: EventSummary) throws(FileError) { self.path = path }

    func write(_ events: EventBuffer) {
        for index in 0..<events.count {
            let pixel = UInt64(events.ys[index]) << 16 | UInt64(events.xs[index])
            self.events.append((pixel << 1 | (events.isOn[index] ? 0 : 1), events.times[index]))
        }
    }

    func close() throws(FileError) {
        events.sort { $0 < $1 }
        var (ends, units): ([UInt32], [UInt64]) = ([], [])
        for (index, event) in events.enumerated() {
            if event.unit != units.last {
                units.append(event.unit)
                ends.append(0)
            }
            ends[ends.count - 1] = UInt32(index + 1)
        }
        try NWBUnits(
            times: events.map { Double($0.time) * 1e-6 }, ends: ends,
            columns: [
                .init(name: "x", description: "column of the pixel", values: units.map { Int64($0 >> 1 & 0xFFFF) }),
                .init(name: "y", description: "row of the pixel", values: units.map { Int64($0 >> 17) }),
                .init(
                    name: "polarity", description: "1 for ON events, -1 for OFF events",
                    values: units.map { $0 & 1 == 0 ? 1 : -1 }),
            ],
            description: "pixels of an event camera; times are on the clock of the camera"
        ).write(unnamed: path)
    }
}
