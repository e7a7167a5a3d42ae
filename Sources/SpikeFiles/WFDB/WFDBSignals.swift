import Foundation

/// Reads the samples of a WFDB record that has no segments.
struct WFDBSignals {
    /// The samples of one signal.
    struct Samples {
        /// The values in the signal's unit. NaN stands for samples that were not measured.
        let values: [Double]
        /// Whether the sum of the samples is what the header says; true if it says none.
        let hasRightChecksum: Bool
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
    ///     returned, without its fraction of a digital step, as WFDB computes it.
    /// - Returns: The samples of each wanted signal, and the number of frames.
    func read(_ wanted: [Int], width: Int) throws(FileError) -> (samples: [Samples], frameCount: Int) {
        let needed = groups.filter { group in group.signals.contains(where: wanted.contains) }
        var contents: [(group: Group, samples: [Int32])] = []
        var frameCount = header.frameCount
        for group in needed {
            let samples =
                group.format.isCompressed
                ? try compressed(group, header.frameCount) : try plain(group, header.frameCount)
            frameCount = min(frameCount ?? .max, samples.count / group.samplesPerFrame)
            contents.append((group, samples))
        }
        let count = frameCount ?? 0
        var found: [Int: Samples] = [:]
        for (group, samples) in contents {
            var position = 0
            for index in group.signals {
                let signal = header.signals[index]
                if wanted.contains(index) {
                    found[index] = Self.samples(
                        signal, group.format, samples, from: position, step: group.samplesPerFrame, frameCount: count,
                        isAveraged: signal.samplesPerFrame > width)
                }
                position += signal.samplesPerFrame
            }
        }
        return (wanted.map { found[$0]! }, count)
    }

    private static func samples(
        _ signal: WFDBHeader.Signal, _ format: WFDBFormat, _ all: [Int32], from first: Int, step: Int, frameCount: Int,
        isAveraged: Bool
    ) -> Samples {
        let (width, kept) = (signal.samplesPerFrame, isAveraged ? 1 : signal.samplesPerFrame)
        let (baseline, gain) = (Double(signal.baseline), signal.gain)
        let invalid = format.invalidValue.map { Int64($0) }
        var sum: Int64 = 0
        var last = Int64(signal.initialValue)
        let values = all.withUnsafeBufferPointer { all in
            [Double](unsafeUninitializedCapacity: frameCount * kept) { output, count in
                for frame in 0..<frameCount {
                    var frameSum: Int64 = 0
                    for sample in 0..<width {
                        var value = Int64(all[frame &* step &+ first &+ sample])
                        if format == .differences8 {
                            last &+= value
                            value = last
                        }
                        sum &+= value
                        if isAveraged {
                            frameSum &+= value
                            continue
                        }
                        output.initializeElement(
                            at: count, to: value == invalid ? .nan : (Double(value) - baseline) / gain)
                        count &+= 1
                    }
                    guard isAveraged else { continue }
                    let mean = frameSum / Int64(width)
                    output.initializeElement(
                        at: count, to: mean == invalid ? .nan : (Double(mean) - baseline) / gain)
                    count &+= 1
                }
            }
        }
        let shift = min(signal.skew, frameCount) * kept
        let shifted = shift == 0 ? values : Array(values[shift...]) + Array(repeating: .nan, count: shift)
        return Samples(
            values: shifted,
            hasRightChecksum: signal.checksum.map { Int16(truncatingIfNeeded: $0) == Int16(truncatingIfNeeded: sum) }
                ?? true)
    }

    private func plain(_ group: Group, _ frameCount: Int?) throws(FileError) -> [Int32] {
        let file = try InputFile(group.path)
        let available = group.format.sampleCount(bytes: max(0, file.size - group.byteOffset))
        let frames = try frames(group, available: available / group.samplesPerFrame, needed: frameCount)
        try file.seek(to: group.byteOffset)
        // A few bytes more than the samples take, as the last group of packed samples may be complete.
        let size = min(file.size - group.byteOffset, frames * group.samplesPerFrame * 4 + 4)
        let bytes = try file.bytes(max(0, size))
        guard group.format.sampleCount(bytes: bytes.count) >= frames * group.samplesPerFrame else {
            throw .damaged(path: group.path, problem: "it became shorter while being read; read it again")
        }
        return group.format.samples(bytes, count: frames * group.samplesPerFrame)
    }

    /// Reads a FLAC file, which has a channel for each signal.
    private func compressed(_ group: Group, _ frameCount: Int?) throws(FileError) -> [Int32] {
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
        return samples
    }

    private func frames(_ group: Group, available: Int, needed: Int?) throws(FileError) -> Int {
        guard let needed else { return available }
        guard needed <= available else {
            throw .damaged(
                path: group.path,
                problem: "was cut short: \(available) samples of each signal are there, of \(needed) that "
                    + "\(header.path) promises")
        }
        return needed
    }
}
