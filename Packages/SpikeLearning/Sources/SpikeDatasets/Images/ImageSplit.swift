import TorchTensors

/// Images with their labels, for training or for testing. The images are in memory, or stay on disk.
public struct ImageSplit: Sendable {
    /// Where the images are.
    enum Storage: Sendable {
        /// In memory: [N, C, H, W], uint8, contiguous on the CPU.
        case memory(Tensor)
        /// On disk. The places are the numbers of the images in their source.
        case disk(any StreamedImages, places: [Int])
    }

    let storage: Storage

    /// The labels of the images: [N], int64.
    public let labels: Tensor

    /// The labels of the images as an array.
    public let classIndices: [Int]

    private let filesInMemory: [DatasetFile]?

    /// The greatest number of images on disk whose files `files` lists. The list of a million files would take longer to
    /// make than the first epoch takes to begin, and more memory than batches.
    static let listedFileLimit = 100_000

    /// Creates a split, with its tensors moved to the CPU.
    ///
    /// - Parameters:
    ///   - images: The images: [N, C, H, W], uint8.
    ///   - labels: The labels of the images: [N], int64.
    ///   - files: The files of the images, in the order of the images; `nil` if the images do not have one file each.
    /// - Throws: `TensorError` if a shape or an element type is another, or if there are not as many files as images.
    public init(images: Tensor, labels: Tensor, files: [DatasetFile]? = nil) throws(TensorError) {
        guard images.dtype == .uint8, images.rank == 4, labels.dtype == .int64, labels.shape == [images.shape[0]]
        else {
            throw TensorError(
                "images: uint8 [N, C, H, W] and int64 labels [N] are needed, got \(images.dtype) \(images.shape) "
                    + "and \(labels.dtype) \(labels.shape)")
        }
        if let files, files.count != images.shape[0] {
            throw TensorError("images: \(counted(files.count, "file")) for \(counted(images.shape[0], "image"))")
        }
        filesInMemory = files
        storage = .memory(try images.to(.cpu).contiguous())
        self.labels = try labels.to(.cpu).contiguous()
        classIndices = try labels.elements(as: Int.self)
    }

    /// Creates a split of images that stay on disk.
    ///
    /// - Parameters:
    ///   - images: The source of the images.
    ///   - places: The numbers of the images in their source.
    ///   - labels: The label of each image.
    init(_ images: any StreamedImages, places: [Int], labels: [Int]) throws(TensorError) {
        precondition(places.count == labels.count, "ImageSplit: \(labels.count) labels for \(places.count) images")
        storage = .disk(images, places: places)
        classIndices = labels
        self.labels = try Tensor(labels)
        filesInMemory = nil
    }

    /// The number of images.
    public var count: Int { classIndices.count }

    /// The shape of one image, [C, H, W].
    public var imageShape: [Int] {
        switch storage {
        case .memory(let images): Array(images.shape.dropFirst())
        case .disk(let images, _): images.shape
        }
    }

    /// Whether the images stay on disk, and are read when they are needed.
    public var isStreamed: Bool { streamed != nil }

    /// The source of images on disk; `nil` if the images are in memory.
    var streamed: (any StreamedImages)? {
        if case .disk(let images, _) = storage { images } else { nil }
    }

    /// All images: [N, C, H, W], uint8, contiguous on the CPU. C is 1 (grey) or 3 (red, green, blue).
    ///
    /// Traps if the images stay on disk; `image(at:)` and `ImageLoader` read them there.
    public var images: Tensor {
        guard case .memory(let images) = storage else {
            preconditionFailure("ImageSplit: the images are on disk; use image(at:) or ImageLoader")
        }
        return images
    }

    /// The files of the images, in the order of the images; `nil` if the images do not have one file each, or are more
    /// than 100,000 on disk.
    public var files: [DatasetFile]? {
        guard case .disk(let images, let places) = storage else { return filesInMemory }
        return images.haveFiles && !hasUnlistedFiles ? places.map { images.file($0) } : nil
    }

    /// Whether the images have a file each, and are too many for `files` to list them.
    public var hasUnlistedFiles: Bool { streamed.map { $0.haveFiles && count > Self.listedFileLimit } ?? false }

    /// Returns one image.
    ///
    /// - Parameter index: The position of the image in the split. Traps unless it is in 0 ..< `count`.
    /// - Throws: `FileError` if the image is on disk and cannot be read any more.
    public func image(at index: Int) throws -> Image {
        try withPixels(of: index) { pixels in
            let shape = imageShape
            return Image(channels: shape[0], height: shape[1], width: shape[2], pixels: Array(pixels))
        }
    }

    /// Calls `body` with the pixels of one image, [C, H, W].
    func withPixels<Result>(of index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) throws -> Result {
        precondition(classIndices.indices.contains(index), "ImageSplit: there is no image \(index), only \(count)")
        let size = imageShape.reduce(1, *)
        switch storage {
        case .memory(let images):
            let pixels = UnsafeBufferPointer(
                start: try images.unsafePointer(to: UInt8.self) + index * size, count: size)
            return try withExtendedLifetime(images) { try body(pixels) }
        case .disk(let images, let places):
            return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { pixels in
                try images.read(places[index], into: pixels)
                return try body(UnsafeBufferPointer(pixels))
            }
        }
    }

    /// Returns the images that `limit` selects; all images if the limit is not below their number.
    public func limited(_ limit: ImageLimit) throws(TensorError) -> ImageSplit {
        try taking(limit.indices(classIndices))
    }

    /// Returns the images at the given positions.
    ///
    /// - Parameter chosen: Ascending positions in the split, each in 0 ..< `count` and at most once.
    /// - Throws: `TensorError` if the tensors cannot be made.
    public func taking(_ chosen: [Int]) throws(TensorError) -> ImageSplit {
        if chosen.count == count { return self }
        switch storage {
        case .memory(let images):
            let indices = try Tensor(chosen)
            return try ImageSplit(
                images: images.taking(indices), labels: labels.taking(indices),
                files: filesInMemory.map { files in chosen.map { files[$0] } })
        case .disk(let images, let places):
            return try ImageSplit(images, places: chosen.map { places[$0] }, labels: chosen.map { classIndices[$0] })
        }
    }
}
