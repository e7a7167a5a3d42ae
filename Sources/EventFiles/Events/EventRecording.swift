/// Events of an event camera in the order of their file, as one array per field.
///
/// ```swift
/// let recording = EventRecording(
///     [Event(time: 10, x: 3, y: 1, isOn: true), Event(time: 25, x: 0, y: 2, isOn: false)])
/// print(recording.count, recording.size.width, recording.times)  // → 2 4 [10, 25]
/// ```
public struct EventRecording: Sendable, Hashable {
    /// The times in microseconds, one per event. They need not rise.
    public private(set) var times: [Int64]

    /// The columns of the pixels, one per event.
    public private(set) var xs: [UInt16]

    /// The rows of the pixels, one per event.
    public private(set) var ys: [UInt16]

    /// One value per event: true if the pixel became brighter.
    public private(set) var isOn: [Bool]

    /// The size of the sensor. All events lie in it.
    public private(set) var size: SensorSize

    /// Creates a recording from arrays of equal length.
    ///
    /// - Parameters:
    ///   - times: The times in microseconds, one per event.
    ///   - xs: The columns of the pixels, one per event.
    ///   - ys: The rows of the pixels, one per event.
    ///   - isOn: One value per event: true if the pixel became brighter. Traps if the arrays differ in length.
    ///   - size: The size of the sensor. It is enlarged if an event lies outside; `nil` takes the smallest size that
    ///     holds all events.
    public init(times: [Int64], xs: [UInt16], ys: [UInt16], isOn: [Bool], size: SensorSize? = nil) {
        precondition(
            times.count == xs.count && times.count == ys.count && times.count == isOn.count,
            "EventRecording: \(times.count) times, \(xs.count) columns, \(ys.count) rows, \(isOn.count) polarities")
        self.times = times
        self.xs = xs
        self.ys = ys
        self.isOn = isOn
        self.size = size ?? SensorSize(width: 0, height: 0)
        enlarge(columns: xs, rows: ys)
    }

    /// Creates a recording from single events.
    ///
    /// - Parameters:
    ///   - events: The events.
    ///   - size: The size of the sensor. It is enlarged if an event lies outside; `nil` takes the smallest size that
    ///     holds all events.
    public init(_ events: [Event] = [], size: SensorSize? = nil) {
        self.init(
            times: events.map(\.time), xs: events.map(\.x), ys: events.map(\.y), isOn: events.map(\.isOn), size: size)
    }

    /// The number of events.
    public var count: Int { times.count }

    /// The event at an index; traps for an index outside of the recording.
    ///
    /// - Parameter index: The index of the event, counted from 0.
    public subscript(index: Int) -> Event {
        Event(time: times[index], x: xs[index], y: ys[index], isOn: isOn[index])
    }

    /// Adds the events of a buffer.
    mutating func append(_ events: EventBuffer) {
        let count = events.count
        times.append(contentsOf: UnsafeBufferPointer(start: events.times, count: count))
        let (columns, rows) = (
            UnsafeBufferPointer(start: events.xs, count: count), UnsafeBufferPointer(start: events.ys, count: count)
        )
        xs.append(contentsOf: columns)
        ys.append(contentsOf: rows)
        isOn.append(contentsOf: UnsafeBufferPointer(start: events.isOn, count: count))
        enlarge(columns: columns, rows: rows)
    }

    private mutating func enlarge(columns: some Collection<UInt16>, rows: some Collection<UInt16>) {
        guard !columns.isEmpty else { return }
        size.width = max(size.width, largest(columns) + 1)
        size.height = max(size.height, largest(rows) + 1)
    }
}

/// The largest of some coordinates; 0 if there are none. Unlike `max()`, it is computed on several at a time.
func largest(_ coordinates: some Collection<UInt16>) -> Int { Int(coordinates.reduce(0) { $0 > $1 ? $0 : $1 }) }
