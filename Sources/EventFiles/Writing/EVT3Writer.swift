import ArrayFiles

/// Writes EVT 3.0. Events of one row, time and polarity whose columns lie close together become vectors.
///
/// The clock of EVT3 has 24 bits, and starts again from 0 every 16.8 s. Its first turn is that of the earliest event;
/// the line `start_time_us` of the header says when it began. Other readers give times from that turn on.
final class EVT3Writer: EventWriting {
    private let file: OutputFile
    private var encoder: EVT3Encoder

    init(_ path: String, _ summary: EventSummary) throws(FileError) {
        file = try OutputFile(path)
        encoder = EVT3Encoder(startTime: (summary.firstTime >> 24) << 24)
        var header = "% evt 3.0\n"
        if summary.size.width > 0, summary.size.height > 0 {
            header += "% format EVT3;height=\(summary.size.height);width=\(summary.size.width)\n"
            header += "% geometry \(summary.size.width)x\(summary.size.height)\n"
        }
        if encoder.startTime != 0 { header += "% \(EVT3Decoder.startTimeKey) \(encoder.startTime)\n" }
        try file.write(header + "% integrator_name SpikeKit\n% end\n")
    }

    func write(_ events: EventBuffer) throws(FileError) { try file.write(elements: encoder.words(of: events)) }

    func close() throws(FileError) { try file.close() }
}
