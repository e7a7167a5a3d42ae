import SpikeEncoding

/// Reads WFDB annotations in the MIT format, such as the beats in `.atr` files.
///
/// Source: "WFDB Applications Guide", annot(5), physionet.org/physiotools/wag/annot-5.htm.
enum WFDBAnnotations {
    /// The symbols of the annotation codes 1 to 41; a space stands for a code without one.
    private static let symbols = Array(#"NLRaVFJASEj/Q~ | sT*D"=pB^t+u?![]en@xf()r"#)

    /// What a code of the format means that is not an annotation itself.
    private enum Code {
        static let skip = 59
        static let number = 60
        static let subtype = 61
        static let channel = 62
        static let note = 63
    }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - frameRate: The number of frames of the record per second.
    ///   - start: The time of the first sample of the recording, in seconds after the record's beginning.
    /// - Throws: `FileError` for a file that is cut short, or in another format.
    static func read(
        _ file: InputFile, frameRate: Double, startingAt start: Double
    ) throws(FileError) -> RecordingLabels {
        try file.seek(to: 0)
        var reader = Reader(bytes: try file.bytes(file.size), path: file.path)
        var labels: [RecordingLabels.Label] = []
        var (time, rate, channel) = (0, frameRate, 0)
        var current: (code: Int, time: Int, note: String?)?
        func finish() {
            guard let done = current else { return }
            current = nil
            // Code 0 is no annotation; it only moves the time on.
            guard done.code > 0 else { return }
            // A note before all else may give another rate of the times.
            let resolution = "## time resolution: "
            if done.code == 22, labels.isEmpty, let note = done.note, note.hasPrefix(resolution) {
                rate = Double(note.dropFirst(resolution.count)).flatMap { $0.isFinite && $0 > 0 ? $0 : nil } ?? rate
                return
            }
            if done.code == 22, labels.isEmpty, done.note?.hasPrefix("## ") == true { return }
            labels.append(
                .init(
                    time: Double(done.time) / rate - start, symbol: symbol(done.code), note: done.note, channel: channel
                ))
        }
        while let word = try reader.word() {
            let (code, number) = (word >> 10, word & 0x3FF)
            if word == 0 {
                finish()
                return RecordingLabels(labels)
            }
            switch code {
            case Code.skip:
                finish()
                let (high, low) = (try reader.needed(), try reader.needed())
                time &+= Int(Int32(bitPattern: UInt32(high << 16 | low)))
            case Code.number, Code.subtype: break
            case Code.channel: channel = number
            case Code.note:
                let text = try reader.text(number)
                current?.note = text
            case 0...49:
                finish()
                time &+= number
                current = (code, time, nil)
            default:
                throw .malformed(
                    path: file.path, place: "byte \(reader.position - 2)",
                    problem: "the annotation code \(code) is unknown; only the MIT format of annotations is read")
            }
        }
        throw .damaged(path: file.path, problem: "its end is missing after \(counted(labels.count, "label"))")
    }

    private static func symbol(_ code: Int) -> String {
        guard 1...symbols.count ~= code, symbols[code - 1] != " " else { return "[\(code)]" }
        return String(symbols[code - 1])
    }

    private struct Reader {
        let bytes: [UInt8]
        let path: String
        var position = 0

        mutating func word() throws(FileError) -> Int? {
            guard position + 2 <= bytes.count else { return nil }
            defer { position += 2 }
            return Int(bytes[position]) | Int(bytes[position + 1]) << 8
        }

        mutating func needed() throws(FileError) -> Int {
            guard let word = try word() else {
                throw .damaged(path: path, problem: "was cut short within an annotation")
            }
            return word
        }

        /// Text, which is followed by a byte where its length is odd.
        mutating func text(_ count: Int) throws(FileError) -> String {
            guard position + count <= bytes.count else {
                throw .damaged(path: path, problem: "was cut short within the text of an annotation")
            }
            defer { position += count + count % 2 }
            var text = String(decoding: bytes[position..<position + count], as: UTF8.self)
            while text.last == "\0" { text.removeLast() }
            return text
        }
    }
}
