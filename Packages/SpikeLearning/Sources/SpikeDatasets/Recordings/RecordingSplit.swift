import ArrayFiles
import SpikeEncoding
import SpikeFiles
import TorchTensors

/// Labelled recordings, for training or for testing, which are read when they are asked for.
public struct RecordingSplit: Sendable {
    /// The recordings.
    public let samples: [LabelledRecording]

    /// The form that recordings are brought to when they are read.
    public let form: RecordingForm

    /// Creates a split.
    ///
    /// - Parameters:
    ///   - samples: The recordings.
    ///   - form: The form that recordings are brought to when they are read.
    public init(_ samples: [LabelledRecording], form: RecordingForm = RecordingForm()) {
        self.samples = samples
        self.form = form
    }

    /// The number of recordings.
    public var count: Int { samples.count }

    /// The labels of the recordings.
    public var classIndices: [Int] { samples.map(\.label) }

    /// Returns the recordings that `limit` selects; all of them if the limit is not below their number.
    public func limited(_ limit: ImageLimit) -> RecordingSplit {
        RecordingSplit(limit.indices(classIndices).map { samples[$0] }, form: form)
    }

    /// Reads one recording.
    ///
    /// - Parameter index: The position of the recording in the split. Traps unless it is in 0 ..< `count`.
    /// - Returns: The recording in the split's form, and what was changed to bring it there.
    /// - Throws: `FileError` that names the file, if it is missing, damaged, empty or unsuitable.
    public func recording(at index: Int) throws(FileError) -> (signal: Signal, changes: [String]) {
        let sample = samples[index]
        switch sample.source {
        case .memory(let signal): return try form.applied(to: signal, sample.name)
        case .file(let path): return try form.applied(to: RecordingFile.read(path), path)
        case .part(let path, let start):
            let whole = try RecordingFile.read(path)
            guard start < whole.sampleCount else {
                throw .damaged(path: path, problem: "it has become shorter than \(start + 1) samples")
            }
            let end = min(whole.sampleCount, start + (form.sampleCount ?? whole.sampleCount))
            return try form.applied(to: whole.samples(start..<end), path)
        }
    }

    /// Reads recordings on LibTorch's threads.
    ///
    /// - Parameter indices: The positions of the recordings; `nil` for all of them.
    /// - Returns: The recordings, and which of them were changed, by the kind of change.
    /// - Throws: `FileError` that names the first file which is missing, damaged, empty or unsuitable.
    public func signals(at indices: [Int]? = nil) throws -> (signals: [Signal], changes: [LeftOut]) {
        let indices = indices ?? Array(samples.indices)
        let outcomes = Locked<[Int: Result<(signal: Signal, changes: [String]), FileError>]>([:])
        try parallelFor(indices.count, grain: 8) { part in
            for place in part {
                let outcome = Result { () throws(FileError) in try recording(at: indices[place]) }
                outcomes.withLock { $0[place] = outcome }
            }
        }
        var (signals, changes): ([Signal], [LeftOut]) = ([], [])
        try outcomes.withLock { outcomes in
            for place in indices.indices {
                let (signal, changed) = try outcomes[place]!.get()
                signals.append(signal)
                for change in changed { changes.add(samples[indices[place]].name, change, .recording) }
            }
        }
        return (signals, changes)
    }

    /// Reads recordings into one tensor.
    ///
    /// - Parameter indices: The positions of the recordings; `nil` for all of them.
    /// - Returns: The samples [B, C, L], float32, where L is the length of the longest, and zeros follow the others; and
    ///   the length of each.
    /// - Throws: `FileError` as `signals`, and if the recordings differ in their number of channels.
    public func tensor(at indices: [Int]? = nil) throws -> (samples: Tensor, lengths: [Int]) {
        let signals = try signals(at: indices).signals
        let channelCount = signals.first?.channelCount ?? form.channelCount ?? 1
        let length = signals.map(\.sampleCount).max() ?? 0
        if let place = signals.firstIndex(where: { $0.channelCount != channelCount }) {
            throw FileError.unsuitable(
                path: samples[indices?[place] ?? place].name,
                problem: "it has \(counted(signals[place].channelCount, "channel")), and the first has \(channelCount)")
        }
        let result = try Tensor.zeros([signals.count, channelCount, length])
        try result.withUnsafeMutableElements(of: Float.self) { destination in
            for (place, signal) in signals.enumerated() {
                for channel in 0..<channelCount {
                    let start = (place * channelCount + channel) * length
                    for (sample, value) in signal.channel(channel).enumerated() { destination[start + sample] = value }
                }
            }
        }
        return (result, signals.map(\.sampleCount))
    }
}
