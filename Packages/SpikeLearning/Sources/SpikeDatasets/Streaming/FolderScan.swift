import ArrayFiles

/// Finds out what the images of a folder are, scaled to the size that networks see.
struct FolderScan: Sendable {
    /// The folder.
    let root: BytePath
    /// The height and width that the images are scaled to.
    let side: Int
    /// Scans the files.
    var files: FileScan<ScaledImage>

    typealias Result = FileScan<ScaledImage>.Result

    /// - Parameter index: The index of the folder; `nil` for none.
    init(root: BytePath, side: Int, index: FolderIndex?) {
        (self.root, self.side) = (root, side)
        files = FileScan(index: index) { image, _ in ScaledImage(image.squared(side)) }
    }

    /// Scans files, as `FileScan` does.
    ///
    /// - Parameters:
    ///   - paths: The paths of the files below the folder.
    ///   - progress: Called with the number of files done, now and then.
    /// - Throws: `TensorError` if LibTorch cannot run in parallel, and what `progress` throws.
    func callAsFunction(_ paths: [[UInt8]], progress: (Int) throws -> Void = { _ in }) throws -> Result {
        try files(paths, file: { root.appending(paths[$0]) }, progress: progress)
    }
}
