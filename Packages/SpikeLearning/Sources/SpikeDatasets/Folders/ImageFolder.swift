import ArrayFiles
import Foundation
import TorchTensors

/// A folder of images by class.
///
/// Either `train/CLASS/*` and `test/CLASS/*` (or `val`, `valid`, `validation` for `test`), or `CLASS/*`, of which a
/// part is set aside for testing, chosen by the files' names. Classes are the folders' names, sorted by their bytes.
/// Names that are not UTF-8 are read as well; their other bytes stand as `\xE9` in texts. Whatever is left out, the data
/// set names.
public struct ImageFolder: Sendable {
    public let path: String

    /// Height and width that images are brought to: the square in the middle, scaled.
    public let size: Int

    /// How much of each class is set aside where the folder has no such part, in 0 ..< 1.
    public let testFraction: Double

    /// Chooses which are set aside.
    public let seed: UInt64

    /// - Throws: `FileError` if the size or the fraction are outside.
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

    /// Reads all images, on LibTorch's threads.
    ///
    /// - Throws: `FileError` naming the first file, in the order of names, that cannot be read, a class without images,
    ///   or what else does not fit.
    public func read(train trainLimit: ImageLimit = .all, test testLimit: ImageLimit = .all) throws
        -> ImageDataset
    {
        let content = try FolderContent(path, share: TestShare(fraction: testFraction, seed: seed))
        return try ImageDataset(
            name: (path as NSString).lastPathComponent, classNames: content.classNames,
            train: split(content.train, trainLimit), test: split(content.test, testLimit), leftOut: content.leftOut)
    }

    /// Throws if so many images, which are all in memory at once, do not fit into it.
    ///
    /// - Parameter memory: Of this machine, in bytes.
    func checkMemory(count: Int, memory: UInt64 = ProcessInfo.processInfo.physicalMemory) throws(FileError) {
        let bytes = Double(3 * size * size) * Double(count)
        guard bytes <= Double(memory) else {
            func gigabytes(_ bytes: Double) -> String { String(format: "%.1f GB", bytes / 1e9) }
            throw .tooLarge(
                path: path,
                problem: "\(count) images of \(size) × \(size) pixels take \(gigabytes(bytes)); this machine has "
                    + "\(gigabytes(Double(memory))); choose a smaller side")
        }
    }

    private func split(_ images: [FolderContent.Image], _ limit: ImageLimit) throws -> ImageSplit {
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
                    let file = DatasetFile(name: images[index].name, content: content)
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

/// Memory that several threads fill, each a part of its own.
struct SendablePointer<Element>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>

    init(_ pointer: UnsafeMutablePointer<Element>) { self.pointer = pointer }
}
