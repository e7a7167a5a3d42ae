import Foundation
import SpikeEncoding

extension RecordingFormat {
    static let wfdb = RecordingFormat(
        names: ["WFDB"], extensions: ["hea"], matches: { _ in false },
        load: { (source, options) throws(FileError) in try WFDBRecord(source.file, options).load() })
}

/// Reads a WFDB record: its header, its segments if it has any, and the beats beside it.
private struct WFDBRecord {
    private let header: WFDBHeader
    private let options: ReadingOptions
    /// The parts of the record in order of time.
    private let parts: [Part]
    /// The signals of the whole record.
    private let signals: [WFDBHeader.Signal]

    private enum Part {
        case record(WFDBHeader, frameCount: Int?)
        case gap(frameCount: Int)
    }

    init(_ file: InputFile, _ options: ReadingOptions) throws(FileError) {
        header = try WFDBHeader(file)
        self.options = options
        guard header.isSegmented else {
            parts = [.record(header, frameCount: nil)]
            signals = header.signals
            return
        }
        var (parts, signals): ([Part], [WFDBHeader.Signal]?) = ([], nil)
        for segment in header.segments {
            guard segment.name != "~" else {
                parts.append(.gap(frameCount: segment.frameCount))
                continue
            }
            let path = try WFDBSignals.beside(header.path, segment.name + ".hea")
            let part = try WFDBHeader(InputFile(path))
            guard !part.isSegmented else {
                throw .malformed(path: path, place: nil, problem: "is a segment, and has segments itself")
            }
            let whole = header.frameRate ?? WFDBHeader.defaultRate
            if let rate = part.frameRate, rate != whole {
                let texts = [rate, whole].map { RecordingSummary.number($0, digits: 9) }
                throw .malformed(
                    path: path, place: "line 1",
                    problem: "its sampling rate is \(texts[0]) Hz, and that of its record \(texts[1]) Hz")
            }
            signals = signals ?? part.signals
            // A first segment without samples describes the layout of the others.
            if segment.frameCount > 0 { parts.append(.record(part, frameCount: segment.frameCount)) }
        }
        self.parts = parts
        self.signals = signals ?? []
    }

    func load() throws(FileError) -> LoadedFile<Signal> {
        var (chosen, leftOut) = try choice()
        guard !chosen.isEmpty else {
            throw .malformed(
                path: header.path, place: nil,
                problem: signals.isEmpty
                    ? "has no signals" : "no signal is in all of its segments; choose signals by --columns")
        }
        let frameRate = header.frameRate ?? WFDBHeader.defaultRate
        let widths = Set(chosen.map { signals[$0].samplesPerFrame })
        let width = widths.count == 1 ? widths.first! : 1
        var joined = Joined()
        for part in parts {
            switch part {
            case .gap(let count): joined.add(gap: count)
            case .record(let record, let count):
                guard let indices = indices(of: chosen, in: record) else {
                    joined.add(gap: count ?? 0)
                    continue
                }
                try joined.add(record, indices, promised: count, signals: chosen.map { signals[$0] }, width: width)
            }
        }
        let skew = chosen.map { signals[$0].skew }.max()!
        joined.removeLast(frames: skew)
        guard joined.frameCount > 0 else {
            throw .malformed(path: header.path, place: nil, problem: "holds no samples")
        }
        if let gap = joined.gaps.first, options.samplingRate == nil {
            throw .unsuitable(
                path: header.path,
                problem:
                    "has a gap of \(seconds(gap.length, frameRate)) s, \(seconds(gap.position, frameRate)) s after its "
                    + "first sample; give --sampling-rate \(number(frameRate * Double(width))) to join what is before and "
                    + "after, or read its segments")
        }
        leftOut.sort { $0.number < $1.number }
        let lead = Double(joined.leadingGap) / frameRate
        let labels = try labels(frameRate, after: lead)
        let found = FoundRecording(
            values: joined.values(channelCount: chosen.count, width: width),
            channels: chosen.map { .init(name: signals[$0].name, unit: signals[$0].unit) },
            samplingRate: frameRate * Double(width),
            startTime: header.startTime.map { $0 + lead } ?? (lead > 0 ? lead : nil), leftOut: leftOut,
            warnings: warnings(joined, chosen, frameRate, width, skew) + labels.warnings, labels: labels.labels,
            mayLackValues: joined.haveGaps)
        return found.loaded(header.path, options)
    }

    /// The signals to read, and those that are left out because a segment lacks them.
    private func choice() throws(FileError) -> ([Int], [RecordingSummary.Column]) {
        if let columns = options.columns {
            let names = signals.map(\.name)
            return (try columns.indices(names: names, count: names.count, noun: "channel", path: header.path), [])
        }
        var (chosen, leftOut): ([Int], [RecordingSummary.Column]) = ([], [])
        for index in signals.indices {
            let isEverywhere = parts.allSatisfy { part in
                if case .record(let record, _) = part { indices(of: [index], in: record) != nil } else { true }
            }
            if isEverywhere {
                chosen.append(index)
            } else {
                leftOut.append(
                    .init(
                        number: index + 1, name: signals[index].name, reason: "not in all segments", isGuess: false))
            }
        }
        return (chosen, leftOut)
    }

    /// The indices in a segment of signals of the record; `nil` if the segment lacks one of them. Of several signals with
    /// the same name, the first of the segment is the first of the record, and so on.
    private func indices(of chosen: [Int], in record: WFDBHeader) -> [Int]? {
        let names = record.signals.map(\.name)
        if names == signals.map(\.name) { return chosen }
        var indices: [Int] = []
        for index in chosen {
            let name = signals[index].name
            let place = signals[..<index].count { $0.name == name }
            let places = names.indices.filter { names[$0] == name }
            guard place < places.count else { return nil }
            indices.append(places[place])
        }
        return indices
    }

    private func warnings(
        _ joined: Joined, _ chosen: [Int], _ frameRate: Double, _ width: Int, _ skew: Int
    ) -> [String] {
        var warnings = joined.warnings
        let found = header.segments.reduce(0) { $0 + $1.frameCount }
        if header.isSegmented, let promised = header.frameCount, promised != found {
            warnings.append("its header promises \(counted(promised, "sample")), and its segments have \(found)")
        }
        if header.frameRate == nil {
            warnings.append("its header gives no sampling rate; WFDB's usual 250 Hz is taken")
        }
        let averaged = chosen.filter { signals[$0].samplesPerFrame > width }
        if !averaged.isEmpty {
            let names = averaged.map { index in
                let count = signals[index].samplesPerFrame
                return "\(signals[index].name) (\(number(frameRate * Double(count))) Hz)"
            }
            warnings.append(
                "the channels have different rates: \(RecordingSummary.list(names, limit: 6)) \(names.count == 1 ? "is" : "are") "
                    + "averaged to \(number(frameRate)) Hz; channels of one rate, chosen by --columns, keep it")
        }
        if skew > 0 {
            warnings.append(
                "the last \(skew == 1 ? "sample is" : "\(skew) samples are") left out, as the skew of a signal passes over their values"
            )
        }
        if joined.trailingGap > 0 {
            warnings.append("the gap of \(seconds(joined.trailingGap, frameRate)) s at its end is left out")
        }
        if !joined.gaps.isEmpty {
            let gaps = joined.gaps.map {
                "\(seconds($0.length, frameRate)) s at \(seconds($0.position, frameRate)) s"
            }
            warnings.append(
                "gaps are passed over, which the recording does not show: \(RecordingSummary.list(gaps, limit: 6))")
        }
        return warnings
    }

    /// Reads the reference annotations beside the header. A file that cannot be read becomes a warning.
    private func labels(
        _ frameRate: Double, after lead: Double
    ) throws(FileError) -> (labels: RecordingLabels?, warnings: [String]) {
        let path = String(header.path.dropLast(4)) + ".atr"
        guard header.path.hasSuffix(".hea"), FileManager.default.fileExists(atPath: path) else { return (nil, []) }
        do throws(FileError) {
            let labels = try WFDBAnnotations.read(InputFile(path), frameRate: frameRate, startingAt: lead)
            return (labels, [])
        } catch {
            return (nil, ["its labels are left out: \(error)"])
        }
    }

    private func seconds(_ frames: Int, _ rate: Double) -> String { number(Double(frames) / rate) }

    private func number(_ value: Double) -> String { RecordingSummary.number(value, digits: 9) }
}

/// The parts of a record, one after the other.
private struct Joined {
    /// What each part holds, channel after channel.
    private var parts: [WFDBSignals.Samples] = []
    /// The number of frames, less those that were removed.
    private(set) var frameCount = 0
    private(set) var leadingGap = 0
    /// The number of frames without samples after the last sample.
    private(set) var trailingGap = 0
    /// The gaps between samples: the number of frames of samples before, and the length in frames.
    private(set) var gaps: [(position: Int, length: Int)] = []
    private(set) var warnings: [String] = []

    mutating func add(gap: Int) {
        if frameCount == 0 {
            leadingGap += gap
        } else {
            trailingGap += gap
        }
    }

    /// Adds a segment.
    ///
    /// - Parameters:
    ///   - promised: The number of frames that the header of the record gives.
    ///   - signals: The signals as the record has them.
    ///   - width: The number of samples per frame to keep; more are averaged.
    mutating func add(
        _ record: WFDBHeader, _ indices: [Int], promised: Int?, signals: [WFDBHeader.Signal], width: Int
    ) throws(FileError) {
        let samples = try WFDBSignals(record).read(indices, width: width)
        if let promised, promised != samples.frameCount {
            throw .malformed(
                path: record.path, place: nil,
                problem: "holds \(counted(samples.frameCount, "sample")), where its record has \(promised)")
        }
        warnings += samples.warnings
        for (position, index) in indices.enumerated() {
            let signal = record.signals[index]
            guard signal.samplesPerFrame == signals[position].samplesPerFrame, signal.unit == signals[position].unit
            else {
                throw .malformed(
                    path: record.path, place: "signal \(index + 1)",
                    problem: "differs in rate or unit from other segments")
            }
            if !samples.haveRightChecksums[position] {
                warnings.append(
                    "the checksum of \(excerpt(signal.name.utf8)) in \(record.path) is wrong; the samples may have changed"
                )
            }
        }
        parts.append(samples)
        if trailingGap > 0 {
            gaps.append((frameCount, trailingGap))
            trailingGap = 0
        }
        frameCount += samples.frameCount
    }

    /// Whether samples were not measured.
    var haveGaps: Bool { parts.contains(where: \.haveGaps) }

    mutating func removeLast(frames: Int) { frameCount -= min(frames, frameCount) }

    /// The values of all channels, one after the other.
    func values(channelCount: Int, width: Int) -> [Double] {
        if parts.count == 1, parts[0].frameCount == frameCount { return parts[0].values }
        let sampleCount = frameCount * width
        return [Double](large: channelCount * sampleCount) { all in
            for channel in 0..<channelCount {
                var start = 0
                for part in parts {
                    let length = part.frameCount * width
                    let kept = min(length, sampleCount - start)
                    for sample in 0..<kept {
                        all.initializeElement(
                            at: channel * sampleCount + start + sample, to: part.values[channel * length + sample])
                    }
                    start += kept
                }
            }
        }
    }
}
