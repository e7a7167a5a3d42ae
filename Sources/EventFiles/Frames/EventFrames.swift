import ArrayFiles
import SpikeEncoding

/// Events counted by frame, polarity and pixel.
///
/// Every event is counted once: the sum of all counts is the number of events.
///
/// ```swift
/// let recording = EventRecording(
///     [Event(time: 0, x: 0, y: 0, isOn: true), Event(time: 700, x: 1, y: 0, isOn: false)])
/// let frames = try EventFrames(of: recording, duration: 500)
/// print(frames.frameCount, frames[frame: 1, isOn: false, x: 1, y: 0])  // → 2 1
/// ```
public struct EventFrames: Sendable, Hashable {
    /// The size of the sensor.
    public let size: SensorSize

    /// The number of frames.
    public let frameCount: Int

    /// The counts, `[frames, 2, rows, columns]` in C order; first those of OFF events, then those of ON events.
    public let counts: [UInt32]

    /// The time in microseconds at which each frame starts.
    public let startTimes: [Int64]

    /// Frames of equal duration from the earliest event on.
    ///
    /// - Parameters:
    ///   - recording: The events.
    ///   - duration: The duration of a frame in microseconds. Traps unless it is above 0.
    /// - Throws: `EventFrameError` if the frames do not fit into memory.
    public init(of recording: EventRecording, duration: Int64) throws(EventFrameError) {
        precondition(duration > 0, "EventFrames: duration must be > 0 µs, got \(duration)")
        let span = TimeSpan(recording)
        let length = UInt64(duration)
        let frames = span.map { min(.max - 1, $0.length / length) + 1 } ?? 0
        try self.init(recording, frameCount: frames) { index in
            span!.offset(recording.times[index]) / length
        } startTime: { frame in
            span!.first &+ Int64(frame) &* duration
        }
    }

    /// A number of frames of equal duration, from the earliest to the latest event.
    ///
    /// - Parameters:
    ///   - recording: The events.
    ///   - frames: The number of frames. Traps unless it is above 0.
    /// - Throws: `EventFrameError` if the frames do not fit into memory.
    public init(of recording: EventRecording, frames: Int) throws(EventFrameError) {
        precondition(frames > 0, "EventFrames: frames must be > 0, got \(frames)")
        let span = TimeSpan(recording)
        // The latest event belongs to the last frame.
        let whole = Double(span?.length ?? 0) + 1
        try self.init(recording, frameCount: UInt64(frames)) { index in
            min(UInt64(frames - 1), UInt64(Double(span!.offset(recording.times[index])) / whole * Double(frames)))
        } startTime: { frame in
            (span?.first ?? 0) &+ Int64(min(0x1p62, (Double(frame) / Double(frames) * whole).rounded(.up)))
        }
    }

    /// Frames of an equal number of events, in the order of the recording. The last one may have fewer.
    ///
    /// - Parameters:
    ///   - recording: The events.
    ///   - eventCount: The number of events in a frame. Traps unless it is above 0.
    /// - Throws: `EventFrameError` if the frames do not fit into memory.
    public init(of recording: EventRecording, eventCount: Int) throws(EventFrameError) {
        precondition(eventCount > 0, "EventFrames: eventCount must be > 0, got \(eventCount)")
        let frames = recording.count / eventCount + (recording.count % eventCount > 0 ? 1 : 0)
        try self.init(recording, frameCount: UInt64(frames)) { index in
            UInt64(index / eventCount)
        } startTime: { frame in
            recording.times[frame * eventCount]
        }
    }

    private init(
        _ recording: EventRecording, frameCount: UInt64, frame: (_ index: Int) -> UInt64,
        startTime: (_ frame: Int) -> Int64
    ) throws(EventFrameError) {
        let (width, height) = (recording.size.width, recording.size.height)
        let total = try EventFrameError.check(frameCount, 2 * UInt64(width * height))
        var counts = [UInt32](repeating: 0, count: total)
        for index in 0..<recording.count {
            let plane = 2 * Int(frame(index)) + (recording.isOn[index] ? 1 : 0)
            counts[(plane * height + Int(recording.ys[index])) * width + Int(recording.xs[index])] += 1
        }
        self.counts = counts
        self.frameCount = Int(frameCount)
        size = recording.size
        startTimes = (0..<Int(frameCount)).map(startTime)
    }

    /// The number of events of a pixel in a frame; traps for a frame or pixel that does not exist.
    public subscript(frame frame: Int, isOn isOn: Bool, x x: Int, y y: Int) -> UInt32 {
        precondition(
            0..<size.width ~= x && 0..<size.height ~= y, "EventFrames: pixel \(x), \(y) is not on the sensor")
        return counts[((2 * frame + (isOn ? 1 : 0)) * size.height + y) * size.width + x]
    }
}

/// The error that frames, a voxel grid or a time surface do not fit into memory.
public struct EventFrameError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What does not fit, in a sentence.
    public let description: String

    /// The number of values, if they fit into a quarter of the machine's memory at 4 bytes each.
    static func check(_ frames: UInt64, _ size: UInt64) throws(EventFrameError) -> Int {
        let (count, overflow) = frames.multipliedReportingOverflow(by: size)
        guard !overflow, count <= UInt64(physicalMemory) / 16 else {
            throw EventFrameError(
                description:
                    "\(counted(frames, "frame")) of \(counted(size, "value")) do not fit into memory; make fewer, longer ones"
            )
        }
        return Int(count)
    }
}

/// The time between the earliest and the latest event.
struct TimeSpan {
    /// The time of the earliest event in microseconds.
    let first: Int64
    /// The time from the earliest to the latest event.
    let length: UInt64

    /// Returns `nil` for a recording without events.
    init?(_ recording: EventRecording) {
        guard let first = recording.times.min(), let last = recording.times.max() else { return nil }
        self.first = first
        length = UInt64(bitPattern: last &- first)
    }

    /// The time since the earliest event.
    func offset(_ time: Int64) -> UInt64 { UInt64(bitPattern: time &- first) }
}
