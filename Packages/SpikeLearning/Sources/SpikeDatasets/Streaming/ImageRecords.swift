import ArrayFiles

/// Images of one size in files of records, which stay on disk: an image is a number of bytes at a fixed place of each
/// record.
struct ImageRecords: StreamedImages {
    /// The records of one file.
    struct Part: Sendable {
        let file: RecordFile
        /// The number of records.
        let count: Int
        /// The place of the first record's pixels in the file, in bytes.
        let start: Int
        /// The number of bytes from one record to the next.
        let stride: Int
    }

    let shape: [Int]
    private let parts: [Part]
    /// The number of the first record of each part.
    private let firsts: [Int]

    init(_ parts: [Part], shape: [Int]) {
        self.parts = parts
        self.shape = shape
        firsts = parts.indices.map { index in parts[..<index].reduce(0) { $0 + $1.count } }
    }

    var haveFiles: Bool { false }

    func read(_ index: Int, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(FileError) {
        let part = firsts.lastIndex { $0 <= index }!
        let (file, place) = (parts[part].file, parts[part].start + (index - firsts[part]) * parts[part].stride)
        try file.read(UnsafeMutableRawBufferPointer(pixels), at: place)
    }

    func file(_ index: Int) -> DatasetFile { preconditionFailure("ImageRecords: images have no files of their own") }

    /// False, because a damaged file of records concerns all of its images.
    func goesOn(without index: Int, _ error: FileError) -> Bool { false }

    func takeNews() -> [LeftOut] { [] }
}
