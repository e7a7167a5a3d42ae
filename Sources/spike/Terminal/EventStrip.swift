import EventFiles
import SpikeCommandLine
import SpikeEncoding
import SpikeReports

/// Events as frames of equal duration, small enough to be drawn.
struct EventStrip {
    let summary: EventSummary
    private let frames: [FilmStrip.Frame]

    /// The largest number of columns and rows of a frame; pixels of larger sensors are added up in blocks.
    private static let largestSide = 320

    /// Reads a file twice: for its size and times, and to count the events.
    ///
    /// - Parameters:
    ///   - frames: The number of frames.
    ///   - from: The start of the first frame in seconds; `nil` for the earliest event.
    ///   - to: The end of the last frame in seconds; `nil` for the latest event.
    init(_ file: String, frames count: Int, from: Double?, to: Double?) throws {
        let summary = try EventFile.summary(file)
        guard summary.eventCount > 0 else { throw CommandError("\(summary.file): has no events to draw") }
        let (first, last) = (Double(summary.firstTime) / 1e6, Double(summary.lastTime) / 1e6)
        if let from, from > last { throw CommandError("\(file) ends at \(last), before --from \(from)") }
        if let to, to < first { throw CommandError("\(file) starts at \(first), after --to \(to)") }
        let start = from ?? first
        let duration = max(1e-6, ((to ?? last) - start) / Double(count))
        let block = max(1, (max(summary.size.width, summary.size.height) + Self.largestSide - 1) / Self.largestSide)
        let width = (summary.size.width + block - 1) / block
        let height = (summary.size.height + block - 1) / block
        var counts = [[Float]](repeating: Array(repeating: 0, count: width * height), count: 2 * count)
        let reader = try EventReader(file)
        while let part = try reader.next() {
            for index in 0..<part.count {
                let time = Double(part.times[index]) / 1e6
                guard time >= start, time <= to ?? last else { continue }
                let frame = min(count - 1, Int((time - start) / duration))
                let row =
                    summary.hasLowestRowFirst ? summary.size.height - 1 - Int(part.ys[index]) : Int(part.ys[index])
                counts[2 * frame + (part.isOn[index] ? 1 : 0)][row / block * width + Int(part.xs[index]) / block] += 1
            }
        }
        // Most pixels are drawn in the full colour from a few events on; single noisy pixels do not fade the others.
        let filled = counts.joined().filter { $0 > 0 }.sorted()
        let full = filled.isEmpty ? 1 : max(1, filled[min(filled.count - 1, filled.count * 9 / 10)])
        self.summary = summary
        frames = (0..<count).map { frame in
            FilmStrip.Frame(
                caption: "\(readable(start + Double(frame) * duration, digits: 6)) s", height: height, width: width,
                off: counts[2 * frame].map { min(1, $0 / full) }, on: counts[2 * frame + 1].map { min(1, $0 / full) })
        }
    }

    func plot(title: String) -> FilmStrip {
        FilmStrip(
            title: title, frames: frames,
            note: "\(counted(summary.eventCount, "event")) of \(summary.size.width) × \(summary.size.height) pixels; "
                + "each frame begins at the time below it")
    }
}
