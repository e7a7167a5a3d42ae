import SpikeEncoding

/// Saved output of `spike stream`, in any of its formats.
///
/// `EventDecoding` decodes the same bytes as they arrive, without holding all of the spikes.
public enum EventStreamFile {
    /// Whether a file has the header of a stream.
    ///
    /// - Parameter path: The path of the file; `-` is standard input.
    public static func recognises(_ path: String) -> Bool {
        guard let file = try? StandardInput.file(path), var start = try? file.bytes(8) else { return false }
        if isBinary(start) { return true }
        guard start.starts(with: "# {".utf8) || start.starts(with: "{".utf8) else { return false }
        // The line has the names of all channels.
        start += (try? file.bytes(1 << 24)) ?? []
        return start.prefix { $0 != 10 }.firstRange(of: "\"format\":\"spikekit\"".utf8) != nil
    }

    /// Whether bytes begin as the binary format does.
    package static func isBinary(_ start: [UInt8]) -> Bool { start.starts(with: EventStreamWriter.magic) }

    /// Reads all spikes of a stream, with all that decoding needs.
    ///
    /// - Parameter path: The path of the file; `-` is standard input.
    /// - Returns: The encoded recording.
    /// - Throws: `FileError` for a file that cannot be read, that is no stream, or that was cut short.
    public static func read(_ path: String) throws(FileError) -> EncodedSignal {
        let file = try StandardInput.file(path)
        var reader = EventStreamReader(file.path)
        var header: EncodedSignal?
        var steps: StreamSteps?
        var events: [StreamEvent] = []
        while true {
            let bytes = try file.bytes(1 << 16)
            if bytes.isEmpty { break }
            bytes.withUnsafeBytes { reader.push($0) }
            while let item = try reader.next() {
                switch item {
                case .header(let encoded): (header, steps) = (encoded, StreamSteps(encoded))
                case .mark(let count): try steps?.add(mark: count, reader)
                case .event(let event):
                    if let event = try steps?.checked(event, reader) { events.append(event) }
                }
            }
        }
        guard let header, let steps else {
            throw .damaged(path: file.path, problem: "ends before the header of a stream")
        }
        guard steps.isAtMark, reader.isAtEnd else {
            throw .damaged(
                path: file.path,
                problem:
                    "was cut short: it does not end with the number of its steps; `spike decode -` decodes what is "
                    + "there, from standard input")
        }
        guard steps.count % header.codec.base.stepsPerSample == 0 else {
            throw .malformed(
                path: file.path, place: nil,
                problem: "the number of steps, \(steps.count), is no multiple of \(header.codec.base.stepsPerSample)")
        }
        // A damaged number of steps is not believed.
        let limit = max(1 << 28, file.size << 12)
        guard steps.count <= limit / max(1, steps.unitCount) else {
            throw .tooLarge(
                path: file.path,
                problem:
                    "\(counted(steps.unitCount, "unit")) × \(counted(steps.count, "step")) take far more memory than the file; "
                    + "`spike decode -` decodes it in parts, from standard input")
        }
        var builder = try SpikeTrainBuilder(
            file.path, unitCount: steps.unitCount, stepCount: steps.count, isGraded: steps.isGraded)
        for event in events {
            let polarity = event.value < 0 ? -1 : 1
            if let problem = builder.add(
                unit: event.unit, step: event.step, polarity: polarity, amplitude: steps.isGraded ? event.value : nil)
            {
                throw .malformed(path: file.path, place: "step \(event.step)", problem: problem)
            }
        }
        return EncodedSignal(
            codec: header.codec, spikes: builder.train, channels: header.channels, samplingRate: header.samplingRate,
            unit: header.unit, clippedCount: header.clippedCount, startTime: header.startTime)
    }
}
