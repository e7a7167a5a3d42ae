import ArrayFiles
import Foundation
import SpikeEncoding

/// What is in a file of events: how many, of which pixels, in which time, and what was passed over.
public struct EventSummary: Sendable, Hashable, Codable {
    /// The path of the file.
    public let file: String

    /// The name of the format, such as `EVT3`.
    public let format: String

    /// The number of events.
    public internal(set) var eventCount = 0

    /// The number of events by which a pixel became brighter.
    public internal(set) var onCount = 0

    /// The size of the sensor: that of the file's header, enlarged where events lie outside of it.
    public internal(set) var size: SensorSize

    /// True if the file says the size of the sensor; false if it follows from the events.
    public internal(set) var hasSizeInFile: Bool

    /// True if row 0 is the lowest one of the sensor, false if it is the highest one.
    public let hasLowestRowFirst: Bool

    /// The time of the earliest event in microseconds; 0 if there is none.
    public internal(set) var firstTime: Int64 = 0

    /// The time of the latest event in microseconds; 0 if there is none.
    public internal(set) var lastTime: Int64 = 0

    /// What was passed over or is odd.
    public internal(set) var remarks: [EventRemark] = []

    /// The time from the earliest to the latest event in seconds.
    public var duration: Double { (Double(lastTime) - Double(firstTime)) * 1e-6 }

    /// The number of events per second; `nil` if all events have the same time.
    public var rate: Double? { duration > 0 ? Double(eventCount) / duration : nil }

    /// The share of events by which a pixel became brighter; `nil` if there are no events.
    public var onShare: Double? { eventCount > 0 ? Double(onCount) / Double(eventCount) : nil }

    /// Describes a recording that is in memory.
    ///
    /// - Parameters:
    ///   - recording: The events.
    ///   - file: The name of the file that they are for, or from.
    public init(of recording: EventRecording, file: String = "") {
        self.init(file: file, format: "memory", size: recording.size, hasLowestRowFirst: false)
        eventCount = recording.count
        onCount = recording.isOn.count { $0 }
        firstTime = recording.times.min() ?? 0
        lastTime = recording.times.max() ?? 0
    }

    init(file: String, format: String, size: SensorSize?, hasLowestRowFirst: Bool) {
        self.file = file
        self.format = format
        self.size = size ?? SensorSize(width: 0, height: 0)
        hasSizeInFile = size != nil
        self.hasLowestRowFirst = hasLowestRowFirst
    }

    /// Takes the events of a buffer into account.
    mutating func add(_ events: EventBuffer) {
        guard events.count > 0 else { return }
        let times = UnsafeBufferPointer(start: events.times, count: events.count)
        let (least, most) = (times.reduce(.max) { min($0, $1) }, times.reduce(.min) { max($0, $1) })
        firstTime = eventCount == 0 ? least : min(firstTime, least)
        lastTime = eventCount == 0 ? most : max(lastTime, most)
        eventCount += events.count
        onCount += UnsafeBufferPointer(start: events.isOn, count: events.count).reduce(0) { $0 &+ ($1 ? 1 : 0) }
        size.width = max(size.width, largest(UnsafeBufferPointer(start: events.xs, count: events.count)) + 1)
        size.height = max(size.height, largest(UnsafeBufferPointer(start: events.ys, count: events.count)) + 1)
    }
}

extension EventSummary: CustomStringConvertible {
    /// All but the remarks, in one line.
    public var description: String {
        var text = "\(file): \(counted(eventCount, "event")) (\(format))"
        text += " of \(size.width) × \(size.height) pixels" + (hasSizeInFile ? "" : " or more")
        guard let onShare else { return text }
        func number(_ value: Double, _ digits: Int) -> String { String(format: "%.*g", digits, value) }
        text += ", from \(number(Double(firstTime) * 1e-6, 10)) s to \(number(Double(lastTime) * 1e-6, 10)) s"
        // Ten digits of times such as those since 1970 do not show the duration.
        if max(abs(Double(firstTime)), abs(Double(lastTime))) >= 1e10 { text += " (\(number(duration, 9)) s)" }
        if let rate { text += ", \(rate < 999.5 ? number(rate, 3) : String(format: "%.0f", rate)) events per second" }
        return text + ", \(number(100 * onShare, 3)) % ON"
    }
}
