import SpikeEncoding

/// Recordings in files: numbers as text, NumPy arrays and audio.
public enum RecordingFile {
    private enum Format: String, CaseIterable {
        case csv, tsv, txt, npy, wav, flac, ogg, aiff, aif
    }

    /// The extensions of files that can be read.
    public static var readableExtensions: [String] { Format.allCases.map(\.rawValue) }

    /// The extensions of files that can be written.
    public static let writableExtensions = ["csv", "npy", "wav"]

    /// Reads a recording; its extension says how.
    ///
    /// - `.csv .tsv .txt`: a row a sample, a column a channel. Delimiter, decimal mark, header and a column of times are
    ///   recognised; even times give the sampling rate, a unit that all names carry gives the unit.
    /// - `.npy`: `channels × samples`, or `samples` of one channel, of any real type.
    /// - `.wav .flac .ogg .aiff`: whole-number samples are scaled to −1…1.
    ///
    /// - Parameter samplingRate: In Hz; instead of the file's own. A file whose times are uneven can be read only with it.
    /// - Throws: `FileError`, also for a file without samples. NaN and infinity are read as such.
    public static func read(_ path: String, samplingRate: Double? = nil) throws(FileError) -> Signal {
        if let samplingRate, !(samplingRate.isFinite && samplingRate > 0) {
            throw .unsuitable(path: path, problem: "the sampling rate must be above 0 Hz, got \(samplingRate)")
        }
        switch fileExtension(path).flatMap(Format.init(rawValue:)) {
        case .csv, .tsv, .txt: return try TextRecording.read(path, samplingRate: samplingRate)
        case .npy: return try readNPY(path, samplingRate: samplingRate)
        case .wav, .flac, .ogg, .aiff, .aif: return try AudioRecording.read(path, samplingRate: samplingRate)
        case nil: throw .unsupportedExtension(path: path, purpose: .reading, supported: readableExtensions)
        }
    }

    /// Writes a recording, whole or not at all; its extension says how.
    ///
    /// - `.csv`: a header of channel names, a column `time_s` if the sampling rate is known, and decimals that give the
    ///   same Float32 when read.
    /// - `.npy`: Float32, `channels × samples`; neither rate nor names are kept.
    /// - `.wav`: 32-bit float; names are not kept, and the sampling rate must be a whole number of Hz.
    public static func write(_ signal: Signal, to path: String) throws(FileError) {
        switch fileExtension(path) {
        case "csv": try TextRecording.write(signal, to: path)
        case "npy":
            try NPYArray(shape: [signal.channelCount, signal.sampleCount], elements: .float32(signal.values)).write(
                to: path)
        case "wav": try AudioRecording.write(signal, to: path)
        default: throw .unsupportedExtension(path: path, purpose: .writing, supported: writableExtensions)
        }
    }

    private static func readNPY(_ path: String, samplingRate: Double?) throws(FileError) -> Signal {
        let array = try NPYArray.read(path)
        guard array.shape.count == 1 || array.shape.count == 2 else {
            throw array.shapeError(path, needed: "a recording is [channels, samples] or [samples]")
        }
        guard array.count > 0 else {
            throw array.shapeError(path, needed: "there are no samples")
        }
        let channelCount = array.shape.count == 1 ? 1 : array.shape[0]
        if case .float64(let values) = array.elements,
            let index = values.firstIndex(where: { $0.isFinite && Float($0).isInfinite })
        {
            let sampleCount = values.count / channelCount
            throw .malformed(
                path: path, place: "channel \(index / sampleCount), sample \(index % sampleCount)",
                problem: beyondFloat32("\(values[index])"))
        }
        return Signal(values: array.floats(), channelCount: channelCount, samplingRate: samplingRate)
    }
}
