import ArrayFiles
import SpikeEncoding

/// Reads the events of a file part by part, in little memory.
///
/// ```swift
/// try EventFile.write(EventRecording([Event(time: 5, x: 1, y: 0, isOn: true)]), to: "events.npy")
/// let reader = try EventReader("events.npy")
/// while let part = try reader.next() { print(part.count, part[0].time) }  // → 1 5
/// print(reader.summary.eventCount)  // → 1
/// ```
///
/// Only one thread may use the object at a time.
public final class EventReader {
    private var decoder: any EventDecoder
    private let buffer = EventBuffer()
    private var isAtEnd = false
    private var lastTime: Int64?
    private var declaredSize: SensorSize?

    /// What has been read so far.
    public private(set) var summary: EventSummary

    /// Opens a file. Its content says of which format it is; only `.bin` of N-MNIST is known by its extension.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - dialect: `.standard` reads a format as its specification says. `.reference` gives the times of EVT3 as the Python
    ///     package expelliarmus 1.1.12 does; other formats refuse it.
    /// - Throws: `FileError` for a file that cannot be read, and for one of no format of events.
    public init(_ path: String, dialect: Dialect = .standard) throws(FileError) {
        guard let format = try EventFormat.of(path), let open = format.decoder else { throw try Self.unknown(path) }
        guard dialect == .standard || format.hasReferenceDialect else {
            throw .unsuitable(
                path: path,
                problem: "only EVT3 has the dialect reference, and this is \(format.name); leave the dialect out")
        }
        decoder = try open(StandardInput.file(path), dialect)
        declaredSize = decoder.size
        summary = EventSummary(
            file: path == "-" ? StandardInput.name : path, format: format.name, size: declaredSize,
            hasLowestRowFirst: format.hasLowestRowFirst)
    }

    /// Reads the next events.
    ///
    /// - Returns: At least one event, in the order of the file; `nil` at its end.
    /// - Throws: `FileError` if the file cannot be read any further.
    public func next() throws(FileError) -> EventRecording? {
        guard let events = try nextBuffer() else { return nil }
        var part = EventRecording(size: summary.size)
        part.append(events)
        return part
    }

    /// Reads all events that are left.
    func readAll() throws(FileError) -> EventRecording {
        var recording = EventRecording()
        while let events = try nextBuffer() { recording.append(events) }
        return EventRecording(
            times: recording.times, xs: recording.xs, ys: recording.ys, isOn: recording.isOn, size: summary.size)
    }

    /// Reads the next events into a buffer that this object uses again.
    func nextBuffer() throws(FileError) -> EventBuffer? {
        buffer.count = 0
        while !isAtEnd && buffer.count == 0 {
            isAtEnd = try !decoder.decode(into: buffer, &summary.remarks)
        }
        guard buffer.count > 0 else { return nil }
        noteOddTimes()
        if declaredSize == nil, let size = decoder.size {
            // Formats with several streams know the size only when events of one have come.
            declaredSize = size
            summary.size = size
            summary.hasSizeInFile = true
        }
        noteOutsideEvents()
        summary.add(buffer)
        return buffer
    }

    private func noteOddTimes() {
        var previous = lastTime ?? buffer.times[0]
        var count = 0
        for index in 0..<buffer.count {
            let time = buffer.times[index]
            count &+= time < previous ? 1 : 0
            previous = time
        }
        lastTime = previous
        summary.remarks.note("events earlier than the one before", count: count)
    }

    private func noteOutsideEvents() {
        guard let declaredSize else { return }
        let (width, height) = (declaredSize.width, declaredSize.height)
        var count = 0
        for index in 0..<buffer.count {
            count &+= Int(buffer.xs[index]) >= width || Int(buffer.ys[index]) >= height ? 1 : 0
        }
        summary.remarks.note(
            "events outside of the \(width) × \(height) pixels that the file says", count: count)
    }

    private static func unknown(_ path: String) throws(FileError) -> FileError {
        let start = try FileStart(path)
        if start.bytes.isEmpty { return .malformed(path: path, place: nil, problem: "is empty") }
        if start.isOfSpikes {
            return .unsuitable(
                path: path,
                problem:
                    "holds spikes that `spike stream` wrote, not events of a camera; `spike info`, `convert` and `decode` "
                    + "read it")
        }
        if let header = start.prophesee {
            return .malformed(
                path: path, place: "header",
                problem: header.encoding.map { "the encoding \($0) is not supported; EVT2 and EVT3 are" }
                    ?? "it does not say whether the events are EVT2 or EVT3; add the line `% evt 3.0` (or 2.0)")
        }
        if start.isHDF5 {
            return .malformed(
                path: path, place: nil,
                problem: "has no events: neither CD/events, nor a group events of x, y, t and p, nor spikes of pixels")
        }
        if start.type == "dat" {
            return .malformed(
                path: path, place: nil,
                problem: "has no header of events, whose lines begin with %; the signals of a WFDB record are read "
                    + "by the name of its header, .hea")
        }
        return .malformed(
            path: path, place: nil,
            problem: "holds no events of a known format: "
                + EventFormat.all.filter { $0.decoder != nil }.map(\.name).joined(separator: ", "))
    }
}
