import SpikeEncoding

/// Observations in files: `rows × features`, numbers as text or NumPy arrays.
///
/// ```swift
/// import ArrayFiles
///
/// try AtomicFile.write("position,speed\n0.5,1\n0.25,-1\n", to: "states.csv")
/// let observations = try ObservationFile.read("states.csv")
/// print(observations.rowCount, observations.featureNames)  // → 2 ["position", "speed"]
/// ```
public enum ObservationFile {
    /// The extensions of files that can be read.
    public static var readableExtensions: [String] { formats.flatMap { $0.extensions } }

    private static let formats: [RecordingFormat] = [.text, .npy]

    /// Reads observations in double precision. `load` does the same, and says how the file was understood.
    ///
    /// - Parameter path: The path of the file, whose extension says how it is read.
    /// - Returns: The observations, `rows × features`.
    /// - Throws: `FileError`, also for a file without values. NaN and infinity are read as such.
    public static func read(_ path: String) throws(FileError) -> Observations { try load(path).content }

    /// Reads observations in double precision, and says how the file was understood.
    ///
    /// The extension says how the file is read:
    ///
    /// - `.csv .tsv .txt`: a row is an observation, with a header or without. Columns of times and counters are
    ///   recognised as in recordings and left out; times give the sampling rate and the start if their steps are even.
    /// - `.npy`: `rows × features` of any real type; one dimension is one observation.
    ///
    /// A single column is one observation, too.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - samplingRate: Rows per second, in Hz, finite and above 0, which takes the place of the file's own.
    ///   - columns: The columns to read as features; `nil` for all that are neither times nor counters.
    ///   - skippedRows: The number of lines of text to pass over before all else, at least 0.
    /// - Returns: The observations, `rows × features`, with a summary.
    /// - Throws: `FileError`, also for a file without values. NaN and infinity are read as such.
    public static func load(
        _ path: String, samplingRate: Double? = nil, columns: ColumnSelection? = nil, skippedRows: Int = 0
    ) throws(FileError) -> LoadedFile<Observations> {
        if let samplingRate, !(samplingRate.isFinite && samplingRate > 0) {
            throw .unsuitable(path: path, problem: "the sampling rate must be above 0 Hz, got \(samplingRate)")
        }
        guard 0...1_000_000_000 ~= skippedRows else {
            throw .unsuitable(path: path, problem: "the lines to pass over must be 0 to 1e9, got \(skippedRows)")
        }
        let (source, format) = try RecordingSource.open(path, formats)
        let options = ReadingOptions(samplingRate: samplingRate, columns: columns, skippedRows: skippedRows)
        return format.extensions == RecordingFormat.npy.extensions
            ? try loadNPY(source.file, options) : try loadText(source.file, options)
    }

    /// Whether each sample of the recording in a file is a row, which codecs of observations read. This holds for text;
    /// NPY has channels as rows, and other recordings are not read as observations.
    ///
    /// - Parameter path: The path of a file that has been read.
    public static func isTable(_ path: String) -> Bool {
        RecordingSource.format(of: path)?.extensions == RecordingFormat.text.extensions
    }

    private static func loadText(
        _ file: InputFile, _ options: ReadingOptions
    ) throws(FileError) -> LoadedFile<Observations> {
        let (path, samplingRate) = (file.path, options.samplingRate)
        let (table, columns) = try TextRecording.table(file, options)
        let rowCount = table.rows.rowCount
        guard rowCount > 0 else {
            throw .malformed(path: path, place: nil, problem: "a header without rows; there are no observations")
        }
        let values = table.rows.rowMajor(columns.channels)
        let isOne = columns.channels.count == 1
        let names = isOne ? [] : columns.channels.compactMap { table.header?[$0] }
        let observations = Observations(
            values: values, featureCount: isOne ? rowCount : columns.channels.count,
            samplingRate: samplingRate ?? (isOne ? nil : columns.rates.inFile), featureNames: names,
            unit: ColumnName.commonUnit(names), startTime: isOne ? 0 : columns.startTime ?? 0)
        let rates = RecordingSummary.Rates(
            given: samplingRate, inFile: isOne ? nil : columns.rates.inFile, source: .times)
        return LoadedFile(
            content: observations,
            summary: summary(
                observations, path, rates, startTime: columns.startTime, leftOut: columns.leftOut,
                warnings: columns.warnings),
            places: .table(table.lines, columns: columns.channels.map(columns.label), isOneObservation: isOne))
    }

    private static func loadNPY(
        _ file: InputFile, _ options: ReadingOptions
    ) throws(FileError) -> LoadedFile<Observations> {
        let (path, samplingRate, selection) = (file.path, options.samplingRate, options.columns)
        let array = try NPYArray.read(file)
        guard array.shape.count == 1 || array.shape.count == 2 else {
            throw array.shapeError(path, needed: "observations are [rows, features] or [features]")
        }
        guard array.count > 0 else {
            throw array.shapeError(path, needed: "there are no observations")
        }
        let featureCount = array.shape.last == 1 ? array.count : array.shape.last!
        let chosen = try selection?.indices(names: nil, count: featureCount, noun: "feature", path: path)
        var values = array.doubles()
        if let chosen {
            values = stride(from: 0, to: values.count, by: featureCount).flatMap { row in
                chosen.map { values[row + $0] }
            }
        }
        let observations = Observations(
            values: values, featureCount: chosen?.count ?? featureCount, samplingRate: samplingRate)
        return LoadedFile(
            content: observations, summary: summary(observations, path, .init(given: samplingRate)),
            places: .features)
    }

    private static func summary(
        _ observations: Observations, _ path: String, _ rates: RecordingSummary.Rates, startTime: Double? = nil,
        leftOut: [RecordingSummary.Column] = [], warnings: [String] = []
    ) -> RecordingSummary {
        RecordingSummary(
            file: path, kind: .observations, channelCount: observations.featureCount,
            sampleCount: observations.rowCount, channelNames: observations.featureNames, unit: observations.unit,
            rates: rates, startTime: startTime, leftOut: leftOut, warnings: warnings)
    }
}
