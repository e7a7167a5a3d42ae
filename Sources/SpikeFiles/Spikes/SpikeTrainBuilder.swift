import SpikeEncoding

/// Builds a spike train from events and checks each of them.
struct SpikeTrainBuilder {
    private let unitCount: Int
    private let stepCount: Int
    private var signs: [Int8] = []
    private var amplitudes: [Float] = []
    private let isGraded: Bool

    /// Starts an empty train.
    ///
    /// - Throws: `FileError.tooLarge` for a train that does not fit into this machine's memory.
    init(_ path: String, unitCount: Int, stepCount: Int, isGraded: Bool) throws(FileError) {
        let count = try Self.checkSize(path, unitCount: unitCount, stepCount: stepCount, isGraded: isGraded)
        self.unitCount = unitCount
        self.stepCount = stepCount
        self.isGraded = isGraded
        if isGraded {
            amplitudes = Array(repeating: 0, count: count)
        } else {
            signs = Array(repeating: 0, count: count)
        }
    }

    /// The number of steps of all units together.
    ///
    /// - Throws: `FileError.tooLarge` for a train that does not fit into this machine's memory.
    @discardableResult
    static func checkSize(_ path: String, unitCount: Int, stepCount: Int, isGraded: Bool) throws(FileError) -> Int {
        let (count, overflow) = unitCount.multipliedReportingOverflow(by: stepCount)
        guard unitCount >= 0, stepCount >= 0, !overflow, count <= physicalMemory / (isGraded ? 6 : 2) else {
            throw .tooLarge(
                path: path,
                problem: "\(counted(unitCount, "unit")) × \(counted(stepCount, "step")) are more than fit into memory")
        }
        return count
    }

    /// Adds an event to the train.
    ///
    /// - Parameter amplitude: The amplitude of the event, for a graded train.
    /// - Returns: The problem with the event in words; `nil` if the event was added.
    mutating func add(unit: Int, step: Int, polarity: Int, amplitude: Float?) -> String? {
        guard unit >= 0, unit < unitCount else { return "unit \(unit) is outside 0..<\(unitCount)" }
        guard step >= 0, step < stepCount else { return "step \(step) is outside 0..<\(stepCount)" }
        guard polarity == 1 || polarity == -1 else { return "polarity \(polarity) is neither 1 nor -1" }
        let index = unit * stepCount + step
        if isGraded {
            guard let amplitude, polarity == 1 ? amplitude > 0 : amplitude < 0 else {
                return
                    "the amplitude \(amplitude.map { "\($0)" } ?? "is missing, it") does not go with polarity \(polarity)"
            }
            guard amplitudes[index] == 0 else { return "unit \(unit) has two spikes in step \(step)" }
            amplitudes[index] = amplitude
        } else {
            guard signs[index] == 0 else { return "unit \(unit) has two spikes in step \(step)" }
            signs[index] = Int8(polarity)
        }
        return nil
    }

    var train: SpikeTrain {
        isGraded
            ? SpikeTrain(amplitudes: amplitudes, unitCount: unitCount) : SpikeTrain(signs: signs, unitCount: unitCount)
    }
}
