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
    public static let readableExtensions = ["csv", "tsv", "txt", "npy"]

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
    /// - Returns: The observations, `rows × features`, with a summary.
    /// - Throws: `FileError`, also for a file without values. NaN and infinity are read as such.
    public static func load(
        _ path: String, samplingRate: Double? = nil, columns: ColumnSelection? = nil
    ) throws(FileError) -> LoadedFile<Observations> {
        if let samplingRate, !(samplingRate.isFinite && samplingRate > 0) {
            throw .unsuitable(path: path, problem: "the sampling rate must be above 0 Hz, got \(samplingRate)")
        }
        switch fileExtension(path) {
        case "csv", "tsv", "txt": return try loadText(path, samplingRate, columns)
        case "npy": return try loadNPY(path, samplingRate, columns)
        default: throw .unsupportedExtension(path: path, purpose: .reading, supported: readableExtensions)
        }
    }

    private static func loadText(
        _ path: String, _ samplingRate: Double?, _ selection: ColumnSelection?
    ) throws(FileError) -> LoadedFile<Observations> {
        let (table, columns) = try TextRecording.table(path, samplingRate: samplingRate, selection)
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
        _ path: String, _ samplingRate: Double?, _ selection: ColumnSelection?
    ) throws(FileError) -> LoadedFile<Observations> {
        let array = try NPYArray.read(path)
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
