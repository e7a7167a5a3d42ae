import Foundation
import SpikeEncoding

/// Encoded recordings in HDF5 files: events that any HDF5 reader understands, and all that decoding needs.
///
///     /spikes/times       (1,) of float64[]: seconds; the attribute `unit` is "s", or "steps" if the rate is unknown
///     /spikes/units       (1,) of uint16[], uint32[] above 65,536 units
///     /spikes/steps       (1,) of int64[]: the exact time
///     /spikes/polarity    (1,) of int8[]: +1 or −1
///     /spikes/amplitudes  (1,) of float32[]: graded codes only
///     /encoding           JSON: format, version, codec, channels, samplingRate, startTime, unit, clippedCount,
///                         unitCount, stepCount
///
/// Events are in order of time, then unit. Times and units are laid out as in the Spiking Heidelberg Digits (Cramer et
/// al., IEEE TNNLS 33 (2022), doi:10.1109/TNNLS.2020.3044364), with one recording. A file carries a checksum and is read
/// only if it is unchanged.
public enum EncodedFile {
    /// Writes the file whole or not at all. A graded spike of amplitude 0 is no event.
    public static func write(_ encoded: EncodedSignal, to path: String) throws(FileError) {
        let json = try EncodedHeader(encoded).json(path)
        try AtomicFile.write(to: path) { temporary in
            do {
                try HDF5.withLibrary { () throws(FileError) in try write(encoded, json, temporary) }
            } catch FileError.malformed(_, let place, let problem) {
                throw FileError.unwritable(
                    path: path, reason: systemMessage(problem) ?? "\(place ?? "file"): \(problem)")
            }
            try Seal.apply(to: temporary)
        }
    }

    /// What the system said, within libhdf5's account of all it tried.
    private static func systemMessage(_ problem: String) -> String? {
        problem.components(separatedBy: "error message = '").dropFirst().first?.prefix { $0 != "'" }.lowercased()
    }

    private static func write(_ encoded: EncodedSignal, _ json: String, _ path: String) throws(FileError) {
        let train = encoded.spikes
        let events = SpikeEvents(train)
        let writer = try HDF5Writer(path)
        try writer.group("spikes")
        if let times = encoded.stepTimes {
            try writer.array("spikes/times", events.map { times.time(ofStep: $0.step) }, unit: "s")
        } else {
            try writer.array("spikes/times", events.map { Double($0.step) }, unit: "steps")
        }
        if train.unitCount <= 1 << 16 {
            try writer.array("spikes/units", events.map { UInt16($0.unit) })
        } else {
            try writer.array("spikes/units", events.map { UInt32($0.unit) })
        }
        try writer.array("spikes/steps", events.map { Int64($0.step) })
        try writer.array("spikes/polarity", events.map { train.signs[$0.index] })
        if let amplitudes = train.amplitudes {
            try writer.array("spikes/amplitudes", events.map { amplitudes[$0.index] })
        }
        try writer.text("encoding", json)
        try writer.close()
    }

    /// Reads a file that `write` wrote; the result equals what was written.
    ///
    /// - Throws: `FileError` for another file, or one that was cut short, damaged or changed.
    public static func read(_ path: String) throws(FileError) -> EncodedSignal {
        try Seal.verify(path)
        return try HDF5.withLibrary { () throws(FileError) in
            let reader = try HDF5Reader(path)
            let header = try EncodedHeader(json: reader.text("encoding"), path)
            let train = try spikes(reader, header, path)
            return header.encoded(train)
        }
    }

    private static func spikes(
        _ reader: borrowing HDF5Reader, _ header: EncodedHeader, _ path: String
    ) throws(FileError) -> SpikeTrain {
        var builder = try SpikeTrainBuilder(
            path, unitCount: header.unitCount, stepCount: header.stepCount, isGraded: header.codec.base.isGraded)
        let steps = try reader.array("spikes/steps", of: Int64.self)
        func sameCount<Value>(_ name: String, _ values: [Value]) throws(FileError) -> [Value] {
            guard values.count == steps.count else {
                throw .malformed(
                    path: path, place: "dataset \(name)", problem: "\(values.count) values for \(steps.count) steps")
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
