import ArrayFiles
import TorchTensors

/// Makes tensors of a loader's images for one epoch: reads, augments and scales them.
struct ImageReader {
    private let loader: ImageLoader
    private let random: RandomStream
    private let shape: [Int]

    init(_ loader: ImageLoader, epoch: Int) {
        self.loader = loader
        random = RandomStream(seed: loader.seed).split("augmentation").split(epoch)
        shape = loader.split.imageShape
    }

    /// Returns the images at some positions of the split, [B, C, H, W], float32, and the positions of those that could be
    /// read.
    ///
    /// - Throws: `FileError` if an image cannot be read and is not to be skipped.
    func images(_ indices: [Int]) throws -> (images: Tensor, indices: [Int]) {
        let (images, kept, _) = try readable(indices)
        return (images, kept)
    }

    /// Returns the first of some images that can be read, [1, C, H, W], and its position.
    ///
    /// - Throws: `FileError` if none of them can be read.
    func firstImage(of indices: [Int]) throws -> (images: Tensor, indices: [Int]) {
        var last: FileError?
        for index in indices {
            let (image, kept, failure) = try readable([index])
            guard let failure else { return (image, kept) }
            last = failure
        }
        throw last!
    }

    private func readable(_ indices: [Int]) throws -> (images: Tensor, indices: [Int], failure: FileError?) {
        let size = shape.reduce(1, *)
        let result = try Tensor(unset: [indices.count] + shape)
        var kept: [Int] = []
        kept.reserveCapacity(indices.count)
        var last: FileError?
        let destination = try result.unsafePointer(to: Float.self)
        func add(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
            prepare(index, bytes, destination + kept.count * size)
            kept.append(index)
        }
        switch loader.split.storage {
        case .memory(let images):
            try images.withUnsafeElements(of: UInt8.self) { stored in
                for index in indices {
                    add(index, UnsafeBufferPointer(rebasing: stored[index * size..<(index + 1) * size]))
                }
            }
        case .disk(let images, let places):
            try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { pixels in
                for index in indices {
                    do throws(FileError) {
                        try images.read(places[index], into: pixels)
                    } catch {
                        guard images.goesOn(without: places[index], error) else { throw error }
                        last = error
                        continue
                    }
                    add(index, UnsafeBufferPointer(pixels))
                }
            }
        }
        return (kept.count == indices.count ? result : try result.sliced(0, 0..<kept.count).contiguous(), kept, last)
    }

    /// Augments and scales one image.
    private func prepare(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ numbers: UnsafeMutablePointer<Float>) {
        let area = shape[1] * shape[2]
        guard let augmentation = loader.augmentation else { return loader.scale(bytes, numbers, area) }
        let image = Image(channels: shape[0], height: shape[1], width: shape[2], pixels: Array(bytes))
        let augmented = augmentation(image, random.split(index))
        precondition(augmented.pixels.count == bytes.count, "ImageLoader: an augmentation changed an image's size")
        augmented.pixels.withUnsafeBufferPointer { loader.scale($0, numbers, area) }
    }
}
