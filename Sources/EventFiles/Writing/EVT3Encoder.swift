import ArrayFiles

/// Turns events into words of EVT 3.0, and keeps what a reader knows: the time and the row.
struct EVT3Encoder {
    private static let lastCoordinate: UInt16 = 2047
    /// Turns of the clock that may lie between two events: 12 days. Each takes 4 bytes.
    private static let mostTurns: Int64 = 1 << 16

    /// The time in microseconds at which the clock of the file is 0.
    let startTime: Int64
    /// The time of the last event without its 12 low bits, in units of 4,096 µs from the start; `nil` before the first.
    private var high: Int64?
    private var low: UInt16?
    private var row: UInt16?

    init(startTime: Int64) { self.startTime = startTime }

    /// The words of the next events, little-endian.
    ///
    /// - Throws: `FileError.unsuitable`, with an empty path, for events that EVT3 cannot hold.
    mutating func words(of events: EventBuffer) throws(FileError) -> [UInt16] {
        var words: [UInt16] = []
        words.reserveCapacity(2 * events.count)
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
            try setTime(time, &words)
            if row != y {
                words.append(y.littleEndian)
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
                words.append((0x3000 | polarity | x).littleEndian)
                words.append((0x4000 | mask).littleEndian)
                index = end
            } else {
                words.append((0x2000 | polarity | x).littleEndian)
                index += 1
            }
        }
        return words
    }

    /// Brings the clock of a reader to a time.
    @inline(__always)
    private mutating func setTime(_ time: Int64, _ words: inout [UInt16]) throws(FileError) {
        let (offset, overflow) = time.subtractingReportingOverflow(startTime)
        if overflow || offset >> 12 != high { try setHigh(offset >> 12, overflow, time, &words) }
        let nextLow = UInt16(truncatingIfNeeded: offset & 0xFFF)
        if let low, nextLow < low {
            // Readers may take low bits that step back for a step of high bits that the writer left out.
            words.append((0x8000 | UInt16(truncatingIfNeeded: offset >> 12 & 0xFFF)).littleEndian)
        }
        if low != nextLow {
            words.append((0x6000 | nextLow).littleEndian)
            low = nextLow
        }
    }

    private mutating func setHigh(
        _ next: Int64, _ overflow: Bool, _ time: Int64, _ words: inout [UInt16]
    ) throws(FileError) {
        let last = high ?? 0
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
        for _ in 0..<turns { words += [UInt16(0x8FFF).littleEndian, UInt16(0x8000).littleEndian] }
        words.append((0x8000 | UInt16(next & 0xFFF)).littleEndian)
        high = next
        low = nil
    }
}
