import SpikeEncoding

extension RecordingFormat {
    static let edf = RecordingFormat(
        names: ["EDF", "BDF"], extensions: ["edf", "bdf"], matches: { EDFHeader.matches($0) },
        load: { (source, options) throws(FileError) in try EDFRecording(source.file, options).load() })
}

/// Reads the recording in an EDF or BDF file.
private struct EDFRecording {
    private let file: InputFile
    private let header: EDFHeader
    private let options: ReadingOptions

    init(_ file: InputFile, _ options: ReadingOptions) throws(FileError) {
        self.file = file
        self.options = options
        header = try EDFHeader(file)
    }

    func load() throws(FileError) -> LoadedFile<Signal> {
        let (chosen, leftOut) = try choice()
        let width = header.signals[chosen[0]].sampleCount
        guard header.recordCount > 0 else {
            throw .malformed(path: file.path, place: nil, problem: "holds no samples")
        }
        guard header.recordDuration > 0 else {
            throw .malformed(path: file.path, place: "byte 244", problem: "its data records have no length, 0 s")
        }
        let (values, annotations, flawCount) = try read(chosen, width)
        let gaps = gaps(annotations.recordStarts)
        if let gap = gaps.first, options.samplingRate == nil {
            throw .unsuitable(
                path: file.path,
                problem: (gap.length < 0 ? "goes back by" : "has a gap of") + " \(number(abs(gap.length))) s"
                    + ", \(number(gap.position)) s after its start; give "
                    + "--sampling-rate \(number(Double(width) / header.recordDuration)) to join what is before and after"
            )
        }
        var warnings = header.warnings
        if !gaps.isEmpty {
            let texts = gaps.map {
                "\(number(abs($0.length))) s\($0.length < 0 ? " back" : "") at \(number($0.position)) s"
            }
            warnings.append(
                "gaps are passed over, which the recording does not show: \(RecordingSummary.list(texts, limit: 6))")
        }
        let timeless = annotations.recordStarts.count { $0 == nil }
        if header.mayHaveGaps, timeless > 0 {
            warnings.append(
                "\(timeless) of its \(header.recordCount) data records have no time, and are taken to follow the one before"
            )
        }
        if flawCount > 0 {
            warnings.append("the annotations of \(flawCount) data records cannot be read and are left out")
        }
        let lead = annotations.recordStarts.first.flatMap(\.self) ?? 0
        let labels = annotations.labels.map { label in
            RecordingLabels.Label(time: label.time - lead, duration: label.duration, symbol: label.symbol)
        }
        let found = FoundRecording(
            values: values,
            channels: chosen.map { .init(name: header.signals[$0].label, unit: header.signals[$0].unit) },
            samplingRate: Double(width) / header.recordDuration, startTime: header.startTime.map { $0 + lead },
            leftOut: leftOut, warnings: warnings, labels: labels.isEmpty ? nil : RecordingLabels(labels))
        return found.loaded(file.path, options)
    }

    private func rate(_ index: Int) -> Double { Double(header.signals[index].sampleCount) / header.recordDuration }

    private func number(_ value: Double) -> String { RecordingSummary.number(value, digits: 9) }

    /// The signals to read, which share their rate, and those that are left out.
    private func choice() throws(FileError) -> ([Int], [RecordingSummary.Column]) {
        let signals = header.signals
        if let columns = options.columns {
            let chosen = try columns.indices(
                names: signals.map(\.label), count: signals.count, noun: "channel", path: file.path)
            if let notes = chosen.first(where: { signals[$0].isAnnotations }) {
                throw .unsuitable(path: file.path, problem: "channel \(notes + 1) holds annotations, not samples")
            }
            if let other = chosen.first(where: { signals[$0].sampleCount != signals[chosen[0]].sampleCount }) {
                throw .unsuitable(
                    path: file.path,
                    problem: "the chosen channels have different rates: \(excerpt(signals[chosen[0]].label.utf8)) has "
                        + "\(number(rate(chosen[0]))) Hz, \(excerpt(signals[other].label.utf8)) \(number(rate(other))) Hz; choose "
                        + "channels of one rate")
            }
            if let flawed = chosen.first(where: { signals[$0].flaw != nil }) {
                throw .unsuitable(
                    path: file.path,
                    problem: "channel \(flawed + 1), \(excerpt(signals[flawed].label.utf8)), has no values: "
                        + "\(signals[flawed].flaw!); leave it out of --columns")
            }
            guard signals[chosen[0]].sampleCount > 0 else {
                throw .unsuitable(path: file.path, problem: "the chosen channels hold no samples")
            }
            return (chosen, [])
        }
        // Without a choice, the rate that most channels have; of those, the highest.
        var counts: [Int: Int] = [:]
        for signal in signals where isChannel(signal) { counts[signal.sampleCount, default: 0] += 1 }
        guard let width = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else {
            let flaw = signals.lazy.filter { !$0.isAnnotations }.compactMap(\.flaw).first
            throw .malformed(
                path: file.path, place: nil,
                problem: "has no channels of samples" + (flaw.map { "; of the first, \($0)" } ?? ""))
        }
        var (chosen, leftOut): ([Int], [RecordingSummary.Column]) = ([], [])
        for (index, signal) in signals.enumerated() where !signal.isAnnotations {
            if isChannel(signal), signal.sampleCount == width {
                chosen.append(index)
            } else {
                let reason =
                    isTriggers(signal)
                    ? "triggers"
                    : signal.sampleCount == 0 ? "no samples" : signal.flaw ?? "\(number(rate(index))) Hz"
                leftOut.append(.init(number: index + 1, name: signal.label, reason: reason, isGuess: false))
            }
        }
        return (chosen, leftOut)
    }

    /// BioSemi's channel of triggers and states, whose values are bits.
    private func isTriggers(_ signal: EDFHeader.Signal) -> Bool { header.sampleSize == 3 && signal.label == "Status" }

    private func isChannel(_ signal: EDFHeader.Signal) -> Bool {
        !signal.isAnnotations && !isTriggers(signal) && signal.sampleCount > 0 && signal.flaw == nil
    }

    /// Reads all data records.
    ///
    /// - Parameter width: The number of samples of each chosen signal in a data record.
    private func read(
        _ chosen: [Int], _ width: Int
    ) throws(FileError) -> (values: [Double], annotations: EDFAnnotations, flawCount: Int) {
        let size = header.sampleSize
        var starts: [Int] = []
        var position = 0
        for signal in header.signals {
            starts.append(position)
            position += signal.sampleCount * size
        }
        let notes = header.signals.indices.filter { header.signals[$0].isAnnotations }
        let scales = chosen.map { Scale(header.signals[$0]) }
        let (count, recordSize, positions) = (header.recordCount * width, header.recordSize, starts)
        var annotations = EDFAnnotations()
        var flawCount = 0
        var failure: FileError?
        let values = [Double](large: chosen.count * count) { output in
            nonisolated(unsafe) let output = output
            do throws(FileError) {
                try forEachBlock { (records, bytes) in
                    forEachIndex(below: chosen.count, threads: bytes.count < 1 << 16 ? 1 : defaultThreadCount) {
                        index in
                        for (place, record) in records.enumerated() {
                            scales[index].decode(
                                bytes, from: place * recordSize + positions[chosen[index]], sampleSize: size,
                                into: output.baseAddress! + index * count + record * width, count: width)
                        }
                    }
                    for place in records.indices {
                        for (index, signal) in notes.enumerated() {
                            let start = (place - records.startIndex) * recordSize + positions[signal]
                            let end = start + header.signals[signal].sampleCount * size
                            if !annotations.add(bytes[start..<end], isFirst: index == 0) { flawCount += 1 }
                        }
                    }
                }
            } catch {
                failure = error
                output.initialize(repeating: 0)
            }
        }
        if let failure { throw failure }
        return (values, annotations, flawCount)
    }

    /// Reads the data records, some megabytes at a time.
    private func forEachBlock(
        _ body: (_ records: Range<Int>, _ bytes: [UInt8]) -> Void
    ) throws(FileError) {
        let length = max(1, (4 << 20) / max(1, header.recordSize))
        try file.seek(to: header.size)
        for start in stride(from: 0, to: header.recordCount, by: length) {
            let records = start..<min(start + length, header.recordCount)
            let bytes = try file.bytes(records.count * header.recordSize)
            guard bytes.count == records.count * header.recordSize else {
                throw .damaged(path: file.path, problem: "it became shorter while being read; read it again")
            }
            body(records, bytes)
        }
    }

    /// How digital values become physical ones: `unit · (digital + offset)`.
    private struct Scale {
        let unit: Double
        let offset: Double

        init(_ signal: EDFHeader.Signal) {
            let (physical, digital) = (signal.physicalRange, signal.digitalRange!)
            unit = (physical.maximum - physical.minimum) / Double(digital.maximum - digital.minimum)
            offset = physical.maximum / unit - Double(digital.maximum)
        }

        /// Decodes samples of 2 or 3 bytes each.
        func decode(
            _ bytes: [UInt8], from start: Int, sampleSize: Int, into values: UnsafeMutablePointer<Double>, count: Int
        ) {
            bytes.withUnsafeBytes { bytes in
                if sampleSize == 2 {
                    for index in 0..<count {
                        let digital = bytes.loadUnaligned(fromByteOffset: start &+ 2 &* index, as: Int16.self)
                        values[index] = unit * (Double(Int16(littleEndian: digital)) + offset)
                    }
                    return
                }
                for index in 0..<count {
                    let position = start &+ 3 &* index
                    let low = Int32(bytes[position]) | Int32(bytes[position &+ 1]) << 8
                    let digital = (low << 8 | Int32(bytes[position &+ 2]) << 24) >> 8
                    values[index] = unit * (Double(digital) + offset)
                }
            }
        }
    }

    /// Where data records do not follow the one before: the time after the start, and the missing time, in seconds. Data
    /// records without a time are taken to follow the one before.
    private func gaps(_ starts: [Double?]) -> [(position: Double, length: Double)] {
        guard header.mayHaveGaps else { return [] }
        let first = starts.first.flatMap(\.self) ?? 0
        // Starts are rounded to decimals; a sample of the fastest signal is a gap.
        let fastest = header.signals.map(\.sampleCount).max()!
        let tolerance = 0.5 * header.recordDuration / Double(fastest)
        var gaps: [(position: Double, length: Double)] = []
        var expected = first
        for start in starts {
            let start = start ?? expected
            if abs(start - expected) > tolerance { gaps.append((expected - first, start - expected)) }
            expected = start + header.recordDuration
        }
        return gaps
    }
}
