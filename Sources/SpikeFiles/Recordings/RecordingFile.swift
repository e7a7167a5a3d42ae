import SpikeEncoding

/// Recordings in files: numbers as text, NumPy arrays and audio.
///
/// ```swift
/// import SpikeEncoding
///
/// try RecordingFile.write(Signal(channels: [[0, 0.5, 1]], samplingRate: 100), to: "ramp.csv")
/// let signal = try RecordingFile.read("ramp.csv")
/// print(signal.values, signal.samplingRate ?? 0)  // → [0.0, 0.5, 1.0] 100.0
/// ```
public enum RecordingFile {
    private enum Format: String, CaseIterable {
        case csv, tsv, txt, npy, wav, flac, ogg, aiff, aif
    }

    /// The extensions of files that can be read.
    public static var readableExtensions: [String] { Format.allCases.map(\.rawValue) }

    /// The extensions of files that can be written.
    public static let writableExtensions = ["csv", "npy", "wav"]

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
    /// - `.wav .flac .ogg .aiff`: whole-number samples are scaled to −1…1.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - samplingRate: The sampling rate in Hz, finite and above 0, which takes the place of the file's own. A file
    ///     whose times are uneven can be read only with it.
    ///   - columns: The columns of text, or the channels of other files, to read as channels; `nil` for all that are
    ///     neither times nor counters. Columns of text that are not chosen need not hold numbers.
    /// - Returns: The recording, `channels × samples`, with a summary.
    /// - Throws: `FileError`, also for a file without samples. NaN and infinity are read as such.
    public static func load(
        _ path: String, samplingRate: Double? = nil, columns: ColumnSelection? = nil
    ) throws(FileError) -> LoadedFile<Signal> {
        if let samplingRate, !(samplingRate.isFinite && samplingRate > 0) {
            throw .unsuitable(path: path, problem: "the sampling rate must be above 0 Hz, got \(samplingRate)")
        }
        switch fileExtension(path).flatMap(Format.init(rawValue:)) {
        case .csv, .tsv, .txt: return try TextRecording.load(path, samplingRate: samplingRate, columns: columns)
        case .npy:
            let (signal, looksLikeSpikes) = try readNPY(path, samplingRate: samplingRate)
            return try loaded(
                signal, path, columns, .init(given: samplingRate),
                warnings: RecordingSummary.warnings(signal, "recordings are channels × samples")
                    + (looksLikeSpikes
                        ? [
                            "its values are −1, 0 and 1 as int8, as spikes are in NPY; it is read as a recording "
                                + "(`spike plot --kind raster` draws spikes)"
                        ] : []))
        case .wav, .flac, .ogg, .aiff, .aif:
            let signal = try AudioRecording.read(path, samplingRate: nil)
            return try loaded(
                signal, path, columns, .init(given: samplingRate, inFile: signal.samplingRate, source: .header))
        case nil: throw .unsupportedExtension(path: path, purpose: .reading, supported: readableExtensions)
        }
    }

    private static func loaded(
        _ signal: Signal, _ path: String, _ selection: ColumnSelection?, _ rates: RecordingSummary.Rates,
        warnings: [String] = []
    ) throws(FileError) -> LoadedFile<Signal> {
        var signal = signal
        if let chosen = try selection?.indices(names: nil, count: signal.channelCount, noun: "channel", path: path) {
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
    /// - `.npy`: Float32, or Float64 if a channel has an offset, `channels × samples`; neither rate, start nor names
    ///   are kept.
    /// - `.wav`: 32-bit float, or 64-bit if a channel has an offset; neither start nor names are kept, and the sampling
    ///   rate must be a whole number of Hz.
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

    /// A recording, and whether it looks like spikes that `SpikeTrainFile` wrote.
    private static func readNPY(
        _ path: String, samplingRate: Double?
    ) throws(FileError) -> (signal: Signal, looksLikeSpikes: Bool) {
        let array = try NPYArray.read(path)
        guard array.shape.count == 1 || array.shape.count == 2 else {
            throw array.shapeError(path, needed: "a recording is [channels, samples] or [samples]")
        }
        guard array.count > 0 else {
            throw array.shapeError(path, needed: "there are no samples")
        }
        let channelCount = array.shape.count == 1 ? 1 : array.shape[0]
        var looksLikeSpikes = false
        if case .int8(let values) = array.elements {
            let isMixed = values.contains(0) && values.contains { $0 != 0 }
            looksLikeSpikes = isMixed && values.allSatisfy { -1...1 ~= $0 }
        }
        return (
            Signal(exactValues: array.doubles(), channelCount: channelCount, samplingRate: samplingRate),
            looksLikeSpikes
        )
    }

    private static func elements(_ signal: Signal) -> NPYArray.Elements {
        guard !signal.channelOffsets.isEmpty else { return .float32(signal.values) }
        return .float64(
            (0..<signal.channelCount).flatMap { channel in
                (0..<signal.sampleCount).map { signal.value(ofChannel: channel, sample: $0) }
            })
    }
}
