import TorchTensors

/// Batches of a split's images, in an order that the seed and the epoch fix.
///
/// An image's augmentation depends on the seed, the epoch and the image alone, and mixup on the seed, the epoch and
/// the batch. So batches are the same on any number of threads, and from whichever batch an interrupted epoch goes on.
public struct ImageLoader: Sendable {
    public enum Order: Sendable, Hashable {
        case asStored
        /// Another order in each epoch.
        case shuffled
    }

    /// What becomes of images that do not fill a batch.
    public enum LastBatch: Sendable, Hashable {
        case kept
        /// As `kept`, but a single image joins the batch before it: of it a channel may have one value, too few for
        /// batch normalisation.
        case keptOrJoined
        case dropped
    }

    /// How bytes become numbers.
    public enum Scaling: Sendable, Hashable {
        /// Divided by 255, into 0...1.
        case unitRange
        /// Into 0...1, less the channel's mean, divided by its deviation.
        case normalized(ImageNormalization)
    }

    public let split: ImageSplit
    public let classCount: Int
    public let batchSize: Int
    public let seed: UInt64
    public let order: Order
    public let lastBatch: LastBatch
    public let scaling: Scaling
    public let augmentation: ImageAugmentation?
    public let labelSmoothing: Double
    public let mixup: Mixup?

    /// [channel][byte]
    private let table: [Float]

    /// - Parameters:
    ///   - classCount: Of the data set; labels must be below.
    ///   - labelSmoothing: In 0...1.
    /// - Throws: `TensorError` if a number is outside, or the normalisation has another count of channels.
    public init(
        _ split: ImageSplit, classCount: Int, batchSize: Int, seed: UInt64 = 0, order: Order = .shuffled,
        lastBatch: LastBatch = .kept, scaling: Scaling = .unitRange, augmentation: ImageAugmentation? = nil,
        labelSmoothing: Double = 0, mixup: Mixup? = nil
    ) throws(TensorError) {
        guard batchSize >= 1 else { throw TensorError("loader: the batch size must be >= 1, got \(batchSize)") }
        guard (0...1).contains(labelSmoothing) else {
            throw TensorError("loader: label smoothing must be in 0...1, got \(labelSmoothing)")
        }
        if let label = split.classIndices.first(where: { !(0..<classCount).contains($0) }) {
            throw TensorError("loader: label \(label) is none of \(classCount) classes")
        }
        let channels = split.imageShape[0]
        switch scaling {
        case .unitRange: table = (0..<channels * 256).map { Float($0 & 255) / 255 }
        case .normalized(let normalization):
            guard normalization.means.count == channels else {
                throw TensorError(
                    "loader: a normalization of \(normalization.means.count) channels for images of \(channels)")
            }
            table = (0..<channels * 256).map { entry in
                let (mean, deviation) = (normalization.means[entry >> 8], normalization.deviations[entry >> 8])
                return (Float(entry & 255) / 255 - mean) / deviation
            }
        }
        self.split = split
        self.classCount = classCount
        self.batchSize = batchSize
        self.seed = seed
        self.order = order
        self.lastBatch = lastBatch
        self.scaling = scaling
        self.augmentation = augmentation
        self.labelSmoothing = labelSmoothing
        self.mixup = mixup
    }

    /// How many batches an epoch has.
    public var batchCount: Int {
        let (whole, rest) = split.count.quotientAndRemainder(dividingBy: batchSize)
        return switch lastBatch {
        case .kept: rest > 0 ? whole + 1 : whole
        case .keptOrJoined: rest > 1 || whole == 0 && rest > 0 ? whole + 1 : whole
        case .dropped: whole
        }
    }

    /// The places of an epoch's images in the split, in the order in which they come.
    public func indices(epoch: Int) -> [Int] {
        order == .asStored
            ? Array(0..<split.count) : RandomStream(seed: seed).split("order").split(epoch).permutation(split.count)
    }

    /// An epoch's batches, prepared in the background.
    ///
    /// - Parameters:
    ///   - epoch: 0 or above.
    ///   - first: The batch to begin with, for an epoch that was interrupted.
    ///   - threadCount: How many threads prepare batches, each one at a time.
    ///   - batchesAhead: How many batches may be ready or under way before they are asked for.
    public func batches(
        epoch: Int, from first: Int = 0, threadCount: Int = 1, batchesAhead: Int = 2
    ) -> ImageBatches {
        precondition(epoch >= 0, "ImageLoader: epoch must be >= 0, got \(epoch)")
        precondition(first >= 0, "ImageLoader: the first batch must be >= 0, got \(first)")
        let indices = indices(epoch: epoch)
        return ImageBatches(
            from: first, to: batchCount, threadCount: threadCount, batchesAhead: batchesAhead
        ) { (batch) throws(TensorError) in try self.batch(batch, epoch: epoch, indices: indices) }
    }

    /// One batch of an epoch, prepared here and now.
    ///
    /// - Parameter indices: The epoch's, if they are at hand.
    public func batch(_ batch: Int, epoch: Int, indices: [Int]? = nil) throws(TensorError) -> ImageBatch {
        precondition((0..<batchCount).contains(batch), "ImageLoader: there is no batch \(batch), only \(batchCount)")
        let all = indices ?? self.indices(epoch: epoch)
        let isLast = batch == batchCount - 1 && lastBatch != .dropped
        let chosen = Array(all[batch * batchSize..<(isLast ? all.count : (batch + 1) * batchSize)])
        let labels = chosen.map { split.classIndices[$0] }
        var images = try self.images(chosen, epoch)
        var targets = try SoftTargets.smoothed(labels, classCount: classCount, smoothing: labelSmoothing)
        if let mixup {
            let random = RandomStream(seed: seed).split("mixup").split(epoch).split(batch)
            (images, targets) = try mixup(images, targets, random)
        }
        return ImageBatch(
            epoch: epoch, index: batch, indices: chosen, images: images, labels: try Tensor(labels),
            targets: targets)
    }

    private func images(_ indices: [Int], _ epoch: Int) throws(TensorError) -> Tensor {
        let shape = split.imageShape
        let (area, size) = (shape[1] * shape[2], shape.reduce(1, *))
        let result = try Tensor(unset: [indices.count] + shape)
        let random = RandomStream(seed: seed).split("augmentation").split(epoch)
        try split.images.withUnsafeElements(of: UInt8.self) { (stored) throws(TensorError) in
            try result.withUnsafeMutableElements(of: Float.self) { destination in
                for (place, index) in indices.enumerated() {
                    let bytes = UnsafeBufferPointer(rebasing: stored[index * size..<(index + 1) * size])
                    let numbers = destination.baseAddress! + place * size
                    guard let augmentation else {
                        scale(bytes, numbers, area)
                        continue
                    }
                    let image = Image(channels: shape[0], height: shape[1], width: shape[2], pixels: Array(bytes))
                    let augmented = augmentation(image, random.split(index))
                    precondition(
                        augmented.pixels.count == size, "ImageLoader: an augmentation changed an image's size")
                    augmented.pixels.withUnsafeBufferPointer { scale($0, numbers, area) }
                }
            }
        }
        return result
    }

    private func scale(_ bytes: UnsafeBufferPointer<UInt8>, _ numbers: UnsafeMutablePointer<Float>, _ area: Int) {
        table.withUnsafeBufferPointer { table in
            for start in stride(from: 0, to: bytes.count, by: area) {
                let values = table.baseAddress! + start / area * 256
                for place in start..<start + area { numbers[place] = values[Int(bytes[place])] }
            }
        }
    }
}

/// Images to learn from at once.
public struct ImageBatch: Sendable {
    public let epoch: Int

    /// Its place in the epoch, from 0.
    public let index: Int

    /// The images' places in the split.
    public let indices: [Int]

    /// [B, C, H, W], float32.
    public let images: Tensor

    /// [B], int64: the images' own classes, before any mixup.
    public let labels: Tensor

    /// [B, K], float32: a distribution over the classes, after label smoothing and mixup.
    public let targets: Tensor
}
