import SpikeEncoding

/// A spike of a stream: a step, a unit, and its sign or amplitude.
struct StreamEvent {
    let step: Int
    let unit: Int
    let value: Float
}

/// Checks the events and marks of a stream, and counts its steps.
struct StreamSteps {
    let unitCount: Int
    let isGraded: Bool
    /// The times of the steps; `nil` if events have the number of their step.
    private let times: StepTimes?
    /// The last event, or behind all units of the last step that a mark says is decided.
    private var last = (step: -1, unit: Int.max)
    /// Whether nothing came after the last mark.
    private(set) var isAtMark = false

    /// The largest number of steps without an event or mark, so that a damaged number does not decide how long decoding
    /// takes.
    private static let longestSilence = 1 << 36

    /// The number of steps up to the last event or mark.
    var count: Int { last.step + 1 }

    /// - Parameter encoded: The encoding in the header of the stream.
    init(_ encoded: EncodedSignal) {
        unitCount = encoded.spikes.unitCount
        isGraded = encoded.codec.base.isGraded
        times = encoded.stepTimes
    }

    mutating func add(mark steps: Int, _ reader: EventStreamReader) throws(FileError) {
        guard steps > last.step else { throw reader.flaw("the mark of \(counted(steps, "step")) lies before an event") }
        guard steps <= last.step + Self.longestSilence else {
            throw reader.flaw("the mark of \(counted(steps, "step")) is far behind the event or mark before it")
        }
        last = (steps - 1, .max)
        isAtMark = true
    }

    mutating func checked(
        _ event: EventStreamReader.WrittenEvent, _ reader: EventStreamReader
    ) throws(FileError) -> StreamEvent {
        isAtMark = false
        let (time, channel, polarity) = (event.time, event.channel, event.polarity)
        let step = times.map { $0.step(atTime: time) } ?? time
        // Times far from 0 are rounded to a part of a step.
        let tolerance = times.map { min(0.49, 0.1 + abs(time).ulp * $0.rate) } ?? 0
        guard abs(step) < 0x1p53, abs(step - step.rounded()) <= tolerance else {
            throw reader.flaw("the time \(time) is no step of the stream")
        }
        guard channel >= 0, channel < Double(unitCount), channel == channel.rounded() else {
            throw reader.flaw("the channel \(channel) is no whole number below \(unitCount)")
        }
        let place = (step: Int(step.rounded()), unit: Int(channel))
        guard place > last else { throw reader.flaw("the event is not behind the one before it") }
        guard place.step - last.step < Self.longestSilence else {
            throw reader.flaw("the time \(time) is far behind the event or mark before it")
        }
        let value = isGraded ? Float(event.amplitude ?? .nan) : Float(polarity)
        guard isGraded ? value.isFinite && value != 0 : abs(polarity) == 1 else {
            throw reader.flaw(
                isGraded
                    ? "the amplitude \(event.amplitude.map { "\($0)" } ?? "is missing, it") is no finite number other than 0"
                    : "the polarity \(polarity) is neither 1 nor -1")
        }
        last = place
        return StreamEvent(step: place.step, unit: place.unit, value: value)
    }
}
