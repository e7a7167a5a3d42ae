import SpikeEncoding

/// The spikes of a train one by one: by time, then by unit.
struct SpikeEvents {
    struct Event {
        let step: Int
        let unit: Int
        /// Of the spike in the train's `signs` and `amplitudes`.
        let index: Int
    }

    let train: SpikeTrain
    /// Steps whose events are sorted at a time: fewer of many units, so that the events take little memory.
    private let blockSteps: Int

    init(_ train: SpikeTrain) {
        self.train = train
        blockSteps = max(1, min(1 << 14, (1 << 20) / max(1, train.unitCount)))
    }

    /// One value an event.
    func map<Value>(_ value: (Event) -> Value) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(train.spikeCount)
        forEach { values.append(value($0)) }
        return values
    }

    func forEach<Failure: Error>(_ body: (Event) throws(Failure) -> Void) throws(Failure) {
        for start in stride(from: 0, to: train.stepCount, by: blockSteps) {
            for event in block(start..<min(start + blockSteps, train.stepCount)) { try body(event) }
        }
    }

    /// The events within some steps, sorted by counting them.
    private func block(_ steps: Range<Int>) -> [Event] {
        var next = Array(repeating: 0, count: steps.count + 1)
        forEachSpike(in: steps) { step, _, _ in next[step - steps.lowerBound + 1] += 1 }
        for step in 1..<next.count { next[step] += next[step - 1] }
        let count = next[steps.count]
        return [Event](unsafeUninitializedCapacity: count) { events, written in
            // Units are visited in order, so that those of one step stay in order.
            forEachSpike(in: steps) { step, unit, index in
                let slot = next[step - steps.lowerBound]
                next[step - steps.lowerBound] = slot + 1
                (events.baseAddress! + slot).initialize(to: Event(step: step, unit: unit, index: index))
            }
            written = count
        }
    }

    @inline(__always)
    private func forEachSpike(in steps: Range<Int>, _ body: (_ step: Int, _ unit: Int, _ index: Int) -> Void) {
        train.signs.withUnsafeBufferPointer { signs in
            for unit in 0..<train.unitCount {
                let row = unit * train.stepCount
                for step in steps where signs[row &+ step] != 0 { body(step, unit, row + step) }
            }
        }
    }
}
