import ArrayFiles
import SpikeEncoding

/// Files of event cameras: reads AEDAT, EVT2, EVT3, DAT, N-MNIST, NPY and HDF5, and writes EVT3, AEDAT 4, NPY, HDF5 and
/// NWB.
///
/// ```swift
/// let recording = EventRecording([Event(time: 5, x: 1, y: 0, isOn: true)])
/// try EventFile.write(recording, to: "events.raw")
/// print(try EventFile.read("events.raw") == recording)  // → true
/// ```
public enum EventFile {
    /// The extensions of files that can be written.
    public static var writableExtensions: [String] { EventFormat.all.flatMap(\.writtenExtensions) }

    /// The extensions of files that can only be of events, or are not read otherwise.
    package static let ownExtensions = ["raw", "dat", "aedat", "aedat4", "bin"]

    /// Whether a file is of a format of events, as far as its start tells.
    ///
    /// - Parameter path: The path of the file; `-` is standard input.
    /// - Throws: `FileError` for a file that cannot be read, and for events that are compressed by gzip.
    public static func recognises(_ path: String) throws(FileError) -> Bool { try EventFormat.of(path) != nil }

    /// Reads all events of a file.
    ///
    /// - Parameters:
    ///   - path: The path of the file; `-` is standard input. Its content says of which format it is; only `.bin` of
    ///     N-MNIST is known by its extension.
    ///   - dialect: How the times of EVT3 are read; see `EventReader`.
    /// - Returns: The events in the order of the file. `EventReader` also says what was passed over.
    /// - Throws: `FileError` for a file that cannot be read, and for one of no format of events.
    public static func read(_ path: String, dialect: Dialect = .standard) throws(FileError) -> EventRecording {
        try EventReader(path, dialect: dialect).readAll()
    }

    /// Reads a file to its end, and tells what is in it.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - dialect: How the times of EVT3 are read; see `EventReader`.
    /// - Throws: `FileError` for a file that cannot be read, and for one of no format of events.
    public static func summary(_ path: String, dialect: Dialect = .standard) throws(FileError) -> EventSummary {
        let reader = try EventReader(path, dialect: dialect)
        while try reader.nextBuffer() != nil {}
        return reader.summary
    }

    /// Writes events, whole or not at all. The extension says how:
    ///
    /// - `.raw`: EVT3. Columns and rows go up to 2,047. Times may run back by up to 8 s within a turn of its clock, which
    ///   takes 16.8 s.
    /// - `.aedat4`: AEDAT 4, compressed by LZ4. Columns and rows go up to 32,767.
    /// - `.npy`: a structured array of `t` (int64, µs), `x` (uint16), `y` (uint16) and `p` (uint8, 1 for ON); the size
    ///   of the sensor is not kept.
    /// - `.h5 .hdf5`: spike trains, a unit per pixel; see `HDF5EventWriter`.
    /// - `.nwb`: Neurodata Without Borders, a unit per pixel and polarity. The order of events of equal time is not kept.
    ///
    /// - Parameters:
    ///   - recording: The events.
    ///   - path: The path of the file. An existing file is replaced.
    /// - Throws: `FileError` for a path that cannot be written, and for events that the format cannot hold.
    public static func write(_ recording: EventRecording, to path: String) throws(FileError) {
        let summary = EventSummary(of: recording, file: path)
        let buffer = EventBuffer(capacity: 1 << 16)
        var next = 0
        try write(to: path, summary) { () throws(FileError) in
            guard next < recording.count else { return nil }
            let end = min(recording.count, next + buffer.capacity)
            buffer.count = 0
            buffer.add(room: end - next) { events in
                for index in next..<end {
                    events.append(
                        recording.times[index], recording.xs[index], recording.ys[index], recording.isOn[index])
                }
            }
            next = end
            return buffer
        }
    }

    /// Writes the events of one file to another, part by part. The extension of the output says its format, as for
    /// `write`.
    ///
    /// The input is read twice: first for the size of the sensor and the number of events.
    ///
    /// Rows count from the highest one in the output. Those of AEDAT 2, which count from the lowest one, are turned over
    /// if its header says the size of the sensor.
    ///
    /// - Parameters:
    ///   - input: The path of a file of events; `-` is standard input.
    ///   - output: The path of the file to be written, whole or not at all.
    ///   - dialect: How the times of EVT3 are read; see `EventReader`.
    /// - Returns: What is in the input.
    /// - Throws: `FileError` for a file that cannot be read or written, and for events that the format cannot hold.
    @discardableResult
    public static func convert(
        _ input: String, to output: String, dialect: Dialect = .standard
    ) throws(FileError) -> EventSummary {
        let summary = try summary(input, dialect: dialect)
        let reader = try EventReader(input, dialect: dialect)
        let lastRow = summary.size.height - 1
        try write(to: output, summary) { () throws(FileError) in
            let events = try reader.nextBuffer()
            if summary.hasLowestRowFirst, summary.hasSizeInFile, let events {
                for index in 0..<events.count { events.ys[index] = UInt16(clamping: lastRow - Int(events.ys[index])) }
            }
            return events
        }
        return summary
    }

    private static func write(
        to path: String, _ summary: EventSummary, _ next: () throws(FileError) -> EventBuffer?
    ) throws(FileError) {
        let type = fileExtension(path)
        guard let writer = EventFormat.all.first(where: { $0.writtenExtensions.contains(type ?? "") })?.writer else {
            throw .unsupportedExtension(path: path, purpose: .writing, supported: writableExtensions)
        }
        try AtomicFile.write(to: path) { temporary in
            do {
                let file = try writer(temporary, summary)
                while let events = try next() { try file.write(events) }
                try file.close()
            } catch FileError.unsuitable("", let problem) {
                throw FileError.unsuitable(path: path, problem: problem)
            }
        }
    }
}
