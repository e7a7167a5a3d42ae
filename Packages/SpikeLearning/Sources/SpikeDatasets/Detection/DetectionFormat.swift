import ArrayFiles

/// A form in which data sets of boxes are stored, or drawn.
public enum DetectionFormat: String, CaseIterable, Sendable {
    /// XML files in the layout of Pascal VOC, or beside their images.
    case voc
    /// Text files of YOLO, with a `data.yaml`.
    case yolo
    /// JSON files of COCO.
    case coco
    /// Drawn images, `DrawnShapes`, for which no files are needed.
    case shapes

    /// The names of all formats, as users type them.
    public static var names: [String] { allCases.map(\.rawValue) }

    /// Reads a data set.
    ///
    /// Every image is decoded once, on LibTorch's threads, and then stays on disk. An index in the user's cache keeps what
    /// was found in the images of a large data set, so that the next start decodes only files that were added or changed;
    /// annotations are always read. Images and boxes with flaws are repaired or left out, and counted in
    /// `DetectionDataset.leftOut`.
    ///
    /// - Parameters:
    ///   - path: The folder of the data set, or its `data.yaml` or JSON file. Not used for drawn images.
    ///   - side: The width of drawn images in pixels, in 32...4096. Not used for files.
    ///   - classNames: The names of the classes, if those of the data do not decide them, for instance because a
    ///     trained detector knows these; boxes of other classes are left out.
    ///   - brokenFiles: What becomes of images that cannot be read.
    ///   - indexFolder: The folder that holds indices; `nil` for `$XDG_CACHE_HOME/spikekit/folders` or
    ///     `~/.cache/spikekit/folders`, and only for data sets of 1,000 images or more.
    ///   - progress: Called while images are read.
    /// - Throws: `FileError` if the layout does not fit, no image is left, the side is out of range, or images cannot be
    ///   read and that is refused; and what `progress` throws.
    public func read(
        _ path: String, side: Int = 320, classNames: [String]? = nil,
        brokenFiles: BrokenFiles = .skip, indexFolder: String? = nil,
        progress: (ReadingProgress) throws -> Void = { _ in }
    ) throws -> DetectionDataset {
        switch self {
        case .voc:
            return try VOCFolder.read(
                path, classNames: classNames, brokenFiles: brokenFiles, indexFolder: indexFolder, progress: progress)
        case .yolo:
            return try YOLOFolder.read(
                path, classNames: classNames, brokenFiles: brokenFiles, indexFolder: indexFolder, progress: progress)
        case .coco:
            return try COCOFolder.read(
                path, classNames: classNames, brokenFiles: brokenFiles, indexFolder: indexFolder, progress: progress)
        case .shapes:
            guard DrawnShapes.sides.contains(side) else {
                throw FileError.unsuitable(
                    path: DrawnShapes.name, problem: "images of 32 to 4096 pixels can be drawn, got \(side)")
            }
            return DrawnShapes(side: side).dataset()
        }
    }
}
