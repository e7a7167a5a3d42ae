import ArrayFiles

/// Makes a data set of a folder whose images stay on disk.
struct StreamedFolder {
    let scan: FolderScan
    let brokenFiles: BrokenFiles

    /// Scans the images, and returns the data set.
    ///
    /// - Parameters:
    ///   - name: The name of the data set.
    ///   - content: The images by class.
    ///   - progress: Called with the number of images done, and with remarks.
    /// - Throws: `FileError` if there are broken files and they are refused, or if no image can be read; and what
    ///   `progress` throws.
    func dataset(
        _ name: String, _ content: FolderContent, _ progress: (ReadingProgress) throws -> Void
    ) throws -> ImageDataset {
        let samples = content.train + content.test
        let prefix = scan.root.bytes.count + 1
        let found = try scan(samples.map { Array($0.path.bytes[prefix...]) }) {
            try progress(.images(done: $0, count: samples.count))
        }
        for note in found.notes { try progress(.note(note)) }
        var leftOut = content.leftOut
        try brokenFiles.treat(found.broken.map { (samples[$0.place].name, $0.error) }, &leftOut)
        let images = StreamedFiles(scan.root, side: scan.side, found.records, brokenFiles)
        // The records of the images to train on come first.
        let trainCount = found.places.firstIndex { $0 >= content.train.count } ?? found.places.count
        guard trainCount > 0 else { throw ImageFolder.nothingLeft(scan.root.text, leftOut) }
        func split(_ records: Range<Int>) throws -> ImageSplit {
            try ImageSplit(images, places: Array(records), labels: records.map { samples[found.places[$0]].label })
        }
        var sums = PixelSums()
        for record in 0..<trainCount { sums += found.records[record].finding.sums }
        return try ImageDataset(
            name: name, classNames: content.classNames, train: split(0..<trainCount),
            test: split(trainCount..<found.places.count),
            normalization: ImageNormalization(sums, area: trainCount * scan.side * scan.side), leftOut: leftOut)
    }
}
