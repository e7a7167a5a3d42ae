/// One spike of a spike train.
///
/// ```swift
/// let encoded = try StepForward(threshold: 1).encode(Signal(channels: [[0, 0, 2]], samplingRate: 10, startTime: 60))
/// let first = Array(encoded.events)[0]
/// print(first.unit, first.step, first.time ?? 0, first.sign)  // → 0 2 60.2 1
/// ```
public struct SpikeEvent: Sendable, Hashable {
    /// The unit that fired, counted from 0.
    public let unit: Int

    /// The step in which the unit fired, counted from 0.
    public let step: Int

    /// The time of the step in seconds, on the clock of the recording; `nil` if the sampling rate is unknown.
    public let time: Double?

    /// +1 for a spike up, −1 for a spike down.
    public let sign: Int8

    /// The size of a graded spike, with its sign; `nil` if every spike of the train counts one.
    public let amplitude: Float?

    /// A spike with these properties.
    ///
    /// - Parameters:
    ///   - unit: The unit that fired, counted from 0.
    ///   - step: The step in which the unit fired, counted from 0.
    ///   - time: The time of the step in seconds; `nil` if it is unknown.
    ///   - sign: +1 or −1.
    ///   - amplitude: The size of a graded spike, with its sign; `nil` if every spike of the train counts one.
    public init(unit: Int, step: Int, time: Double? = nil, sign: Int8, amplitude: Float? = nil) {
        self.unit = unit
        self.step = step
        self.time = time
        self.sign = sign
        self.amplitude = amplitude
    }
}

/// The spikes of a train one by one, in order of time and, within a step, in order of the units.
///
/// The sequence finds the events while it is iterated, some thousands of steps at a time, so it takes little memory
/// beside the train itself. Get one from `SpikeTrain.events` or `EncodedSignal.events`.
///
/// ```swift
/// let train = SpikeTrain(signs: [0, 1, 1, 0], unitCount: 2)
/// print(train.events.map { "unit \($0.unit) in step \($0.step)" })  // → ["unit 1 in step 0", "unit 0 in step 1"]
/// ```
public struct SpikeEvents: Sequence, Sendable {
    private let train: SpikeTrain
    private let times: StepTimes?

    init(_ train: SpikeTrain, times: StepTimes?) {
        self.train = train
        self.times = times
    }

    /// The number of events, which is the number of spikes in the train.
    public var underestimatedCount: Int { train.spikeCount }

    /// An iterator that starts before the first event.
    public func makeIterator() -> Iterator { Iterator(train, times) }

    /// Finds the events of a train in blocks of steps, each sorted by counting.
    public struct Iterator: IteratorProtocol, Sendable {
        private struct Spike {
            let step: Int
            let unit: Int
        }

        private let train: SpikeTrain
        private let times: StepTimes?
        /// The steps of a block: fewer for many units, so that the block's spikes take little memory.
        private let blockSteps: Int
        private var nextStep = 0
        private var block: [Spike] = []
        private var position = 0

        fileprivate init(_ train: SpikeTrain, _ times: StepTimes?) {
            self.train = train
            self.times = times
            blockSteps = Swift.max(1, Swift.min(1 << 14, (1 << 20) / Swift.max(1, train.unitCount)))
        }

        /// The next event in order of time; `nil` after the last one.
        public mutating func next() -> SpikeEvent? {
            while position == block.count {
                guard nextStep < train.stepCount else { return nil }
                let end = Swift.min(nextStep + blockSteps, train.stepCount)
                block = spikes(in: nextStep..<end)
                (nextStep, position) = (end, 0)
            }
            let spike = block[position]
            position += 1
            let index = spike.unit * train.stepCount + spike.step
            return SpikeEvent(
                unit: spike.unit, step: spike.step, time: times?.time(ofStep: spike.step), sign: train.signs[index],
                amplitude: train.amplitudes?[index])
        }

        private func spikes(in steps: Range<Int>) -> [Spike] {
            var next = Array(repeating: 0, count: steps.count + 1)
            forEachSpike(in: steps) { step, _ in next[step - steps.lowerBound + 1] += 1 }
            for step in 1..<next.count { next[step] += next[step - 1] }
            let count = next[steps.count]
            return [Spike](unsafeUninitializedCapacity: count) { spikes, written in
                // Units are visited in order, so that those of one step stay in order.
                forEachSpike(in: steps) { step, unit in
                    let slot = next[step - steps.lowerBound]
                    next[step - steps.lowerBound] = slot + 1
                    (spikes.baseAddress! + slot).initialize(to: Spike(step: step, unit: unit))
                }
                written = count
            }
        }

        @inline(__always)
        private func forEachSpike(in steps: Range<Int>, _ body: (_ step: Int, _ unit: Int) -> Void) {
            train.signs.withUnsafeBufferPointer { signs in
                for unit in 0..<train.unitCount {
                    let row = unit * train.stepCount
                    for step in steps where signs[row &+ step] != 0 { body(step, unit) }
                }
            }
        }
    }
}

extension SpikeTrain {
    /// The spikes one by one, in order of time, then of units. Their times are known as steps only.
    public var events: SpikeEvents { SpikeEvents(self, times: nil) }
}

extension EncodedSignal {
    /// The spikes one by one, in order of time, then of units.
    ///
    /// The `time` of each event is in seconds and counts from the recording's `startTime`; it is `nil` if the sampling
    /// rate is unknown.
    public var events: SpikeEvents { SpikeEvents(spikes, times: stepTimes) }
}
