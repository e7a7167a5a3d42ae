import SpikeEncoding

/// A format of recordings: what it is called, the extensions of its files, and its reader.
///
/// The extensions that can be read, the help of the commands and the messages about unknown extensions follow from the
/// list `all`.
struct RecordingFormat: Sendable {
    /// Its names in sentences, such as `EDF` and `BDF`.
    let names: [String]
    /// The extensions of its files, in lower case.
    let extensions: [String]
    /// Whether files of this format begin with these bytes. It decides for standard input, which has no extension.
    let matches: @Sendable (_ start: ArraySlice<UInt8>) -> Bool
    /// Whether the format is text, of which lines can be passed over.
    var isText = false
    /// Whether one of several arrays is chosen by its name.
    var hasVariables = false
    /// Reads a recording.
    let load: @Sendable (RecordingSource, ReadingOptions) throws(FileError) -> LoadedFile<Signal>

    static let all = [text, npy, npz, matlab, wfdb, edf, audio]

    /// The format of a file with this extension.
    static func of(extension name: String) -> RecordingFormat? { all.first { $0.extensions.contains(name) } }
}

/// How a recording is to be read, where its file leaves a choice.
struct ReadingOptions: Sendable {
    /// The sampling rate in Hz to use instead of the file's own.
    var samplingRate: Double?
    /// The channels to read; `nil` for all of them.
    var columns: ColumnSelection?
    /// The name of the array to read from a file of several arrays.
    var variable: String?
    /// The number of lines of text to pass over.
    var skippedRows = 0
}
