import Foundation
import SpikeEncoding

/// How the events of a stream are written.
public enum EventStreamFormat: String, CaseIterable, Sendable {
    /// Text as `EventTable` has it, with the header of the encoding in a comment before it.
    case csv
    /// A JSON object for each line: the header of the encoding, then events.
    case jsonl
    /// The letters `SPIKES1` and a newline, the length of the header (uint32), the header, then records of 16 bytes:
    /// the time (float64), the channel (uint32), and the sign or amplitude (float32), all little-endian.
    case binary
}

/// Turns spikes of a stream into bytes: a header, an event for each spike in order of time, and marks.
///
/// The header is a line of JSON with all that decoding needs. A mark says how many steps are decided: `{"steps":n}`, in
/// CSV as a comment, in binary as a record of channel 0xFFFFFFFF whose time is n. The last thing in a stream is a mark.
struct EventStreamWriter {
    static let magic = Array("SPIKES1\n".utf8)
    static let markChannel = UInt32.max

    let format: EventStreamFormat
    private let times: StepTimes?
    private let isGraded: Bool

    /// - Parameters:
    ///   - times: The times of the steps; `nil` if the sampling rate is unknown, events then have the number of the step.
    init(_ format: EventStreamFormat, times: StepTimes?, isGraded: Bool) {
        (self.format, self.times, self.isGraded) = (format, times, isGraded)
    }

    /// The bytes before the first event.
    ///
    /// - Parameter encoded: The encoding, without any steps.
    func header(_ encoded: EncodedSignal) throws(FileError) -> [UInt8] {
        let json = Array(try EncodedHeader(encoded).json("standard output").utf8)
        switch format {
        case .csv:
            let names = [times == nil ? "step" : "time_s", "channel", "polarity"] + (isGraded ? ["amplitude"] : [])
            return Array("# ".utf8) + json + Array("\n\(names.joined(separator: ","))\n".utf8)
        case .jsonl: return json + [10]
        case .binary: return Self.magic + Self.bytes(UInt32(json.count)) + json
        }
    }

    /// Adds the bytes of the events of some steps.
    ///
    /// - Parameter firstStep: The number of the first of these steps in the whole recording.
    func write(_ spikes: SpikeTrain, firstStep: Int, to bytes: inout [UInt8]) {
        for event in spikes.events {
            let step = firstStep + event.step
            let time = times?.time(ofStep: step)
            switch format {
            case .csv:
                bytes += (time.map { "\($0)" } ?? "\(step)").utf8
                bytes += ",\(event.unit),\(event.sign)".utf8
                if let amplitude = event.amplitude { bytes += ",\(amplitude)".utf8 }
                bytes.append(10)
            case .jsonl:
                bytes += (time.map { "{\"time\":\($0)" } ?? "{\"step\":\(step)").utf8
                bytes += ",\"channel\":\(event.unit),\"polarity\":\(event.sign)".utf8
                if let amplitude = event.amplitude { bytes += ",\"amplitude\":\(amplitude)".utf8 }
                bytes += "}\n".utf8
            case .binary:
                record(time ?? Double(step), UInt32(event.unit), event.amplitude ?? Float(event.sign), to: &bytes)
            }
        }
    }

    /// Adds the bytes of a mark.
    func writeMark(steps: Int, to bytes: inout [UInt8]) {
        switch format {
        case .csv: bytes += "# {\"steps\":\(steps)}\n".utf8
        case .jsonl: bytes += "{\"steps\":\(steps)}\n".utf8
        case .binary: record(Double(steps), Self.markChannel, 0, to: &bytes)
        }
    }

    private func record(_ time: Double, _ channel: UInt32, _ value: Float, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: time.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: channel.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func bytes(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
}
