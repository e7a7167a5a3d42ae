import ArrayFiles
import Foundation
import TorchTensors

/// A data set of images in a folder, arranged by class.
///
/// The layout is either `train/CLASS/*` and `test/CLASS/*` (`val`, `valid` or `validation` may replace `test`), or only
/// `CLASS/*`. In the second case some images of each class are set aside for testing; their file names decide which.
/// The classes are named after their folders, and sorted by the bytes of these names. Names that are not UTF-8 are
/// accepted; in texts, the invalid bytes appear as escapes such as `\xE9`. `ImageDataset.leftOut` lists the files that
/// are left out.
public struct ImageFolder: Sendable {
    /// The value of a setting or option that selects a folder of images instead of a known data set.
    public static let choice = "folder"

    /// The path of the folder.
    public let path: String

    /// The height and width of the images in pixels: from each image, the largest centred square is scaled to this
    /// size.
    public let size: Int

    /// The share of each class that is set aside for testing where the folder has no part for testing, in 0 ..< 1.
    public let testFraction: Double

    /// The seed that decides which images are set aside for testing.
    public let seed: UInt64

    /// Creates a data set of a folder; `read` reads it.
    ///
    /// - Parameters:
    ///   - path: The path of the folder.
    ///   - size: The height and width of the images in pixels, in 1...4096.
    ///   - testFraction: The share of each class that is set aside for testing where the folder has no part for
    ///     testing, in 0 ..< 1.
    ///   - seed: The seed that decides which images are set aside for testing.
    /// - Throws: `FileError` if the size or the fraction is out of range.
    public init(_ path: String, size: Int, testFraction: Double = 0.2, seed: UInt64 = 0) throws(FileError) {
        guard (1...4096).contains(size) else {
            throw .unsuitable(path: path, problem: "images can be brought to a size of 1 to 4096, got \(size)")
        }
        guard testFraction >= 0, testFraction < 1 else {
            throw .unsuitable(path: path, problem: "the fraction for testing must be >= 0 and < 1, got \(testFraction)")
        }
        self.path = path
        self.size = size
        self.testFraction = testFraction
        self.seed = seed
    }

    /// Reads the images with three channels, on LibTorch's threads; or scans them, if they are to stay on disk.
    ///
    /// Images that stay on disk are all read once, to find broken files and to compute checksums. An index in the user's
    /// cache keeps what was found, so that the next start reads only files that were added or changed. The limits select
    /// from the images that can be read then, and from all images otherwise.
    ///
    /// - Parameters:
    ///   - trainLimit: The selection of images to train on.
    ///   - testLimit: The selection of images to test on.
    ///   - loading: Where the images are.
    ///   - brokenFiles: What becomes of files that cannot be read as images.
    ///   - indexFolder: The folder that holds indices; `nil` for `$XDG_CACHE_HOME/spikekit/folders` or
    ///     `~/.cache/spikekit/folders`.
    ///   - progress: Called while images on disk are scanned.
    /// - Throws: `FileError` if an image cannot be read and broken files are refused (it names the first such file), if a
    ///   class has no images, if no image can be read, if the layout does not fit, or if the images are to be in memory
    ///   and do not fit; and what `progress` throws.
    public func read(
        train trainLimit: ImageLimit = .all, test testLimit: ImageLimit = .all, loading: ImageLoading = .memory,
        brokenFiles: BrokenFiles = .refuse, indexFolder: String? = nil,
        progress: (ReadingProgress) throws -> Void = { _ in }
    ) throws -> ImageDataset {
        let content = try FolderContent(path, share: TestShare(fraction: testFraction, seed: seed))
        let name = (path as NSString).lastPathComponent
        if loading.streams(Double(3 * size * size) * Double(content.train.count + content.test.count)) {
            let index = FolderIndex(of: path, side: size, in: indexFolder ?? FolderIndex.usualFolder)
            return try StreamedFolder(
                scan: FolderScan(root: BytePath(path), side: size, index: index), brokenFiles: brokenFiles
            ).dataset(name, content, progress).limited(train: trainLimit, test: testLimit)
        }
        var leftOut = content.leftOut
        let train = try split(content.train, trainLimit, brokenFiles, &leftOut)
        let test = try split(content.test, testLimit, brokenFiles, &leftOut)
        guard train.count > 0 || leftOut == content.leftOut else { throw Self.nothingLeft(path, leftOut) }
        return try ImageDataset(
            name: name, classNames: content.classNames, train: train, test: test, leftOut: leftOut)
    }

    static func nothingLeft(_ path: String, _ leftOut: [LeftOut]) -> FileError {
        .unsuitable(
            path: path, problem: "no image to train on can be read (\(leftOut.map(\.text).joined(separator: "; ")))")
    }

    /// Checks that `count` images of the chosen size fit in memory at the same time.
    ///
    /// - Throws: `FileError` if they do not.
    func checkMemory(count: Int, limit: MemoryLimit = .current) throws(FileError) {
        let bytes = Double(3 * size * size) * Double(count)
        guard bytes <= limit.bytes else {
            throw .tooLarge(
                path: path,
                problem: "\(counted(count, "image")) of \(size) × \(size) pixels take "
                    + String(format: "%.1f GB", bytes / 1e9)
                    + "; \(limit.text); choose a smaller side, or leave them on disk with --loading disk")
        }
    }

    private func split(
        _ images: [FolderContent.Sample], _ limit: ImageLimit, _ brokenFiles: BrokenFiles, _ leftOut: inout [LeftOut]
    ) throws -> ImageSplit {
        let images = limit.indices(images.map(\.label)).map { images[$0] }
        try checkMemory(count: images.count)
        let shape = [images.count, 3, size, size]
        let pixels = try Tensor(unset: shape, dtype: .uint8)
        let outcomes = Locked<[Int: Result<DatasetFile, FileError>]>([:])
        let destination = SendablePointer(try pixels.unsafePointer(to: UInt8.self))
        let imageSize = 3 * size * size
        try parallelFor(images.count, grain: 8) { part in
            for index in part {
                do throws(FileError) {
                    let content = try images[index].path.content()
                    let image = try ImageFile.decode(content, images[index].path.text).squared(size)
                    (destination.pointer + index * imageSize).update(from: image.pixels, count: imageSize)
                    let file = DatasetFile(name: images[index].name, content: content, image: image)
                    outcomes.withLock { $0[index] = .success(file) }
                } catch {
                    outcomes.withLock { $0[index] = .failure(error) }
                }
            }
        }
        var (kept, files, broken): ([Int], [DatasetFile], [(name: String, error: FileError)]) = ([], [], [])
        for (index, image) in images.enumerated() {
            switch outcomes.withLock({ $0[index]! }) {
            case .success(let file):
                kept.append(index)
                files.append(file)
            case .failure(let error): broken.append((image.name, error))
            }
        }
        try brokenFiles.treat(broken, &leftOut)
        return try ImageSplit(
            images: kept.count == images.count ? pixels : pixels.taking(Tensor(kept)),
            labels: Tensor(kept.map { images[$0].label }), files: files)
    }
}

/// Memory that several threads fill at the same time, each its own part.
struct SendablePointer<Element>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>

    init(_ pointer: UnsafeMutablePointer<Element>) { self.pointer = pointer }
}
