import ArrayFiles
import SpikeEncoding
import SpikeFiles

/// A format of files with events: its name, how such files are recognised, read and written.
///
/// To add a format, write a decoder, and a writer if files are to be written, and name them in `all`.
struct EventFormat: Sendable {
    /// The name of the format, such as `EVT3`.
    let name: String
    /// Whether a file is of this format.
    var recognises: @Sendable (FileStart) -> Bool = { _ in false }
    /// Starts to read a file; `nil` for a format that is only written.
    var decoder: (@Sendable (InputFile, Dialect) throws(FileError) -> any EventDecoder)?
    /// Whether the dialect `.reference` differs from `.standard`.
    var hasReferenceDialect = false
    /// Whether row 0 is the lowest one of the sensor.
    var hasLowestRowFirst = false
    /// The extensions of files that are written in this format; empty if none are.
    var writtenExtensions: [String] = []
    /// Starts to write a file.
    var writer: (@Sendable (_ temporary: String, EventSummary) throws(FileError) -> any EventWriting)?

    /// All formats.
    static let all: [EventFormat] = [
        EventFormat(
            name: "EVT3", recognises: { $0.prophesee?.encoding == "EVT3" },
            decoder: { (file, dialect) throws(FileError) in try EVT3Decoder(file, dialect) },
            hasReferenceDialect: true, writtenExtensions: ["raw"],
            writer: { (path, summary) throws(FileError) in try EVT3Writer(path, summary) }),
        EventFormat(
            name: "EVT2", recognises: { $0.prophesee?.encoding == "EVT2" },
            decoder: { (file, _) throws(FileError) in try EVT2Decoder(file) }),
        EventFormat(
            name: "DAT", recognises: { $0.isDAT },
            decoder: { (file, _) throws(FileError) in try DATDecoder(file) }),
        EventFormat(
            name: "AEDAT 4", recognises: { $0.bytes.starts(with: AEDAT4Decoder.signature.utf8) },
            decoder: { (file, _) throws(FileError) in try AEDAT4Decoder(file) }, writtenExtensions: ["aedat4"],
            writer: { (path, summary) throws(FileError) in try AEDAT4Writer(path, summary) }),
        EventFormat(
            name: "AEDAT 3", recognises: { $0.bytes.starts(with: "#!AER-DAT3.1".utf8) },
            decoder: { (file, _) throws(FileError) in try AEDAT3Decoder(file) }),
        EventFormat(
            name: "AEDAT 2", recognises: { $0.bytes.starts(with: "#!AER-DAT2.0".utf8) },
            decoder: { (file, _) throws(FileError) in try AEDAT2Decoder(file) }, hasLowestRowFirst: true),
        EventFormat(
            name: "N-MNIST", recognises: { $0.type == "bin" && !$0.bytes.isEmpty && !$0.isOfSpikes },
            decoder: { (file, _) throws(FileError) in try NMNISTDecoder(file) }),
        EventFormat(
            name: "NPY", recognises: { $0.isStructuredArray },
            decoder: { (file, _) throws(FileError) in try NPYEventDecoder(file) }, writtenExtensions: ["npy"],
            writer: { (path, summary) throws(FileError) in try NPYEventWriter(path, summary) }),
        EventFormat(
            name: "HDF5", recognises: { $0.isHDF5 && $0.path != "-" && HDF5EventDecoder.isOfEvents($0.path) },
            decoder: { (file, _) throws(FileError) in try HDF5EventDecoder(file.path) },
            writtenExtensions: ["h5", "hdf5"],
            writer: { (path, summary) throws(FileError) in try HDF5EventWriter(path, summary) }),
        EventFormat(
            name: "NWB", writtenExtensions: ["nwb"],
            writer: { (path, summary) throws(FileError) in try NWBEventWriter(path, summary) }),
    ]

    /// The format of a file; `nil` if it is none of events.
    static func of(_ path: String) throws(FileError) -> EventFormat? {
        let start = try FileStart(path)
        if start.isCompressed {
            throw .unsuitable(
                path: path,
                problem: "events that are compressed by gzip are not read; unpack the file first, with `gunzip -k`")
        }
        return all.first { $0.recognises(start) }
    }
}

/// The start of a file, from which its format is recognised.
struct FileStart {
    let path: String
    /// The extension of the file in lower case.
    let type: String?
    let bytes: [UInt8]
    /// The header, of files that begin as those of Prophesee do.
    let prophesee: PropheseeHeader?

    init(_ path: String) throws(FileError) {
        let file = try StandardInput.file(path)
        self.path = path
        type = fileExtension(path)
        bytes = try file.bytes(1 << 12)
        if bytes.first == UInt8(ascii: "%") {
            var stream = try ByteStream(file)
            let header = try PropheseeHeader(&stream)
            prophesee = header.lines.lines.isEmpty ? nil : header
        } else {
            prophesee = nil
        }
    }

    /// Whether the file is of events, by its extensions, and compressed by gzip.
    var isCompressed: Bool {
        type == "gz" && EventFile.ownExtensions.contains(fileExtension(String(path.dropLast(3))) ?? "")
    }

    /// Whether the file has the header of DAT. Standard input, which has no extension, must go on with the type and the
    /// size of its events.
    var isDAT: Bool {
        guard let prophesee else { return false }
        guard path == "-" else { return type == "dat" }
        let events = bytes.dropFirst(prophesee.byteCount).prefix(2)
        return prophesee.encoding == nil && (events.elementsEqual([0, 8]) || events.elementsEqual([12, 8]))
    }

    /// Whether the file is binary output of `spike stream`.
    var isOfSpikes: Bool { EventStreamFile.isBinary(bytes) }

    var isStructuredArray: Bool { NPYRecords.isHeader(bytes) }

    private static let hdf5Signature: [UInt8] = [0x89] + Array("HDF\r\n\u{1A}\n".utf8)

    /// Whether the file is of HDF5, perhaps behind a user block of 512 bytes.
    var isHDF5: Bool { bytes.starts(with: Self.hdf5Signature) || bytes.dropFirst(512).starts(with: Self.hdf5Signature) }
}
