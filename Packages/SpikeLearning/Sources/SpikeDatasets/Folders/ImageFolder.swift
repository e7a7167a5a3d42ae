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

    /// Reads the images with three channels, on LibTorch's threads.
    ///
    /// - Parameters:
    ///   - trainLimit: The selection of images to train on.
    ///   - testLimit: The selection of images to test on.
    /// - Throws: `FileError` if an image cannot be read (it names the first such file), if a class has no images, if
    ///   the layout does not fit, or if the images do not fit in memory.
    public func read(train trainLimit: ImageLimit = .all, test testLimit: ImageLimit = .all) throws
        -> ImageDataset
    {
        let content = try FolderContent(path, share: TestShare(fraction: testFraction, seed: seed))
        return try ImageDataset(
            name: (path as NSString).lastPathComponent, classNames: content.classNames,
            train: split(content.train, trainLimit), test: split(content.test, testLimit), leftOut: content.leftOut)
    }

    /// Checks that `count` images of the chosen size fit in memory at the same time.
    ///
    /// - Throws: `FileError` if they do not.
    func checkMemory(count: Int, limit: MemoryLimit = .current) throws(FileError) {
        let bytes = Double(3 * size * size) * Double(count)
        guard bytes <= limit.bytes else {
            throw .tooLarge(
                path: path,
                problem: "\(count) images of \(size) × \(size) pixels take "
                    + String(format: "%.1f GB", bytes / 1e9) + "; \(limit.text); choose a smaller side")
        }
    }

    private func split(_ images: [FolderContent.Sample], _ limit: ImageLimit) throws -> ImageSplit {
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
        let files = try outcomes.withLock { outcomes in try images.indices.map { try outcomes[$0]!.get() } }
        return try ImageSplit(images: pixels, labels: Tensor(images.map(\.label)), files: files)
    }
}

/// Memory that several threads fill at the same time, each its own part.
struct SendablePointer<Element>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>

    init(_ pointer: UnsafeMutablePointer<Element>) { self.pointer = pointer }
}
