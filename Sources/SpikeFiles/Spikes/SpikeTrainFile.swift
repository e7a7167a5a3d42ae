import SpikeEncoding

/// Spike trains in files: HDF5 that can be decoded, NumPy arrays, and events as text.
///
/// ```swift
/// import SpikeEncoding
///
/// let encoded = try StepForward(threshold: 0.4).encode(Signal(channels: [[0, 0.5, 1]], samplingRate: 100))
/// try SpikeTrainFile.write(encoded, to: "spikes.csv")
/// let train = try SpikeTrainFile.readTrain("spikes.csv", stepRate: 100)
/// print(train.signs)  // → [0, 1, 1]
/// ```
public enum SpikeTrainFile {
    /// The extensions of files that can be written and read.
    public static let extensions = ["h5", "hdf5", "npy", "csv"]

    /// Writes the spikes of a recording, whole or not at all.
    ///
    /// The extension says how the file is written:
    ///
    /// - `.h5 .hdf5`: all that decoding needs; see `EncodedFile`.
    /// - `.npy`: `units × steps` of int8, of graded codes the amplitudes as float32. Of codes that spread a value over
    ///   T steps, int8 `[T, units]` for one observation and `[T, B, units]` for B of them.
    /// - `.csv`: one row per event, in order of time, then unit: `time_s,channel,polarity`, with `step` instead of
    ///   `time_s` if the rate is unknown, and a fourth column `amplitude` for graded codes. `channel` counts units from
    ///   0.
    ///
    /// - Parameters:
    ///   - encoded: The encoded recording.
    ///   - path: The path of the file. An existing file is replaced.
    ///   - layout: The layout of the spikes in an HDF5 file; `nil` chooses it by size, see `EncodedFile.write`. Other
    ///     formats refuse a layout.
    /// - Throws: `FileError` for a path that cannot be written, an unknown extension, or a layout for another format.
    public static func write(
        _ encoded: EncodedSignal, to path: String, layout: EncodedFile.Layout? = nil
    ) throws(FileError) {
        let type = fileExtension(path)
        if let layout, let type, extensions.contains(type), !["h5", "hdf5"].contains(type) {
            throw .unsuitable(path: path, problem: "only HDF5 (.h5) can have the layout \(layout.rawValue)")
        }
        switch type {
        case "h5", "hdf5": try EncodedFile.write(encoded, to: path, layout: layout)
        case "npy": try array(encoded).write(to: path)
        case "csv": try EventTable.write(encoded, to: path)
        default: throw .unsupportedExtension(path: path, purpose: .writing, supported: extensions)
        }
    }

    /// Reads the spikes alone.
    ///
    /// The extension says how the file is read:
    ///
    /// - `.npy`: `units × steps`, or the steps of one unit: int8 of −1, 0 and 1, or float32 of graded spikes.
    /// - `.csv`: events as `write` writes them, in any order.
    /// - `.h5 .hdf5`: the spikes of an `EncodedFile`.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - stepRate: Steps per second, finite and above 0. Events whose times are in seconds need it.
    ///   - startTime: The time of step 0, in seconds, for events whose times are in seconds.
    ///   - unitCount: The number of units, for events as text; `nil` for one more than the largest unit in the file.
    ///   - stepCount: The number of steps, for events as text; `nil` for one more than the latest step in the file.
    ///   - codecs: The codecs that an HDF5 file may be of.
    /// - Returns: The spikes, `units × steps`.
    /// - Throws: `FileError` for a file that cannot be read, or that holds no spikes.
    public static func readTrain(
        _ path: String, stepRate: Double? = nil, startTime: Double = 0, unitCount: Int? = nil, stepCount: Int? = nil,
        codecs: [any SignalCodec.Type] = Codec.all
    ) throws(FileError) -> SpikeTrain {
        switch fileExtension(path) {
        case "h5", "hdf5": return try EncodedFile.read(path, codecs: codecs).spikes
        case "npy": return try readNPY(path)
        case "csv":
            return try EventTable.read(
                path, stepRate: stepRate, startTime: startTime, unitCount: unitCount, stepCount: stepCount)
        default: throw .unsupportedExtension(path: path, purpose: .reading, supported: extensions)
        }
    }

    /// Whether a file is text with the header of a list of events.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `FileError` for a file that cannot be read.
    package static func isListOfEvents(_ path: String) throws(FileError) -> Bool {
        guard fileExtension(path) == "csv" else { return false }
        // A stream has the header of its encoding in a comment before the names.
        let lines = try InputFile(path).bytes(1 << 16).split(omittingEmptySubsequences: true) { $0 == 10 || $0 == 13 }
        guard let line = lines.first(where: { $0.first != UInt8(ascii: "#") }) else { return false }
        let names = String(decoding: line.prefix(256), as: UTF8.self).split(separator: ",").map(String.init)
        return EventTable.isHeader(names)
    }

    private static func array(_ encoded: EncodedSignal) -> NPYArray {
        let train = encoded.spikes
        if let codec = encoded.codec.base as? any ObservationCodec { return windows(train, steps: codec.steps) }
        return NPYArray(
            shape: [train.unitCount, train.stepCount],
            elements: train.amplitudes.map { .float32($0) } ?? .int8(train.signs))
    }

    /// `[T, B, units]`, or `[T, units]` if B is 1, from a train of B windows of T steps.
    private static func windows(_ train: SpikeTrain, steps: Int) -> NPYArray {
        let (windows, units) = (train.stepCount / steps, train.unitCount)
        let signs = [Int8](unsafeUninitializedCapacity: train.signs.count) { output, count in
            train.signs.withUnsafeBufferPointer { signs in
                for unit in 0..<units {
                    for window in 0..<windows {
                        for step in 0..<steps {
                            let target = (step &* windows &+ window) &* units &+ unit
                            (output.baseAddress! + target).initialize(
                                to: signs[unit &* train.stepCount &+ window &* steps &+ step])
                        }
                    }
                }
            }
            count = train.signs.count
        }
        return NPYArray(shape: windows == 1 ? [steps, units] : [steps, windows, units], elements: .int8(signs))
    }

    private static func readNPY(_ path: String) throws(FileError) -> SpikeTrain {
        let array = try NPYArray.read(path)
        guard array.shape.count == 1 || array.shape.count == 2 else {
            throw array.shapeError(
                path, needed: "a spike train is [units, steps] or [steps]; windows are read with NPYArray")
        }
        let unitCount = array.shape.count == 1 ? 1 : array.shape[0]
        switch array.elements {
        case .int8(let signs):
            if let index = signs.firstIndex(where: { !(-1...1 ~= $0) }) {
                throw .malformed(path: path, place: place(index, array), problem: "\(signs[index]) is not -1, 0 or 1")
            }
            return SpikeTrain(signs: signs, unitCount: unitCount)
        case .float32(let amplitudes):
            if let index = amplitudes.firstIndex(where: { !$0.isFinite }) {
                throw .malformed(
                    path: path, place: place(index, array), problem: "the amplitude is \(amplitudes[index])")
            }
            return SpikeTrain(amplitudes: amplitudes, unitCount: unitCount)
        default:
            throw .malformed(
                path: path, place: "header",
                problem: "spikes are int8, graded spikes float32; the array is of type \(array.elements.typeCode)")
        }
    }

    private static func place(_ index: Int, _ array: NPYArray) -> String {
        let steps = array.shape[array.shape.count - 1]
        return "unit \(index / steps), step \(index % steps)"
    }
}
