import Foundation
import SpikeEncoding

/// Encoded recordings in HDF5 files that any HDF5 reader understands, with all that decoding needs.
///
/// ```swift
/// import SpikeEncoding
///
/// let encoded = try StepForward(threshold: 0.4).encode(Signal(channels: [[0, 0.5, 1]], samplingRate: 100))
/// try EncodedFile.write(encoded, to: "spikes.h5")
/// print(try EncodedFile.read("spikes.h5") == encoded)  // → true
/// ```
///
/// As events, in order of time, then unit:
///
///     /spikes/times       (1,) of float64[]: seconds; the attribute `unit` is "s", or "steps" if the rate is unknown
///     /spikes/units       (1,) of uint16[], uint32[] above 65,536 units
///     /spikes/steps       (1,) of int64[]: the exact time
///     /spikes/polarity    (1,) of int8[]: +1 or −1
///     /spikes/amplitudes  (1,) of float32[]: graded codes only
///
/// or as frames, compressed:
///
///     /spikes/frames      (units, steps) of int8: −1, 0 or 1; of graded codes float32, the amplitudes
///
/// and either way:
///
///     /encoding           JSON: format, version, codec, channels, samplingRate, startTime, unit, clippedCount,
///                         unitCount, stepCount
///
/// Times and units of events are laid out as in the Spiking Heidelberg Digits (Cramer et al., IEEE TNNLS 33 (2022),
/// doi:10.1109/TNNLS.2020.3044364), with one recording. A file carries a checksum and is read only if it is unchanged.
public enum EncodedFile {
    /// The layout of the spikes in a file.
    public enum Layout: String, Sendable, CaseIterable {
        /// One array each of times, units and signs: for few spikes, and for readers of the Spiking Heidelberg Digits.
        case events
        /// Every step of every unit, compressed: for many spikes.
        case frames

        /// Events, unless they would take more than 64 KiB and more than the train's own bytes.
        init(for train: SpikeTrain) {
            let eventSize = train.amplitudes == nil ? 19 : 23
            let trainSize = train.signs.count * (train.amplitudes == nil ? 1 : 4)
            self = train.spikeCount * eventSize > max(1 << 16, trainSize) ? .frames : .events
        }
    }

    /// Writes an encoded recording, whole or not at all. A graded spike of amplitude 0 is no event.
    ///
    /// - Parameters:
    ///   - encoded: The encoded recording.
    ///   - path: The path of the file. An existing file is replaced.
    ///   - layout: The layout of the spikes in the file. `nil` takes events, or frames if the events would take more
    ///     than 64 KiB and more than one byte for each step (four bytes for graded codes). A train without steps has
    ///     events.
    /// - Throws: `FileError.unwritable` for a path that cannot be written.
    public static func write(_ encoded: EncodedSignal, to path: String, layout: Layout? = nil) throws(FileError) {
        let json = try EncodedHeader(encoded).json(path)
        let isOfFrames =
            !encoded.spikes.signs.isEmpty && (layout ?? Layout(for: encoded.spikes)) == .frames
        try AtomicFile.write(to: path) { temporary in
            do {
                try HDF5.withLibrary { () throws(FileError) in
                    let writer = try HDF5Writer(temporary)
                    try writer.group("spikes")
                    if isOfFrames { try writeFrames(encoded.spikes, writer) } else { try writeEvents(encoded, writer) }
                    try writer.text("encoding", json)
                    try writer.close()
                }
            } catch FileError.malformed(_, let place, let problem) {
                throw FileError.unwritable(path: path, reason: "\(place ?? "file"): \(problem)")
            }
            try Seal.apply(to: temporary)
        }
    }

    private static func writeFrames(_ train: SpikeTrain, _ writer: borrowing HDF5Writer) throws(FileError) {
        if let amplitudes = train.amplitudes {
            try writer.table("spikes/frames", amplitudes, columns: train.stepCount)
        } else {
            try writer.table("spikes/frames", train.signs, columns: train.stepCount)
        }
    }

    private static func writeEvents(_ encoded: EncodedSignal, _ writer: borrowing HDF5Writer) throws(FileError) {
        let events = encoded.events
        try writer.array(
            "spikes/times", events.map { $0.time ?? Double($0.step) }, unit: encoded.stepTimes == nil ? "steps" : "s")
        if encoded.spikes.unitCount <= 1 << 16 {
            try writer.array("spikes/units", events.map { UInt16($0.unit) })
        } else {
            try writer.array("spikes/units", events.map { UInt32($0.unit) })
        }
        try writer.array("spikes/steps", events.map { Int64($0.step) })
        try writer.array("spikes/polarity", events.map(\.sign))
        if encoded.spikes.amplitudes != nil {
            try writer.array("spikes/amplitudes", events.compactMap(\.amplitude))
        }
    }

    /// Reads a file that `write` wrote; the result equals what was written.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - codecs: The codecs that the file may be of; an app adds its own: `Codec.all + [Comparator.self]`.
    /// - Throws: `FileError` for a file of another kind, and for one that was cut short, damaged or changed.
    public static func read(
        _ path: String, codecs: [any SignalCodec.Type] = Codec.all
    ) throws(FileError) -> EncodedSignal {
        try Seal.verify(path)
        return try HDF5.withLibrary { () throws(FileError) in
            let reader = try HDF5Reader(path)
            let header = try EncodedHeader(json: reader.text("encoding"), path, codecs: codecs)
            let train = try reader.has("spikes/frames") ? frames(reader, header, path) : events(reader, header, path)
            return header.encoded(train)
        }
    }

    private static func frames(
        _ reader: borrowing HDF5Reader, _ header: EncodedHeader, _ path: String
    ) throws(FileError) -> SpikeTrain {
        let (units, steps, isGraded) = (header.unitCount, header.stepCount, header.codec.base.isGraded)
        func place(_ index: Int) -> String { "dataset spikes/frames, unit \(index / steps), step \(index % steps)" }
        try SpikeTrainBuilder.checkSize(path, unitCount: units, stepCount: steps, isGraded: isGraded)
        guard isGraded else {
            let signs = try reader.table("spikes/frames", rows: units, columns: steps, of: Int8.self)
            if let index = signs.firstIndex(where: { !(-1...1 ~= $0) }) {
                throw .malformed(path: path, place: place(index), problem: "\(signs[index]) is not -1, 0 or 1")
            }
            return SpikeTrain(signs: signs, unitCount: units)
        }
        let amplitudes = try reader.table("spikes/frames", rows: units, columns: steps, of: Float.self)
        if let index = amplitudes.firstIndex(where: { !$0.isFinite }) {
            throw .malformed(path: path, place: place(index), problem: "the amplitude is \(amplitudes[index])")
        }
        return SpikeTrain(amplitudes: amplitudes, unitCount: units)
    }

    private static func events(
        _ reader: borrowing HDF5Reader, _ header: EncodedHeader, _ path: String
    ) throws(FileError) -> SpikeTrain {
        var builder = try SpikeTrainBuilder(
            path, unitCount: header.unitCount, stepCount: header.stepCount, isGraded: header.codec.base.isGraded)
        let steps = try reader.array("spikes/steps", of: Int64.self)
        func sameCount<Value>(_ name: String, _ values: [Value]) throws(FileError) -> [Value] {
            guard values.count == steps.count else {
                throw .malformed(
                    path: path, place: "dataset \(name)",
                    problem: "\(counted(values.count, "value")) for \(counted(steps.count, "step"))")
            }
            return values
        }
        let units = try sameCount("spikes/units", reader.array("spikes/units", of: UInt32.self))
        let polarity = try sameCount("spikes/polarity", reader.array("spikes/polarity", of: Int8.self))
        let amplitudes =
            header.codec.base.isGraded
            ? try sameCount("spikes/amplitudes", reader.array("spikes/amplitudes", of: Float.self)) : nil
        for index in steps.indices {
            if let problem = builder.add(
                unit: Int(units[index]), step: Int(steps[index]), polarity: Int(polarity[index]),
                amplitude: amplitudes?[index])
            {
                throw .malformed(path: path, place: "spike \(index) of group spikes", problem: problem)
            }
        }
        return builder.train
    }
}
