import ArrayFiles

@testable import EventFiles

/// A buffer with these events.
func buffer(_ events: [Event]) -> EventBuffer {
    let buffer = EventBuffer(capacity: max(1, events.count))
    buffer.add(room: events.count) { writer in
        for event in events { writer.append(event.time, event.x, event.y, event.isOn) }
    }
    return buffer
}

/// Events of one pixel at these times.
func events(at times: [Int64]) -> [Event] { times.map { Event(time: $0, x: 0, y: 0, isOn: true) } }
