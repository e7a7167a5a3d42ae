import ArrayFiles
import SpikeEncoding

/// Many recordings of spikes in one HDF5 file, in the layout of the Spiking Heidelberg Digits.
///
///     /spikes/times    (n,) of sequences: the time of each spike in seconds, in half, single or double precision
///     /spikes/units    (n,) of sequences of whole numbers: the unit of each spike
///     /labels          (n,) whole numbers: the class of each recording; may be missing
///     /extra/keys      the names of the classes; may be missing
///     /extra/speaker   (n,) whole numbers: who spoke; may be missing
///
/// Each recording is read when it is asked for. One thread at a time may use an object; several may open the same file.
///
/// Source: Cramer, Stradmann, Schemmel, Zenke 2022, doi:10.1109/TNNLS.2020.3044364; zenkelab.org/datasets.
public final class SpikeRecordings {
    /// The file.
    public let file: HDF5File
    private let times, units: HDF5Sequences
    /// The class of each recording; `nil` if the file has none.
    public let labels: [Int]?
    /// The names of the classes; empty if the file has none.
    public let classNames: [String]
    /// The number of who spoke each recording; `nil` if the file has none.
    public let speakers: [Int]?

    /// Opens a file.
    ///
    /// - Parameter path: The path of the file. With the extension `.gz`, it is first decompressed into a temporary file.
    /// - Throws: `FileError` for a file that cannot be read or is damaged, and for numbers of times, units, labels or
    ///   speakers that differ.
    public convenience init(_ path: String) throws(FileError) { try self.init(HDF5File(path)) }

    /// Reads an open file.
    ///
    /// - Throws: `FileError` as `init(_:)` with a path.
    public init(_ file: HDF5File) throws(FileError) {
        self.file = file
        func sequences(_ name: String) throws(FileError) -> HDF5Sequences {
            guard let dataset = try file.dataset(name) else {
                throw .malformed(path: file.path, place: nil, problem: "has no dataset \(name)")
            }
            return try dataset.sequences()
        }
        func sameCount(_ name: String, _ count: Int, as expected: Int) throws(FileError) {
            guard count == expected else {
                throw .malformed(
                    path: file.path, place: "dataset \(name)",
                    problem: "has \(counted(count, "entry", plural: "entries")) for "
                        + "\(counted(expected, "recording")) in spikes/times")
            }
        }
        func numbers(_ name: String, _ expected: Int) throws(FileError) -> [Int]? {
            guard let numbers = try file.dataset(name)?.integers() else { return nil }
            try sameCount(name, numbers.count, as: expected)
            return numbers.map { Int($0) }
        }
        (times, units) = (try sequences("spikes/times"), try sequences("spikes/units"))
        try sameCount("spikes/units", units.count, as: times.count)
        guard units.isOfIntegers else {
            throw .malformed(
                path: file.path, place: "dataset spikes/units", problem: "does not consist of whole numbers")
        }
        labels = try numbers("labels", times.count)
        speakers = try numbers("extra/speaker", times.count)
        classNames = try file.dataset("extra/keys")?.texts() ?? []
        for (index, counts) in zip(times.lengths, units.lengths).enumerated() where counts.0 != counts.1 {
            throw .malformed(
                path: file.path, place: "recording \(index)",
                problem: "has \(counted(counts.0, "time")) and \(counted(counts.1, "unit"))")
        }
    }

    /// The number of recordings.
    public var count: Int { times.count }

    /// The number of spikes of each recording.
    public var spikeCounts: [Int] { times.lengths }

    /// Reads a recording.
    ///
    /// - Parameter index: The index of the recording, below `count`.
    /// - Returns: The time of each spike in seconds and its unit, in the order of the file.
    /// - Throws: `FileError` for a damaged file.
    public func spikes(of index: Int) throws(FileError) -> (times: [Double], units: [Int64]) {
        (try times.doubles(at: index), try units.integers(at: index))
    }
}
