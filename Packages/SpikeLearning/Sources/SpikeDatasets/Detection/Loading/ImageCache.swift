import ArrayFiles

/// Scaled images of samples, kept up to a limit of memory.
///
/// Once the limit is reached, further images are not kept. Every image is needed once per epoch, so replacing kept images
/// by others would save nothing.
final class ImageCache: Sendable {
    private struct Content {
        var images: [Int: Image] = [:]
        var size = 0
    }

    private let content = Locked(Content())
    private let limit: Int

    /// - Parameter limit: The greatest size of all kept images in bytes.
    init(limit: Int) { self.limit = limit }

    /// The size of the kept images in bytes.
    var size: Int { content.withLock { $0.size } }

    /// Returns the image of a sample, from the cache or from `read`.
    func image(_ index: Int, _ read: () throws(FileError) -> Image) throws(FileError) -> Image {
        if let image = content.withLock({ $0.images[index] }) { return image }
        let image = try read()
        content.withLock { content in
            let size = image.pixels.count
            guard content.images[index] == nil, content.size + size <= limit else { return }
            content.images[index] = image
            content.size += size
        }
        return image
    }
}
