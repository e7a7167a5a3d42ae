import SpikeEncoding

/// Spike trains in files: HDF5 that can be decoded, NumPy arrays, and events as text.
public enum SpikeTrainFile {
    /// The extensions of files that can be written and read.
    public static let extensions = ["h5", "hdf5", "npy", "csv"]

    /// Writes the spikes of a recording, whole or not at all; the extension says how.
    ///
    /// - `.h5 .hdf5`: all that decoding needs; see `EncodedFile`.
    /// - `.npy`: `units × steps` of int8, of graded codes the amplitudes as float32. Of codes that spread a value over T
    ///   steps, int8 `[T, units]` for one observation and `[T, B, units]` for B of them.
    /// - `.csv`: a row an event in order of time, then unit: `time_s,channel,polarity`, with `step` instead of `time_s` if
    ///   the rate is unknown, and a fourth column `amplitude` for graded codes. `channel` counts units from 0.
    ///
    /// - Parameter layout: How the spikes lie in HDF5; nil chooses by size, see `EncodedFile.write`. Other files refuse it.
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
        case "csv": try EventTable.write(encoded.spikes, times: encoded.stepTimes, to: path)
        default: throw .unsupportedExtension(path: path, purpose: .writing, supported: extensions)
        }
    }

    /// Reads the spikes alone; the extension says how.
    ///
    /// - `.npy`: `units × steps`, or the steps of one unit: int8 of −1, 0 and 1, or float32 of graded spikes.
    /// - `.csv`: events as `write` writes them, in any order.
    /// - `.h5 .hdf5`: the spikes of an `EncodedFile`.
    ///
    /// - Parameters:
    ///   - stepRate: Steps a second; events whose times are in seconds need it.
    ///   - startTime: Of step 0, in seconds: when the recording starts that the events came from.
    ///   - unitCount: Of events as text; what the largest unit implies if it is nil.
    ///   - stepCount: Of events as text; what the latest step implies if it is nil.
    public static func readTrain(
        _ path: String, stepRate: Double? = nil, startTime: Double = 0, unitCount: Int? = nil, stepCount: Int? = nil
    ) throws(FileError) -> SpikeTrain {
        switch fileExtension(path) {
        case "h5", "hdf5": return try EncodedFile.read(path).spikes
        case "npy": return try readNPY(path)
        case "csv":
            return try EventTable.read(
                path, stepRate: stepRate, startTime: startTime, unitCount: unitCount, stepCount: stepCount)
        default: throw .unsupportedExtension(path: path, purpose: .reading, supported: extensions)
        }
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
