import TorchTensors

/// Makes batches of a split's images, in an order determined by the seed and the epoch.
///
/// The augmentation of an image depends only on the seed, the epoch and the image; mixup depends only on the seed, the
/// epoch and the batch. The batches are therefore the same for any number of threads, and when an interrupted epoch
/// resumes from any batch.
public struct ImageLoader: Sendable {
    /// The order of the images within an epoch.
    public enum Order: Sendable, Hashable {
        /// The images keep the order of the split.
        case asStored
        /// The images are shuffled differently in each epoch.
        case shuffled
    }

    /// How the loader treats the images that are left over after the last full batch.
    public enum LastBatch: Sendable, Hashable {
        /// The remaining images form a smaller batch.
        case kept
        /// The remaining images form a smaller batch, but a single remaining image joins the preceding batch, if there
        /// is one. Alone it might have one value per channel, too few for batch normalisation.
        case keptOrJoined
        /// The remaining images are left out of the epoch.
        case dropped
    }

    /// How the loader converts bytes to floating-point numbers.
    public enum Scaling: Sendable, Hashable {
        /// Each byte is divided by 255, which gives values in 0...1.
        case unitRange
        /// Each byte is divided by 255; then the channel's mean is subtracted, and the result is divided by the
        /// channel's standard deviation.
        case normalized(ImageNormalization)
    }

    /// The images and labels that the loader reads.
    public let split: ImageSplit
    /// The number of classes of the data set.
    public let classCount: Int
    /// The number of images in a full batch.
    public let batchSize: Int
    /// The seed of the order, the augmentation and mixup.
    public let seed: UInt64
    /// The order of the images within an epoch.
    public let order: Order
    /// The treatment of the images that are left over after the last full batch.
    public let lastBatch: LastBatch
    /// The conversion from bytes to floating-point numbers.
    public let scaling: Scaling
    /// The random change of each image before scaling; `nil` for none.
    public let augmentation: ImageAugmentation?
    /// The label smoothing ε in 0...1; 0 for none.
    public let labelSmoothing: Double
    /// The mixup that is applied to each batch; `nil` for none.
    public let mixup: Mixup?

    /// The floating-point number for each byte value, [channel][byte].
    private let table: [Float]

    /// Creates a loader.
    ///
    /// - Parameters:
    ///   - split: The images and labels to load.
    ///   - classCount: The number of classes of the data set. Every label must be in 0 ..< `classCount`.
    ///   - batchSize: The number of images in a full batch, at least 1.
    ///   - seed: The seed of the order, the augmentation and mixup.
    ///   - order: The order of the images within an epoch.
    ///   - lastBatch: The treatment of the images that are left over after the last full batch.
    ///   - scaling: The conversion from bytes to floating-point numbers.
    ///   - augmentation: A random change of each image before scaling, which must keep the image's size; `nil` for
    ///     none.
    ///   - labelSmoothing: The label smoothing ε in 0...1; 0 for none.
    ///   - mixup: The mixup to apply to each batch; `nil` for none.
    /// - Throws: `TensorError` if the batch size, the label smoothing or a label is out of range, or if the
    ///   normalisation has another number of channels than the images.
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

    /// The number of batches in an epoch.
    public var batchCount: Int { Self.batchCount(ofImages: split.count, batchSize: batchSize, lastBatch) }

    /// Returns the number of batches in an epoch.
    ///
    /// - Parameters:
    ///   - count: The number of images in the epoch.
    ///   - batchSize: The number of images in a full batch, at least 1.
    ///   - lastBatch: The treatment of the images that are left over after the last full batch.
    public static func batchCount(ofImages count: Int, batchSize: Int, _ lastBatch: LastBatch) -> Int {
        let (whole, rest) = count.quotientAndRemainder(dividingBy: batchSize)
        return switch lastBatch {
        case .kept: rest > 0 ? whole + 1 : whole
        case .keptOrJoined: rest > 1 || whole == 0 && rest > 0 ? whole + 1 : whole
        case .dropped: whole
        }
    }

    /// Returns the positions of the images in the split, in the order in which an epoch visits them.
    ///
    /// - Parameter epoch: The number of the epoch, from 0.
    public func indices(epoch: Int) -> [Int] {
        order == .asStored
            ? Array(0..<split.count) : RandomStream(seed: seed).split("order").split(epoch).permutation(split.count)
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
    ) -> ImageBatches {
        precondition(epoch >= 0, "ImageLoader: epoch must be >= 0, got \(epoch)")
        precondition(first >= 0, "ImageLoader: the first batch must be >= 0, got \(first)")
        let indices = indices(epoch: epoch)
        return ImageBatches(
            from: first, to: batchCount, threadCount: threadCount, batchesAhead: batchesAhead
        ) { (batch) throws(TensorError) in try self.batch(batch, epoch: epoch, indices: indices) }
    }

    /// Prepares one batch of an epoch on the calling thread.
    ///
    /// - Parameters:
    ///   - batch: The index of the batch in the epoch. Traps unless it is in 0 ..< `batchCount`.
    ///   - epoch: The number of the epoch, from 0.
    ///   - indices: The result of `indices(epoch:)`, if the caller has it; `nil` to compute it.
    /// - Throws: `TensorError` if a tensor cannot be made.
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

/// The images, labels and targets of one training step.
public struct ImageBatch: Sendable {
    /// The number of the epoch, from 0.
    public let epoch: Int

    /// The index of the batch in the epoch, from 0.
    public let index: Int

    /// The positions of the images in the split.
    public let indices: [Int]

    /// The images after augmentation, scaling and mixup: [B, C, H, W], float32.
    public let images: Tensor

    /// The classes of the images before any mixup: [B], int64.
    public let labels: Tensor

    /// The distribution over the classes for each image, after label smoothing and mixup: [B, K], float32.
    public let targets: Tensor
}
