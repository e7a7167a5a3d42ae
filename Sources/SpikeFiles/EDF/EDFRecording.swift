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
                problem: "has a gap of \(number(gap.length)) s, \(number(gap.position)) s after its start; give "
                    + "--sampling-rate \(number(Double(width) / header.recordDuration)) to join what is before and after"
            )
        }
        var warnings: [String] = []
        if !gaps.isEmpty {
            let texts = gaps.map { "\(number($0.length)) s at \(number($0.position)) s" }
            warnings.append(
                "gaps are passed over, which the recording does not show: \(RecordingSummary.list(texts, limit: 6))")
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
            guard signals[chosen[0]].sampleCount > 0 else {
                throw .unsuitable(path: file.path, problem: "the chosen channels hold no samples")
            }
            return (chosen, [])
        }
        // Without a choice, the rate that most channels have; of those, the highest.
        var counts: [Int: Int] = [:]
        for signal in signals where isChannel(signal) { counts[signal.sampleCount, default: 0] += 1 }
        guard let width = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else {
            throw .malformed(path: file.path, place: nil, problem: "has no channels of samples")
        }
        var (chosen, leftOut): ([Int], [RecordingSummary.Column]) = ([], [])
        for (index, signal) in signals.enumerated() where !signal.isAnnotations {
            if isChannel(signal), signal.sampleCount == width {
                chosen.append(index)
            } else {
                let reason =
                    isTriggers(signal)
                    ? "triggers" : signal.sampleCount == 0 ? "no samples" : "\(number(rate(index))) Hz"
                leftOut.append(.init(number: index + 1, name: signal.label, reason: reason, isGuess: false))
            }
        }
        return (chosen, leftOut)
    }

    /// BioSemi's channel of triggers and states, whose values are bits.
    private func isTriggers(_ signal: EDFHeader.Signal) -> Bool { header.sampleSize == 3 && signal.label == "Status" }

    private func isChannel(_ signal: EDFHeader.Signal) -> Bool {
        !signal.isAnnotations && !isTriggers(signal) && signal.sampleCount > 0
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
        let count = header.recordCount * width
        var values = [Double](repeating: 0, count: chosen.count * count)
        var annotations = EDFAnnotations()
        var flawCount = 0
        try file.seek(to: header.size)
        for record in 0..<header.recordCount {
            let bytes = try file.bytes(header.recordSize)
            guard bytes.count == header.recordSize else {
                throw .damaged(path: file.path, problem: "it became shorter while being read; read it again")
            }
            for (index, signal) in chosen.enumerated() {
                let target = index * count + record * width
                decode(bytes, from: starts[signal], scales[index], &values, target..<target + width)
            }
            for (index, signal) in notes.enumerated() {
                let end = starts[signal] + header.signals[signal].sampleCount * size
                if !annotations.add(bytes[starts[signal]..<end], isFirst: index == 0) { flawCount += 1 }
            }
        }
        return (values, annotations, flawCount)
    }

    private func decode(
        _ bytes: [UInt8], from start: Int, _ scale: Scale, _ values: inout [Double], _ target: Range<Int>
    ) {
        let isLong = header.sampleSize == 3
        bytes.withUnsafeBufferPointer { bytes in
            values.withUnsafeMutableBufferPointer { values in
                var position = start
                for index in target {
                    let low = Int32(bytes[position]) | Int32(bytes[position &+ 1]) << 8
                    let digital =
                        isLong ? (low << 8 | Int32(bytes[position &+ 2]) << 24) >> 8 : (low << 16) >> 16
                    values[index] = scale.unit * (Double(digital) + scale.offset)
                    position &+= isLong ? 3 : 2
                }
            }
        }
    }

    /// How digital values become physical ones: `unit · (digital + offset)`.
    private struct Scale {
        let unit: Double
        let offset: Double

        init(_ signal: EDFHeader.Signal) {
            let (physical, digital) = (signal.physicalRange, signal.digitalRange)
            unit = (physical.maximum - physical.minimum) / Double(digital.maximum - digital.minimum)
            offset = physical.maximum / unit - Double(digital.maximum)
        }
    }

    /// Where data records do not follow the one before: the time after the start, and the missing time, in seconds.
    private func gaps(_ starts: [Double?]) -> [(position: Double, length: Double)] {
        guard header.mayHaveGaps else { return [] }
        let first = starts.first.flatMap(\.self) ?? 0
        // Starts are rounded to decimals; a sample of the fastest signal is a gap.
        let fastest = header.signals.map(\.sampleCount).max()!
        let tolerance = 0.5 * header.recordDuration / Double(fastest)
        var gaps: [(position: Double, length: Double)] = []
        for index in starts.indices.dropFirst() {
            guard let start = starts[index], let before = starts[index - 1] else { continue }
            let length = start - before - header.recordDuration
            if abs(length) > tolerance {
                gaps.append((before + header.recordDuration - first, length))
            }
        }
        return gaps
    }
}
