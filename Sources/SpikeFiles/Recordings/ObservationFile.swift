import SpikeEncoding

/// Observations in files: `rows × features`, numbers as text or NumPy arrays.
public enum ObservationFile {
    /// The extensions of files that can be read.
    public static let readableExtensions = ["csv", "tsv", "txt", "npy"]

    /// Reads observations in double precision; the extension says how.
    ///
    /// - `.csv .tsv .txt`: a row an observation, with a header or without; a column whose name says that it holds the
    ///   time is left out, and gives the sampling rate and the start if its steps are even.
    /// - `.npy`: `rows × features` of any real type; one dimension is one observation.
    ///
    /// A single column is one observation, too.
    ///
    /// - Throws: `FileError`, also for a file without values. NaN and infinity are read as such.
    public static func read(_ path: String) throws(FileError) -> Observations {
        switch fileExtension(path) {
        case "csv", "tsv", "txt": return try readText(path)
        case "npy": return try readNPY(path)
        default: throw .unsupportedExtension(path: path, purpose: .reading, supported: readableExtensions)
        }
    }

    private static func readText(_ path: String) throws(FileError) -> Observations {
        var time: Int?
        let table = try TextTable<Double>(path) { header in
            time = header.flatMap { TimeColumn(header: $0) }?.index
            return nil
        }
        let rowCount = table.rows.rowCount
        guard rowCount > 0 else {
            throw .malformed(path: path, place: nil, problem: "a header without rows; there are no observations")
        }
        let columns = (0..<table.columnCount).filter { $0 != time }
        let values = table.rows.rowMajor(columns)
        if columns.count == 1 { return Observations(values: values, featureCount: rowCount) }
        let names = columns.compactMap { table.header?[$0] }
        let recording = time == nil ? nil : try? TextRecording.read(path, samplingRate: nil)
        return Observations(
            values: values, featureCount: columns.count, samplingRate: recording?.samplingRate, featureNames: names,
            unit: ColumnName.commonUnit(names), startTime: recording?.startTime ?? 0)
    }

    private static func readNPY(_ path: String) throws(FileError) -> Observations {
        let array = try NPYArray.read(path)
        guard array.shape.count == 1 || array.shape.count == 2 else {
            throw array.shapeError(path, needed: "observations are [rows, features] or [features]")
        }
        guard array.count > 0 else {
            throw array.shapeError(path, needed: "there are no observations")
        }
        let featureCount = array.shape.last == 1 ? array.count : array.shape.last!
        return Observations(values: array.doubles(), featureCount: featureCount)
    }
}
