import Foundation
import SpikeEncoding

/// Recordings in files: numbers as text, NumPy and MATLAB arrays, audio, and the formats of physiological recordings.
///
/// ```swift
/// import SpikeEncoding
///
/// try RecordingFile.write(Signal(channels: [[0, 0.5, 1]], samplingRate: 100), to: "ramp.csv")
/// let signal = try RecordingFile.read("ramp.csv")
/// print(signal.values, signal.samplingRate ?? 0)  // → [0.0, 0.5, 1.0] 100.0
/// ```
public enum RecordingFile {
    /// The extensions of files that can be read. `.gz` may follow each of them.
    public static var readableExtensions: [String] { RecordingFormat.all.flatMap { $0.extensions } }

    /// The names of the formats that can be read, such as `CSV`.
    public static var readableFormats: [String] { RecordingFormat.all.flatMap { $0.names } }

    /// The extensions of files that can be written.
    public static let writableExtensions = ["csv", "npy", "wav"]

    /// The path of the file that a name stands for. A record of WFDB is called by the name of its header without the
    /// extension.
    ///
    /// - Parameter name: A path, perhaps one at which there is no file.
    /// - Returns: The path of the header if there is no file of this name and a header of it; otherwise `name`.
    package static func path(named name: String) -> String {
        var isFolder: ObjCBool = false
        let isFile = FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) && !isFolder.boolValue
        return isFile ? name : RecordingSource.header(ofRecord: name) ?? name
    }

    /// Reads a recording. `load` does the same, and says how the file was understood.
    ///
    /// Values are read in double precision. A channel gets an offset where Float32 alone would lose more than 2⁻¹⁸ of
    /// its range; see `Signal.channelOffsets`.
    ///
    /// - Parameters:
    ///   - path: The path of the file, whose extension says how it is read.
    ///   - samplingRate: The sampling rate in Hz, finite and above 0, which takes the place of the file's own. A file
    ///     whose times are uneven can be read only with it.
    /// - Returns: The recording, `channels × samples`.
    /// - Throws: `FileError`, also for a file without samples. NaN and infinity are read as such.
    public static func read(_ path: String, samplingRate: Double? = nil) throws(FileError) -> Signal {
        try load(path, samplingRate: samplingRate).content
    }

    /// Reads a recording, and says how the file was understood.
    ///
    /// The extension says how the file is read:
    ///
    /// - `.csv .tsv .txt`: a row is a sample, a column is a channel. Delimiter, decimal mark, header and columns of
    ///   times and counters are recognised; even times give the sampling rate and the start, a unit that all names
    ///   carry gives the unit.
    /// - `.npy`: `channels × samples`, or `samples` of one channel, of any real type.
    /// - `.npz`: such an array among others, of any real type.
    /// - `.mat`: a matrix of MATLAB's versions 4 to 7, whose longer dimension is the samples. In both, a single number
    ///   with a name such as `fs` is the sampling rate.
    /// - `.hea`: the header of a WFDB record, beside its signal files.
    /// - `.edf .bdf`: the European Data Format, EDF+, and BioSemi's variant with 24 bits.
    /// - `.wav .flac .ogg .aiff`: whole-number samples are scaled to −1…1.
    ///
    /// Any of these may be compressed, with `.gz` as a second extension. The path `-` is standard input, whose first
    /// bytes say its format; other bytes are text.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - samplingRate: The sampling rate in Hz, finite and above 0, which takes the place of the file's own. A file
    ///     whose times are uneven, or which has gaps, can be read only with it.
    ///   - columns: The columns of text, or the channels of other files, to read as channels; `nil` for all that are
    ///     neither times nor counters. Columns of text that are not chosen need not hold numbers.
    ///   - variable: The name of the array to read from a `.npz` or `.mat` file; `nil` for the only one that is a
    ///     recording.
    ///   - skippedRows: The number of lines of text to pass over before all else, at least 0.
    /// - Returns: The recording, `channels × samples`, with a summary, and with labels if there are any.
    /// - Throws: `FileError`, also for a file without samples. NaN and infinity are read as such.
    public static func load(
        _ path: String, samplingRate: Double? = nil, columns: ColumnSelection? = nil, variable: String? = nil,
        skippedRows: Int = 0
    ) throws(FileError) -> LoadedFile<Signal> {
        if let samplingRate, !(samplingRate.isFinite && samplingRate > 0) {
            throw .unsuitable(path: path, problem: "the sampling rate must be above 0 Hz, got \(samplingRate)")
        }
        guard 0...1_000_000_000 ~= skippedRows else {
            throw .unsuitable(path: path, problem: "the lines to pass over must be 0 to 1e9, got \(skippedRows)")
        }
        let (source, format) = try RecordingSource.open(path, RecordingFormat.all)
        if variable != nil, !format.hasVariables {
            throw .unsuitable(
                path: path,
                problem: "its format has no arrays to choose from by name, as .npz and .mat have; leave --variable out")
        }
        if skippedRows > 0, !format.isText {
            throw .unsuitable(
                path: path, problem: "--skip-rows passes over lines of text, and this is \(format.names[0])")
        }
        let options = ReadingOptions(
            samplingRate: samplingRate, columns: columns, variable: variable, skippedRows: skippedRows)
        return try format.load(source, options)
    }

    /// A recording without names, with its summary.
    static func loaded(
        _ signal: Signal, _ path: String, _ options: ReadingOptions, _ rates: RecordingSummary.Rates,
        warnings: [String] = []
    ) throws(FileError) -> LoadedFile<Signal> {
        var signal = signal
        if let chosen = try options.columns?.indices(
            names: nil, count: signal.channelCount, noun: "channel", path: path)
        {
            signal = signal.choosing(channels: chosen)
        }
        signal.samplingRate = rates.given ?? rates.inFile
        let summary = RecordingSummary(
            file: path, kind: .recording, channelCount: signal.channelCount, sampleCount: signal.sampleCount,
            unit: signal.unit, rates: rates, warnings: warnings)
        return LoadedFile(content: signal, summary: summary, places: .channels)
    }

    /// Writes a recording, whole or not at all.
    ///
    /// The extension says how the file is written:
    ///
    /// - `.csv`: a header of channel names, a column `time_s` from the start on if the sampling rate is known, and
    ///   decimals that give the same number when read.
    /// - `.npy`: Float32, or Float64 if a channel has an offset or values beyond Float32, `channels × samples`; neither
    ///   rate, start nor names are kept.
    /// - `.wav`: 32-bit float, or 64-bit likewise; neither start nor names are kept, and the sampling rate must be a whole
    ///   number of Hz.
    ///
    /// - Parameters:
    ///   - signal: The recording, `channels × samples`.
    ///   - path: The path of the file. An existing file is replaced.
    /// - Throws: `FileError` for a path that cannot be written, and for a recording that the format cannot hold.
    public static func write(_ signal: Signal, to path: String) throws(FileError) {
        switch fileExtension(path) {
        case "csv": try TextRecording.write(signal, to: path)
        case "npy":
            try NPYArray(shape: [signal.channelCount, signal.sampleCount], elements: elements(signal)).write(to: path)
        case "wav": try AudioRecording.write(signal, to: path)
        default: throw .unsupportedExtension(path: path, purpose: .writing, supported: writableExtensions)
        }
    }

    private static func elements(_ signal: Signal) -> NPYArray.Elements {
        guard signal.needsDoubles else { return .float32(signal.values) }
        return .float64(
            (0..<signal.channelCount).flatMap { channel in
                (0..<signal.sampleCount).map { signal.value(ofChannel: channel, sample: $0) }
            })
    }
}

extension Signal {
    /// Whether Float32 does not hold the values: a channel has an offset, or values are too large for Float32, or all too
    /// small.
    var needsDoubles: Bool {
        guard channelOffsets.isEmpty, let exactValues else { return !channelOffsets.isEmpty }
        return (0..<channelCount).contains { channel in
            let samples = channel * sampleCount..<(channel + 1) * sampleCount
            let largest = exactValues[samples].lazy.filter(\.isFinite).map(\.magnitude).max() ?? 0
            return largest > Double(Float.greatestFiniteMagnitude)
                || largest > 0 && largest < Double(Float.leastNormalMagnitude)
        }
    }
}
