import ArrayFiles

/// The lines before the data of a file, each of which begins with a mark: `%` in files of Prophesee, `#` in AEDAT.
struct HeaderLines {
    /// The lines without their mark and the blanks around.
    private(set) var lines: [String] = []

    /// Reads the lines, and leaves the stream at the first byte after them.
    ///
    /// Data may begin with the mark, too. A line that does not end, or that holds control characters, is taken for data.
    ///
    /// - Parameters:
    ///   - mark: The character that each line begins with.
    ///   - end: The last line, if there is one that marks the end of the header.
    init(_ stream: inout ByteStream, mark: Character, end: String? = nil) throws(FileError) {
        while lines.last != end || end == nil {
            try stream.fill(Self.longestLine)
            let window = stream.prefix(Self.longestLine)
            guard window.first == mark.asciiValue, let newline = window.firstIndex(of: 10) else { return }
            var line = window[window.startIndex + 1..<newline]
            if line.last == 13 { line.removeLast() }
            guard line.allSatisfy({ $0 >= 32 || $0 == 9 }) else { return }
            stream.skip(newline - window.startIndex + 1)
            while let first = line.first, first == 32 || first == 9 { line.removeFirst() }
            while let last = line.last, last == 32 || last == 9 { line.removeLast() }
            lines.append(String(decoding: line, as: UTF8.self))
        }
    }

    private static let longestLine = 1 << 16

    /// The rest of the first line that begins with a word, in any case; `nil` if there is none.
    func value(_ key: String) -> String? {
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 1)
            if let first = words.first, first.lowercased() == key {
                return words.count > 1 ? String(words[1].drop(while: \.isWhitespace)) : ""
            }
        }
        return nil
    }
}

/// What the header of a Prophesee file says.
struct PropheseeHeader {
    let lines: HeaderLines
    /// The number of bytes that the lines take.
    let byteCount: Int

    init(_ stream: inout ByteStream) throws(FileError) {
        lines = try HeaderLines(&stream, mark: "%", end: "end")
        byteCount = stream.position
    }

    /// The encoding in capitals, such as `EVT3`; `nil` if the header does not say.
    var encoding: String? {
        if let format = lines.value("format") {
            return format.split(separator: ";").first.map { $0.uppercased() }
        }
        return lines.value("evt").map { version in
            "EVT" + (version.hasSuffix(".0") ? String(version.dropLast(2)) : version)
        }
    }

    /// What is to be added to all times, in µs, as the package faery writes it to files that begin at 0; 0 if the header
    /// does not say.
    var startTime: Int64 { lines.value("t0").flatMap { Int64($0) } ?? 0 }

    /// The size of the sensor, if the header says it in one of the three forms that are in use.
    var size: SensorSize? {
        if let format = lines.value("format") {
            var fields: [String: Int] = [:]
            for field in format.split(separator: ";").dropFirst() {
                let parts = field.split(separator: "=", maxSplits: 1)
                if parts.count == 2 {
                    fields[parts[0].lowercased().filter { $0 != " " }] = Int(parts[1].filter { $0 != " " })
                }
            }
            if let size = SensorSize(inFile: fields["width"], fields["height"]) { return size }
        }
        if let size = lines.value("geometry").flatMap(SensorSize.init(geometry:)) { return size }
        return SensorSize(
            inFile: lines.value("width").flatMap { Int($0) }, lines.value("height").flatMap { Int($0) })
    }
}
