import ArrayFiles
import SpikeEncoding

/// Sequences of numbers, of different lengths, which are the elements of a dataset. Each is read when it is asked for.
public final class HDF5Sequences {
    private let references: HDF5References
    private let base: HDF5Type

    init(_ dataset: HDF5Dataset, _ base: HDF5Type) throws(FileError) {
        self.base = base
        references = try HDF5References(dataset, elementSize: base.size(addressSize: dataset.source.addressSize))
    }

    /// The number of sequences.
    public var count: Int { references.lengths.count }

    /// The length of each sequence.
    public var lengths: [Int] { references.lengths }

    /// Whether the numbers are whole.
    public var isOfIntegers: Bool {
        if case .integer = base { true } else { false }
    }

    /// Reads a sequence.
    ///
    /// - Parameter index: The index of the sequence, below `count`.
    /// - Returns: The numbers in double precision. Half and single precision are held exactly.
    /// - Throws: `FileError` for a damaged file.
    public func doubles(at index: Int) throws(FileError) -> [Double] {
        try references.withBytes(of: index) { HDF5Numbers.doubles($0, base)! }
    }

    /// Reads a sequence of whole numbers.
    ///
    /// - Parameter index: The index of the sequence, below `count`.
    /// - Returns: The numbers. Those from 2^63 on become `Int64.max`.
    /// - Throws: `FileError` for a damaged file, and for numbers that are not whole.
    public func integers(at index: Int) throws(FileError) -> [Int64] {
        guard isOfIntegers else { throw references.malformed("does not consist of sequences of whole numbers") }
        return try references.withBytes(of: index) { HDF5Numbers.integers($0, base)! }
    }
}

/// The places of sequences or texts of any length, which are the elements of a dataset.
struct HDF5References {
    /// The number of elements of each sequence.
    let lengths: [Int]
    private let places: [(address: UInt64, index: Int)]
    private let elementSize: Int
    private let heap: HDF5GlobalHeap
    private let dataset: HDF5Dataset

    init(_ dataset: HDF5Dataset, elementSize: Int) throws(FileError) {
        self.dataset = dataset
        self.elementSize = elementSize
        heap = HDF5GlobalHeap(dataset.source)
        var cursor = HDF5Cursor(dataset.source, try dataset.elements(nil), "dataset \(dataset.name)")
        var lengths: [Int] = []
        var places: [(UInt64, Int)] = []
        // Each sequence has its own bytes in the file.
        var left = dataset.source.fileSize
        for _ in 0..<dataset.count {
            let length = try cursor.int(4)
            let address = try cursor.address()
            left -= length * elementSize
            guard left >= 0, address != nil || length == 0 else {
                throw dataset.source.damaged("dataset \(dataset.name) claims to have more values than the file holds")
            }
            lengths.append(length)
            places.append((address ?? 0, try cursor.int(4)))
        }
        (self.lengths, self.places) = (lengths, places)
    }

    func withBytes<Result>(
        of index: Int, _ body: (UnsafeRawBufferPointer) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        let size = lengths[index] * elementSize
        guard size > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        return try heap.withObject(places[index].address, places[index].index) { (bytes) throws(FileError) in
            guard bytes.count >= size else {
                throw malformed("element \(index) has \(counted(bytes.count, "byte")) instead of \(size)")
            }
            return try body(UnsafeRawBufferPointer(rebasing: bytes[..<size]))
        }
    }

    func malformed(_ problem: String) -> FileError {
        .malformed(path: dataset.source.file.path, place: "dataset \(dataset.name)", problem: problem)
    }
}
