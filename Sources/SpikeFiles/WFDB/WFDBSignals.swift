import Foundation
import SpikeEncoding

/// Reads the samples of a WFDB record that has no segments.
struct WFDBSignals {
    /// The samples of some signals.
    struct Samples {
        /// The values in the signals' units, signal after signal. NaN stands for samples that were not measured.
        let values: [Double]
        /// The number of frames of each signal.
        let frameCount: Int
        /// For each signal, whether the sum of the samples is what the header says; true if it says none.
        let haveRightChecksums: [Bool]
        /// Whether samples were not measured.
        let haveGaps: Bool
        /// Warnings of samples that the header does not promise.
        let warnings: [String]
    }

    let header: WFDBHeader
    private let groups: [Group]

    /// The signals that one file holds, frame after frame.
    private struct Group {
        let path: String
        let format: WFDBFormat
        let byteOffset: Int
        var signals: [Int]
        var samplesPerFrame: Int
    }

    /// - Parameter header: The header of a record without segments.
    init(_ header: WFDBHeader) throws(FileError) {
        self.header = header
        var groups: [Group] = []
        for (index, signal) in header.signals.enumerated() {
            guard let format = WFDBFormat(rawValue: signal.format) else {
                throw .malformed(
                    path: header.path, place: "signal \(index + 1)",
                    problem: "the format \(signal.format) is unknown; known are "
                        + "8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516 and 524")
            }
            if let last = groups.last, header.signals[last.signals[0]].fileName == signal.fileName {
                guard last.format == format else {
                    throw .malformed(
                        path: header.path, place: "signal \(index + 1)",
                        problem: "the signals in \(excerpt(signal.fileName.utf8)) differ in format")
                }
                groups[groups.count - 1].signals.append(index)
                groups[groups.count - 1].samplesPerFrame += signal.samplesPerFrame
            } else {
                groups.append(
                    Group(
                        path: try Self.beside(header.path, signal.fileName), format: format,
                        byteOffset: signal.byteOffset, signals: [index], samplesPerFrame: signal.samplesPerFrame))
            }
        }
        self.groups = groups
    }

    /// The path of a file in the folder of another one.
    static func beside(_ path: String, _ name: String) throws(FileError) -> String {
        guard !name.contains("/"), !name.isEmpty else {
            throw .malformed(
                path: path, place: nil, problem: "names the file \(excerpt(name.utf8)), which is not in its folder")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return folder + name
    }

    /// Reads signals.
    ///
    /// - Parameters:
    ///   - wanted: The indices of the signals.
    ///   - width: The number of samples per frame to return. Of signals that have more, the mean of each frame is
    ///     returned, without its fraction of a digital step, as WFDB computes it, and without samples that were not
    ///     measured.
    /// - Returns: The samples of the wanted signals, in this order.
    func read(_ wanted: [Int], width: Int) throws(FileError) -> Samples {
        let needed = groups.filter { group in group.signals.contains(where: wanted.contains) }
        var contents: [WFDBContent] = []
        var frameCount = header.frameCount
        var warnings: [String] = []
        for group in needed {
            let (content, available) =
                group.format.isCompressed
                ? try compressed(group, header.frameCount) : try plain(group, header.frameCount)
            frameCount = min(frameCount ?? .max, content.frameCount)
            contents.append(content)
            if let warning = surplus(group, available: available) { warnings.append(warning) }
        }
        let count = frameCount ?? 0
        let tasks = wanted.enumerated().map { (place, index) in
            let file = needed.firstIndex { $0.signals.contains(index) }!
            let before = needed[file].signals.prefix { $0 != index }
            return Task(
                signal: header.signals[index], file: file,
                position: before.reduce(0) { $0 + header.signals[$1].samplesPerFrame }, place: place,
                isAveraged: header.signals[index].samplesPerFrame > width)
        }
        let (values, sums, haveGaps) = Self.decode(contents, tasks, frameCount: count, width: width)
        let areRight = zip(tasks, sums).map { task, sum in
            task.signal.checksum.map { Int16(truncatingIfNeeded: $0) == Int16(truncatingIfNeeded: sum) } ?? true
        }
        return Samples(
            values: values, frameCount: count, haveRightChecksums: areRight,
            haveGaps: haveGaps || tasks.contains { $0.signal.skew > 0 }, warnings: warnings)
    }

    /// What is to be done for one signal.
    fileprivate struct Task {
        let signal: WFDBHeader.Signal
        /// The index of its file among those that are read.
        let file: Int
        /// The position of its samples in a frame of the file.
        let position: Int
        /// The place of the signal in the result.
        let place: Int
        let isAveraged: Bool
    }

    /// Decodes signals, block by block on all processors.
    ///
    /// - Parameter width: The number of values per frame and signal.
    /// - Returns: The values, signal after signal, the sum of each signal's samples, and whether any was not measured.
    private static func decode(
        _ contents: [WFDBContent], _ tasks: [Task], frameCount: Int, width: Int
    ) -> (values: [Double], sums: [Int64], haveGaps: Bool) {
        // Blocks stay in the processor's cache. Differences add up over the whole signal.
        let needsOrder = contents.contains { $0.format == .differences8 }
        let widest = contents.map(\.samplesPerFrame).max() ?? 1
        let length = needsOrder ? max(1, frameCount) : max(1, 2048 / widest) * WFDBContent.grain
        let blocks = (frameCount + length - 1) / length
        var found = [(sum: Int64, hasGaps: Bool)](repeating: (0, false), count: blocks * tasks.count)
        let tables = tasks.map { $0.table(contents[$0.file].format, frameCount: frameCount) }
        let values = [Double](large: tasks.count * frameCount * width) { output in
            nonisolated(unsafe) let output = output
            found.withUnsafeMutableBufferPointer { found in
                nonisolated(unsafe) let found = found
                forEachIndex(below: blocks, threads: blocks < 8 ? 1 : defaultThreadCount) { block in
                    let frames = block * length..<min(frameCount, (block + 1) * length)
                    for (file, content) in contents.enumerated() {
                        func decode(_ samples: UnsafeBufferPointer<some FixedWidthInteger>) {
                            for task in tasks where task.file == file {
                                let start = (task.place * frameCount + frames.lowerBound) * width
                                found[block * tasks.count + task.place] = task.decode(
                                    samples, content, tables[task.place],
                                    into: UnsafeMutableBufferPointer(
                                        rebasing: output[start..<start + frames.count * width]))
                            }
                        }
                        if content.withWords(of: frames, { decode($0) }) == nil {
                            content.withSamples(of: frames) { decode($0) }
                        }
                    }
                }
            }
            for task in tasks where task.signal.skew > 0 {
                let start = task.place * frameCount * width
                task.undoSkew(UnsafeMutableBufferPointer(rebasing: output[start..<start + frameCount * width]), width)
            }
        }
        let sums = tasks.map { task in
            (0..<blocks).reduce(Int64(0)) { $0 &+ found[$1 * tasks.count + task.place].sum }
        }
        return (values, sums, found.contains(where: \.hasGaps))
    }

    /// A warning if a file holds more than the header says, not counting the skew and what fills the last group of packed
    /// samples.
    private func surplus(_ group: Group, available: Int) -> String? {
        guard let promised = header.frameCount else { return nil }
        let skew = group.signals.map { header.signals[$0].skew }.max() ?? 0
        let rest = available - (promised + skew) * group.samplesPerFrame
        guard rest >= group.samplesPerFrame, rest > (group.format.isPacked ? 2 : 0) else { return nil }
        return
            "\(group.path) holds \(counted(available / group.samplesPerFrame, "sample")) of each signal, of which its header "
            + "promises \(promised); the others are left out"
    }

    private func plain(
        _ group: Group, _ frameCount: Int?
    ) throws(FileError) -> (content: WFDBContent, available: Int) {
        let file = try InputFile(group.path)
        let available = group.format.sampleCount(bytes: max(0, file.size - group.byteOffset))
        let frames = try frames(group, available: available / group.samplesPerFrame, needed: frameCount)
        try file.seek(to: group.byteOffset)
        // A few bytes more than the samples take, as the last group of packed samples may be complete.
        let size = max(0, min(file.size - group.byteOffset, frames * group.samplesPerFrame * 4 + 4))
        var read: Result<Int, FileError> = .success(0)
        let bytes = [UInt8](large: size) { buffer in
            do throws(FileError) {
                read = .success(try file.read(into: UnsafeMutableRawBufferPointer(buffer)))
            } catch {
                read = .failure(error)
            }
        }
        guard try read.get() == size else {
            throw .damaged(path: group.path, problem: "it became shorter while being read; read it again")
        }
        return (content(group, .bytes(bytes), frames), available)
    }

    /// Reads a FLAC file, which has a channel for each signal.
    private func compressed(
        _ group: Group, _ frameCount: Int?
    ) throws(FileError) -> (content: WFDBContent, available: Int) {
        let width = header.signals[group.signals[0]].samplesPerFrame
        guard group.signals.allSatisfy({ header.signals[$0].samplesPerFrame == width }) else {
            throw .malformed(
                path: header.path, place: nil,
                problem: "the signals in \(excerpt(group.path.utf8)) have different rates, which FLAC does not hold")
        }
        let channels = try AudioRecording.integers(
            InputFile(group.path), channelCount: group.signals.count, bits: group.format.bits)
        let frames = try frames(group, available: channels[0].count / width, needed: frameCount)
        var samples: [Int32] = []
        samples.reserveCapacity(frames * group.samplesPerFrame)
        for frame in 0..<frames {
            for channel in channels { samples += channel[frame * width..<(frame + 1) * width] }
        }
        return (content(group, .samples(samples), frames), channels.count * channels[0].count)
    }

    private func content(_ group: Group, _ source: WFDBContent.Source, _ frameCount: Int) -> WFDBContent {
        WFDBContent(
            format: group.format, source: source, samplesPerFrame: group.samplesPerFrame, frameCount: frameCount)
    }

    private func frames(_ group: Group, available: Int, needed: Int?) throws(FileError) -> Int {
        guard let needed else { return available }
        guard needed <= available else {
            throw .damaged(
                path: group.path,
                problem: "was cut short: it holds \(counted(available, "sample")) of each signal, of \(needed) that "
                    + "\(header.path) promises")
        }
        return needed
    }
}

extension WFDBSignals.Task {
    /// The values of all samples of 16 bits, from the least on, where a long signal has a sample per frame; `nil` if
    /// dividing each sample is as fast.
    fileprivate func table(_ format: WFDBFormat, frameCount: Int) -> [Double]? {
        // Compressed samples may have more bits than the header says.
        guard frameCount >= 1 << 17, format.bits <= 16, format != .differences8, !format.isCompressed,
            signal.samplesPerFrame == 1
        else { return nil }
        return (Int16.min...Int16.max).map { sample in
            Int32(sample) == format.invalidValue ? .nan : (Double(sample) - Double(signal.baseline)) / signal.gain
        }
    }

    /// Writes the values of one signal.
    ///
    /// - Parameter table: What `table` returned.
    /// - Returns: The sum of its samples, and whether any was not measured.
    fileprivate func decode(
        _ samples: UnsafeBufferPointer<some FixedWidthInteger>, _ content: WFDBContent, _ table: [Double]?,
        into output: UnsafeMutableBufferPointer<Double>
    ) -> (sum: Int64, hasGaps: Bool) {
        let (width, step) = (signal.samplesPerFrame, content.samplesPerFrame)
        let (baseline, gain) = (Double(signal.baseline), signal.gain)
        let frameCount = samples.count / step
        var sum: Int64 = 0
        if width == 1, content.format != .differences8 {
            // Most records: a sample per frame.
            let hasInvalid = content.format.invalidValue != nil
            let invalid = content.format.invalidValue ?? 0
            var isInvalidFound = false
            if let table {
                table.withUnsafeBufferPointer { table in
                    for frame in 0..<frameCount {
                        let sample = Int32(truncatingIfNeeded: samples[frame &* step &+ position])
                        sum &+= Int64(sample)
                        isInvalidFound = isInvalidFound || hasInvalid && sample == invalid
                        output.initializeElement(at: frame, to: table[Int(sample) &- Int(Int16.min)])
                    }
                }
                return (sum, isInvalidFound)
            }
            for frame in 0..<frameCount {
                let sample = Int32(truncatingIfNeeded: samples[frame &* step &+ position])
                sum &+= Int64(sample)
                isInvalidFound = isInvalidFound || hasInvalid && sample == invalid
                output.initializeElement(at: frame, to: (Double(sample) - baseline) / gain)
            }
            guard isInvalidFound else { return (sum, false) }
            for frame in 0..<frameCount where samples[frame &* step &+ position] == invalid { output[frame] = .nan }
            return (sum, true)
        }
        let invalid = content.format.invalidValue.map { Int64($0) }
        var last = Int64(signal.initialValue)
        var count = 0
        for frame in 0..<frameCount {
            var (frameSum, measured): (Int64, Int64) = (0, 0)
            for sample in 0..<width {
                var value = Int64(truncatingIfNeeded: samples[frame &* step &+ position &+ sample])
                if content.format == .differences8 {
                    last &+= value
                    value = last
                }
                sum &+= value
                if isAveraged {
                    guard value != invalid else { continue }
                    frameSum &+= value
                    measured &+= 1
                    continue
                }
                output.initializeElement(at: count, to: value == invalid ? .nan : (Double(value) - baseline) / gain)
                count &+= 1
            }
            guard isAveraged else { continue }
            output.initializeElement(
                at: count, to: measured == 0 ? .nan : (Double(frameSum / measured) - baseline) / gain)
            count &+= 1
        }
        return (sum, true)
    }

    /// Moves values to the time of the other signals'. The last ones are unknown.
    fileprivate func undoSkew(_ values: UnsafeMutableBufferPointer<Double>, _ width: Int) {
        let shift = min(signal.skew * width, values.count)
        for index in 0..<values.count { values[index] = index + shift < values.count ? values[index + shift] : .nan }
    }
}
