import ArrayFiles
import ObjectDetection
import TorchTensors

/// Makes batches of square images with boxes, in an order determined by the seed and the epoch.
///
/// The augmentation of an image depends only on the seed, the epoch and the image. The batches are therefore the same
/// for any number of threads, with any cache, and when an interrupted epoch resumes from any batch.
public struct DetectionLoader: Sendable {
    /// The images that the loader reads.
    public let samples: [DetectionSample]
    /// The size of the squares in pixels.
    public let side: Int
    /// The number of images in a full batch.
    public let batchSize: Int
    /// The seed of the order and the augmentation.
    public let seed: UInt64
    /// The order of the images within an epoch.
    public let order: ImageLoader.Order
    /// The random change of the images; `nil` for none.
    public let augmentation: DetectionAugmentation?

    /// The share of each batch that is made.
    public let share: BatchShare

    private let cache: ImageCache

    /// Creates a loader.
    ///
    /// - Parameters:
    ///   - samples: The images to load.
    ///   - side: The size of the squares in pixels, at least 1.
    ///   - batchSize: The number of images in a full batch, at least 1. The last batch of an epoch may be smaller.
    ///   - seed: The seed of the order and the augmentation.
    ///   - order: The order of the images within an epoch.
    ///   - augmentation: The random change of the images; `nil` for none.
    ///   - share: The share of each batch to make. The batches themselves do not depend on it.
    ///   - cacheLimit: The memory in bytes for scaled images, which are kept as long as they fit; a quarter of the
    ///     machine's by default, and 0 for none.
    /// - Throws: `TensorError` if the side or the batch size is out of range.
    public init(
        _ samples: [DetectionSample], side: Int, batchSize: Int, seed: UInt64 = 0, order: ImageLoader.Order = .shuffled,
        augmentation: DetectionAugmentation? = nil, share: BatchShare = .whole,
        cacheLimit: Int = Int(MemoryLimit.current.bytes / 4)
    ) throws(TensorError) {
        guard side >= 1 else { throw TensorError("detection loader: the side must be >= 1, got \(side)") }
        guard batchSize >= 1 else {
            throw TensorError("detection loader: the batch size must be >= 1, got \(batchSize)")
        }
        self.samples = samples
        self.side = side
        self.batchSize = batchSize
        self.seed = seed
        self.order = order
        self.augmentation = augmentation
        self.share = share
        cache = ImageCache(limit: cacheLimit)
    }

    /// The number of batches in an epoch.
    public var batchCount: Int { ImageLoader.batchCount(ofImages: samples.count, batchSize: batchSize, .kept) }

    /// Returns the positions of the images in `samples`, in the order in which an epoch visits them.
    ///
    /// - Parameter epoch: The number of the epoch, from 0.
    public func indices(epoch: Int) -> [Int] {
        order == .asStored
            ? Array(samples.indices) : RandomStream(seed: seed).split("order").split(epoch).permutation(samples.count)
    }

    /// Returns the batches of an epoch, which background threads prepare.
    ///
    /// - Parameters:
    ///   - epoch: The number of the epoch, from 0. Traps if it is negative.
    ///   - first: The index of the first batch, to resume an interrupted epoch. Traps if it is negative.
    ///   - threadCount: The number of threads, each of which prepares one batch at a time. Traps if it is below 1.
    ///   - batchesAhead: The number of batches that may be prepared before the caller asks for them. Traps if it is
    ///     below 1.
    public func batches(
        epoch: Int, from first: Int = 0, threadCount: Int = 1, batchesAhead: Int = 2
    ) -> DetectionBatches {
        precondition(epoch >= 0, "DetectionLoader: epoch must be >= 0, got \(epoch)")
        precondition(first >= 0, "DetectionLoader: the first batch must be >= 0, got \(first)")
        let indices = indices(epoch: epoch)
        return DetectionBatches(
            from: first, to: batchCount, threadCount: threadCount, batchesAhead: batchesAhead
        ) { try self.batch($0, epoch: epoch, indices: indices) }
    }

    /// Prepares one batch of an epoch on the calling thread.
    ///
    /// - Parameters:
    ///   - batch: The index of the batch in the epoch. Traps unless it is in 0 ..< `batchCount`.
    ///   - epoch: The number of the epoch, from 0.
    ///   - indices: The result of `indices(epoch:)`, if the caller has it; `nil` to compute it.
    /// - Throws: `FileError` if an image cannot be read any more; `TensorError` if a tensor cannot be made.
    public func batch(_ batch: Int, epoch: Int, indices: [Int]? = nil) throws -> DetectionBatch {
        precondition(
            (0..<batchCount).contains(batch), "DetectionLoader: there is no batch \(batch), only \(batchCount)")
        let all = indices ?? self.indices(epoch: epoch)
        let whole = all[batch * batchSize..<min((batch + 1) * batchSize, all.count)]
        let (places, isStandIn) = share.places(of: whole.count)
        let chosen = Array(whole.dropFirst(places.lowerBound).prefix(places.count))
        let images = try Tensor(unset: [chosen.count, 3, side, side])
        let random = RandomStream(seed: seed).split("augmentation").split(epoch)
        var boxes: [[LabelledBox]] = []
        let letterboxes = chosen.map { letterbox(samples[$0]) }
        var squares: [Image] = []
        for (place, index) in chosen.enumerated() {
            guard let augmentation else {
                squares.append(letterboxes[place].square(ofScaled: try scaledImage(index)))
                boxes.append(samples[index].boxes.map { $0.with(letterboxes[place].square($0.box)) })
                continue
            }
            let square = try augmentation(index, of: samples.count, side: side, random.split(index)) { try scaled($0) }
            squares.append(square.image)
            boxes.append(square.boxes)
        }
        let size = 3 * side * side
        try images.withUnsafeMutableElements(of: Float.self) { destination in
            for (place, square) in squares.enumerated() {
                for (index, value) in square.pixels.enumerated() {
                    destination[place * size + index] = Float(value) / 255
                }
            }
        }
        return DetectionBatch(
            epoch: epoch, index: batch, samples: chosen, images: images, boxes: boxes,
            letterboxes: augmentation == nil ? letterboxes : [], wholeCount: whole.count, isStandIn: isStandIn)
    }

    private func letterbox(_ sample: DetectionSample) -> Letterbox {
        Letterbox(width: sample.width, height: sample.height, side: side)
    }

    /// Returns the image of a sample, scaled so that its longer side is `side`.
    private func scaledImage(_ index: Int) throws(FileError) -> Image {
        try cache.image(index) { () throws(FileError) in
            letterbox(samples[index]).scaled(try samples[index].image())
        }
    }

    private func scaled(_ index: Int) throws(FileError) -> DetectionAugmentation.Scaled {
        let letterbox = letterbox(samples[index])
        return DetectionAugmentation.Scaled(
            image: try scaledImage(index),
            boxes: samples[index].boxes.map { $0.with(letterbox.scaled($0.box)) })
    }
}

extension LabelledBox {
    /// Returns the same object with another box.
    fileprivate func with(_ box: Box) -> LabelledBox { LabelledBox(box: box, label: label, isDifficult: isDifficult) }
}

/// The images and boxes of one training step, or of a part of an evaluation.
public struct DetectionBatch: Sendable {
    /// The number of the epoch, from 0.
    public let epoch: Int

    /// The index of the batch in the epoch, from 0.
    public let index: Int

    /// The positions of the images in the loader's samples. A mosaic has the position of its first image.
    public let samples: [Int]

    /// The images: [B, 3, S, S], float32, red, green and blue in 0...1.
    public let images: Tensor

    /// The boxes of each image, in pixels of the S × S square.
    public let boxes: [[LabelledBox]]

    /// The place of each image in its square; empty if the images are augmented.
    public let letterboxes: [Letterbox]

    /// The number of images of the whole batch, of which this may be a share.
    public let wholeCount: Int

    /// Whether the batch has no image for this share, so that the batch's first image stands in and must not count.
    public let isStandIn: Bool

    /// The number of images of this share that count.
    public var count: Int { isStandIn ? 0 : samples.count }
}
