/// Memory for the events of one part of a file, which decoders fill again and again.
final class EventBuffer {
    private(set) var times: UnsafeMutablePointer<Int64>
    private(set) var xs: UnsafeMutablePointer<UInt16>
    private(set) var ys: UnsafeMutablePointer<UInt16>
    private(set) var isOn: UnsafeMutablePointer<Bool>
    private(set) var capacity: Int
    /// The number of events that are there.
    var count = 0

    init(capacity: Int = 1 << 17) {
        times = .allocate(capacity: capacity)
        xs = .allocate(capacity: capacity)
        ys = .allocate(capacity: capacity)
        isOn = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        times.deallocate()
        xs.deallocate()
        ys.deallocate()
        isOn.deallocate()
    }

    /// Makes room for `more` events behind those that are there.
    func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let larger = count + more
        func grow<Value>(_ old: UnsafeMutablePointer<Value>) -> UnsafeMutablePointer<Value> {
            let new = UnsafeMutablePointer<Value>.allocate(capacity: larger)
            new.moveInitialize(from: old, count: count)
            old.deallocate()
            return new
        }
        times = grow(times)
        xs = grow(xs)
        ys = grow(ys)
        isOn = grow(isOn)
        capacity = larger
    }

    /// Adds up to `room` events through a function that writes them.
    @inline(__always)
    func add<Result>(room: Int, _ body: (inout EventWriter) -> Result) -> Result {
        reserve(room)
        var writer = EventWriter(times: times, xs: xs, ys: ys, isOn: isOn, count: count)
        let result = body(&writer)
        precondition(writer.count <= capacity)
        count = writer.count
        return result
    }
}

/// Writes events into a buffer. A value of its own, as loops keep its fields in registers.
struct EventWriter {
    let times: UnsafeMutablePointer<Int64>
    let xs: UnsafeMutablePointer<UInt16>
    let ys: UnsafeMutablePointer<UInt16>
    let isOn: UnsafeMutablePointer<Bool>
    var count: Int

    /// Adds an event; there must be room for it.
    @inline(__always)
    mutating func append(_ time: Int64, _ x: UInt16, _ y: UInt16, _ isOn: Bool) {
        times[count] = time
        xs[count] = x
        ys[count] = y
        self.isOn[count] = isOn
        count &+= 1
    }
}
