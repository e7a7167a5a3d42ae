import Foundation
import SpikeEncoding

/// Decodes the events of a stream as they arrive, and turns their samples into bytes.
///
/// The format of the events is found by their first byte. Memory is constant, except for pulse-width modulation; see
/// `DecodingStream`.
public struct EventDecoding {
    /// The channels, codec and rate of the stream.
    private struct Session {
        var stream: DecodingStream
        var steps: StreamSteps
        var unitCount: Int { steps.unitCount }
        var isGraded: Bool { steps.isGraded }
    }

    private let name: String
    private let sampleFormat: SampleFormat
    private var reader: EventStreamReader
    private var session: Session?
    private var writer: SampleWriter?
    /// The next step that the decoder has not been given.
    private var position = 0
    private var pending: [StreamEvent] = []

    /// The number of samples per channel so far.
    public var sampleCount: Int { session?.stream.sampleCount ?? 0 }
    /// The number of values that were clipped to what the format of samples holds.
    public var clippedCount: Int { writer?.clippedCount ?? 0 }
    /// The number of channels; `nil` before the header.
    public var channelCount: Int? { session?.stream.channels.count }

    /// A decoding before the first byte.
    ///
    /// - Parameters:
    ///   - name: What messages call the source of the events.
    ///   - format: How samples are written.
    public init(_ name: String, format: SampleFormat) {
        (self.name, sampleFormat) = (name, format)
        reader = EventStreamReader(name)
    }

    /// Decodes the next bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes, of any number.
    ///   - write: Is called with the bytes of samples, as often as there are many.
    /// - Throws: `FileError` for events that cannot be understood, after the samples before them were written.
    public mutating func push(
        _ bytes: UnsafeRawBufferPointer, write: ([UInt8]) throws -> Void
    ) throws {
        reader.push(bytes)
        do {
            while let item = try reader.next() { try take(item, write) }
        } catch {
            try advance(to: pending.last?.step ?? position, write)
            throw error
        }
        // Events are in order, so that nothing comes before the last one.
        try advance(to: pending.last?.step ?? position, write)
    }

    /// Ends the input.
    ///
    /// - Throws: `FileError` if the stream was cut short, after all of its samples were written.
    public mutating func finish(write: ([UInt8]) throws -> Void) throws {
        let isWhole = session?.steps.isAtMark == true && reader.isAtEnd
        try advance(to: pending.last.map { $0.step + 1 } ?? position, write)
        guard var session else { throw FileError.damaged(path: name, problem: "ends before the header of a stream") }
        try write(writer!.bytes(of: session.stream.finish()))
        self.session = session
        guard isWhole else {
            throw FileError.damaged(
                path: name,
                problem: "was cut short: it does not end with the number of its steps; the events up to there "
                    + "were decoded")
        }
    }

    private mutating func take(_ item: EventStreamReader.Item, _ write: ([UInt8]) throws -> Void) throws {
        switch item {
        case .header(let encoded): try start(encoded, write)
        case .mark(let steps):
            guard session != nil else { throw reader.flaw("a mark comes before the header") }
            try session!.steps.add(mark: steps, reader)
            try advance(to: steps, write)
        case .event(let event):
            guard session != nil else { throw reader.flaw("an event comes before the header") }
            let event = try session!.steps.checked(event, reader)
            if event.step - position >= Self.blockLength { try advance(to: event.step, write) }
            pending.append(event)
        }
    }

    private mutating func start(_ encoded: EncodedSignal, _ write: ([UInt8]) throws -> Void) throws {
        let base = encoded.codec.base
        guard encoded.spikes.unitCount <= 1 << 24 else {
            throw reader.flaw("\(encoded.spikes.unitCount) units are more than this program decodes in a stream")
        }
        let stream = try base.decodingStream(
            channels: encoded.channels, samplingRate: encoded.samplingRate, unit: encoded.unit,
            startTime: encoded.startTime)
        session = Session(stream: stream, steps: StreamSteps(encoded))
        let writer = SampleWriter(sampleFormat, names: encoded.channels.map(\.name))
        try write(writer.header)
        self.writer = writer
    }

    /// The largest number of values of a channel that wait for a spike.
    private static let heldLimit = 1 << 26

    /// The number of steps that are decoded together.
    private static let blockLength = 1 << 12

    /// Decodes all steps before `end`.
    private mutating func advance(to end: Int, _ write: ([UInt8]) throws -> Void) throws {
        guard var session, position < end else { return }
        self.session = nil
        defer { self.session = session }
        let length = max(1, min(Self.blockLength, (1 << 22) / session.unitCount))
        var next = 0
        while position < end {
            let steps = position..<min(end, position + length)
            var values = [Float](repeating: 0, count: session.unitCount * steps.count)
            while next < pending.count, pending[next].step < steps.upperBound {
                let event = pending[next]
                values[event.unit * steps.count + event.step - position] = event.value
                next += 1
            }
            let train =
                session.isGraded
                ? SpikeTrain(amplitudes: values, unitCount: session.unitCount)
                : SpikeTrain(signs: values.map { Int8($0) }, unitCount: session.unitCount)
            position = steps.upperBound
            try write(writer!.bytes(of: session.stream.push(train)))
            guard session.stream.heldCount <= Self.heldLimit else {
                throw reader.flaw(
                    "a channel has no spike in more than \(Self.heldLimit) steps, whose values wait for one in memory")
            }
        }
        pending.removeFirst(next)
    }
}

/// Writes samples as bytes.
struct SampleWriter {
    private let format: SampleFormat
    private let names: [String?]
    private(set) var clippedCount = 0

    init(_ format: SampleFormat, names: [String?]) { (self.format, self.names) = (format, names) }

    /// The bytes before the first sample: the names of the channels in text, if all have one.
    var header: [UInt8] {
        let names = names.compactMap { $0 }
        guard format == .csv, names.count == self.names.count, !names.isEmpty else { return [] }
        return Array((names.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",") + "\n").utf8)
    }

    mutating func bytes(of signal: Signal) -> [UInt8] {
        var bytes: [UInt8] = []
        func add<Number: FixedWidthInteger>(_ number: Number, _ size: Int) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0.prefix(size)) }
        }
        for sample in 0..<signal.sampleCount {
            for channel in 0..<signal.channelCount {
                let value = signal.value(ofChannel: channel, sample: sample)
                switch format {
                case .csv:
                    if channel > 0 { bytes.append(UInt8(ascii: ",")) }
                    bytes += (signal.offset(ofChannel: channel) == 0 ? "\(Float(value))" : "\(value)").utf8
                case .f32: add(float(value).bitPattern, 4)
                case .f64: add(value.bitPattern, 8)
                case .i8: add(whole(value, Double(Int8.min)...Double(Int8.max)), 1)
                case .u8: add(whole(value, 0...Double(UInt8.max)), 1)
                case .i16: add(whole(value, Double(Int16.min)...Double(Int16.max)), 2)
                case .u16: add(whole(value, 0...Double(UInt16.max)), 2)
                case .i24: add(whole(value, -8_388_608...8_388_607), 3)
                case .i32: add(whole(value, Double(Int32.min)...Double(Int32.max)), 4)
                }
            }
            if format == .csv { bytes.append(10) }
        }
        return bytes
    }

    private mutating func float(_ value: Double) -> Float {
        let limit = Float.greatestFiniteMagnitude
        if value.magnitude > Double(limit) { clippedCount += 1 }
        return min(max(Float(value), -limit), limit)
    }

    private mutating func whole(_ value: Double, _ range: ClosedRange<Double>) -> Int64 {
        let rounded = value.rounded(.toNearestOrEven)
        if !range.contains(rounded) { clippedCount += 1 }
        return Int64(min(max(rounded, range.lowerBound), range.upperBound))
    }
}
