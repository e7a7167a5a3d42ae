import ArrayFiles

/// Writes EVT 3.0. Events of one row, time and polarity whose columns lie close together become vectors.
///
/// The clock of EVT3 has 24 bits, and starts again from 0 every 16.8 s. Its first turn is that of the earliest event;
/// the line `start_time_us` of the header says when it began. Other readers give times from that turn on.
final class EVT3Writer: EventWriting {
    private static let lastCoordinate: UInt16 = 2047
    /// Turns of the clock that may lie between two events: 12 days. Each takes 4 bytes.
    private static let mostTurns: Int64 = 1 << 16

    private let file: OutputFile
    private let startTime: Int64
    /// The time of the last event without its 12 low bits, in units of 4,096 µs from the start; `nil` before the first.
    private var high: Int64?
    private var low: UInt16?
    private var row: UInt16?
    private var words: [UInt16] = []

    init(_ path: String, _ summary: EventSummary) throws(FileError) {
        file = try OutputFile(path)
        startTime = (summary.firstTime >> 24) << 24
        var header = "% evt 3.0\n"
        if summary.size.width > 0, summary.size.height > 0 {
            header += "% format EVT3;height=\(summary.size.height);width=\(summary.size.width)\n"
            header += "% geometry \(summary.size.width)x\(summary.size.height)\n"
        }
        if startTime != 0 { header += "% \(EVT3Decoder.startTimeKey) \(startTime)\n" }
        try file.write(header + "% integrator_name SpikeKit\n% end\n")
    }

    func write(_ events: EventBuffer) throws(FileError) {
        // Local variables stay in registers.
        let (times, xs, ys, polarities, count) = (events.times, events.xs, events.ys, events.isOn, events.count)
        var index = 0
        while index < count {
            let (time, x, y, isOn) = (times[index], xs[index], ys[index], polarities[index])
            guard max(x, y) <= Self.lastCoordinate else {
                throw .unsuitable(
                    path: "",
                    problem:
                        "EVT3 holds columns and rows up to \(Self.lastCoordinate), an event is at \(x), \(y); write .npy "
                        + "or .aedat4")
            }
            try setTime(time)
            if row != y {
                words.append(y)
                row = y
            }
            // The events behind that fit into a vector with this one.
            var mask: UInt16 = 1
            var end = index + 1
            while end < count, times[end] == time, ys[end] == y, polarities[end] == isOn, xs[end] > xs[end - 1],
                xs[end] - x < 12, xs[end] <= Self.lastCoordinate
            {
                mask |= 1 << (xs[end] - x)
                end += 1
            }
            let polarity: UInt16 = isOn ? 0x800 : 0
            if end - index > 2 {
                words.append(0x3000 | polarity | x)
                words.append(0x4000 | mask)
                index = end
            } else {
                words.append(0x2000 | polarity | x)
                index += 1
            }
            if words.count >= 1 << 16 { try flush() }
        }
    }

    func close() throws(FileError) {
        try flush()
        try file.close()
    }

    /// Brings the clock of a reader to a time.
    private func setTime(_ time: Int64) throws(FileError) {
        let (offset, overflow) = time.subtractingReportingOverflow(startTime)
        let (next, last) = (offset >> 12, high ?? 0)
        if next != high {
            let turns = next >> 12 - last >> 12
            guard !overflow, turns < Self.mostTurns else {
                throw .unsuitable(
                    path: "",
                    problem: "two events are more than 12 days apart, which EVT3 cannot hold; write .npy or .aedat4")
            }
            guard turns > 0 || turns == 0 && last - next <= 1 << 11 else {
                throw .unsuitable(
                    path: "",
                    problem: "time runs back to \(time) µs further than EVT3 can hold; write .npy or .aedat4")
            }
            // Readers notice each turn by the step from the largest value to 0.
            for _ in 0..<turns { words += [0x8FFF, 0x8000] }
            words.append(0x8000 | UInt16(next & 0xFFF))
            high = next
            low = nil
        }
        let nextLow = UInt16(offset & 0xFFF)
        if low != nextLow {
            words.append(0x6000 | nextLow)
            low = nextLow
        }
    }

    private func flush() throws(FileError) {
        try file.write(elements: words.map(\.littleEndian))
        words.removeAll(keepingCapacity: true)
    }
}
