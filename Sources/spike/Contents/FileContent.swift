import SpikeCommandLine
import SpikeEncoding
import SpikeFiles

/// What a file holds, for the commands that take files of any kind.
///
/// To add a kind, write a type that conforms and name it in `fileContents`. A new format of a kind that is there is
/// named where the kind's own library lists its formats.
protocol FileContent {
    /// The extensions of files that content of this kind can be written to.
    static var writableExtensions: [String] { get }

    /// Opens a file; `nil` if it is of another kind.
    ///
    /// - Throws: An error about the file if it is of this kind and cannot be read.
    static func open(_ path: String, _ reading: ReadingOptions) throws -> Self?

    /// What is in the file, in lines of text.
    var text: String { get }

    /// The same as values, with a field `kind`.
    var information: any Encodable { get }

    /// What was passed over or may have been misunderstood, a sentence each.
    var warnings: [String] { get }

    /// What a file of the extension of `output` does not hold of the content, a warning each.
    func losses(in output: String) -> [String]

    /// Writes the content to a file, in the format that its extension says.
    func write(to output: String) throws
}

extension FileContent {
    func losses(in output: String) -> [String] { [] }
}

/// How files are read where they do not say it themselves.
struct ReadingOptions {
    var samplingRate: Double?
    var part: RecordingPart
    var dialect: Dialect?
}

/// The kinds of content, in the order in which they are tried. The last one takes what is left.
var fileContents: [any FileContent.Type] {
    [EventContent.self, SpikeTimesContent.self, SpikeContent.self, RecordingContent.self]
}

/// Returns the name of a file in what is printed.
///
/// - Parameter path: The path of the file; `-` is standard input.
func displayName(_ path: String) -> String { path == "-" ? "standard input" : path }

/// Opens a file of any kind.
///
/// - Parameter name: The path of the file, `-` for standard input, or the name of a WFDB record.
func openContent(_ name: String, _ reading: ReadingOptions) throws -> any FileContent {
    let path = RecordingFile.path(named: name)
    for kind in fileContents {
        guard let content = try kind.open(path, reading) else { continue }
        if reading.dialect != nil, !(content is EventContent) {
            throw CommandError("\(path): --dialect goes with events of a camera")
        }
        let isOfRecordings = content is RecordingContent || content is SpikeTimesContent
        if reading.part.variable != nil || reading.part.skipRows != nil, !isOfRecordings {
            throw CommandError("\(path): --variable and --skip-rows go with a recording")
        }
        return content
    }
    throw CommandError("\(path): it is not known what kind of file this is")
}
