import ArrayFiles

/// The images of a folder, which stay on disk. An image is read only if its file is as it was when the folder was scanned.
struct StreamedFiles: StreamedImages {
    private let root: BytePath
    private let side: Int
    private let records: FileRecords<ScaledImage>
    private let broken: BrokenFiles
    private let log = BrokenFileLog()

    /// - Parameters:
    ///   - root: The path of the folder.
    ///   - side: The height and width that the images are scaled to.
    ///   - records: The records of the files.
    ///   - broken: What becomes of files that cannot be read any more.
    init(_ root: BytePath, side: Int, _ records: FileRecords<ScaledImage>, _ broken: BrokenFiles) {
        self.root = root
        self.side = side
        self.records = records
        self.broken = broken
    }

    var shape: [Int] { [3, side, side] }
    var haveFiles: Bool { true }

    func file(_ index: Int) -> DatasetFile { records[index].file }

    func read(_ index: Int, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(FileError) {
        let record = records[index]
        let path = root.appending(record.path)
        let content = try path.content()
        // Asked after reading, because the file may be written meanwhile.
        guard FileStamp(path) == record.stamp else {
            throw .damaged(
                path: path.text, problem: "the file has changed since the data set was opened; start again to use it")
        }
        let image = try ImageFile.decode(content, path.text).squared(side)
        _ = pixels.update(fromContentsOf: image.pixels)
    }

    func goesOn(without index: Int, _ error: FileError) -> Bool {
        guard broken == .skip else { return false }
        log.note(index, BytePath.text(records[index].path), "missing, changed or damaged since the start")
        return true
    }

    func takeNews() -> [LeftOut] { log.takeNews() }
}
