import Foundation
import TorchTensors

/// Makes batches of a split's images, in an order determined by the seed and the epoch.
///
/// The augmentation of an image depends only on the seed, the epoch and the image; mixup depends only on the seed, the
/// epoch and the batch. The batches are therefore the same for any number of threads, and when an interrupted epoch
/// resumes from any batch. They are also the same for images in memory and on disk.
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
    /// The share of each batch that the loader makes.
    public let share: BatchShare

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
    ///   - share: The share of each batch to make. The batches themselves do not depend on it.
    /// - Throws: `TensorError` if the batch size, the label smoothing or a label is out of range, or if the
    ///   normalisation has another number of channels than the images.
    public init(
        _ split: ImageSplit, classCount: Int, batchSize: Int, seed: UInt64 = 0, order: Order = .shuffled,
        lastBatch: LastBatch = .kept, scaling: Scaling = .unitRange, augmentation: ImageAugmentation? = nil,
        labelSmoothing: Double = 0, mixup: Mixup? = nil, share: BatchShare = .whole
    ) throws(TensorError) {
        guard batchSize >= 1 else { throw TensorError("loader: the batch size must be >= 1, got \(batchSize)") }
        guard (0...1).contains(labelSmoothing) else {
            throw TensorError("loader: label smoothing must be in 0...1, got \(labelSmoothing)")
        }
        if let label = split.classIndices.first(where: { !(0..<classCount).contains($0) }) {
            throw TensorError("loader: label \(label) is none of \(counted(classCount, "class", plural: "classes"))")
        }
        let channels = split.imageShape[0]
        switch scaling {
        case .unitRange: table = (0..<channels * 256).map { Float($0 & 255) / 255 }
        case .normalized(let normalization):
            guard normalization.means.count == channels else {
                throw TensorError(
                    "loader: a normalization of \(counted(normalization.means.count, "channel")) for images of \(channels)"
                )
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
        self.share = share
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
    ///   - threadCount: The number of threads, each of which prepares one batch at a time; `nil` for one if the images
    ///     are in memory, and for as many as the machine has cores, but at most 16, if they are read from disk. Traps if
    ///     it is below 1.
    ///   - batchesAhead: The number of batches that may be prepared before the caller asks for them; `nil` for one more
    ///     than there are threads, or for two if those would take more than a sixteenth of the memory. Traps if it is
    ///     below 1.
    public func batches(
        epoch: Int, from first: Int = 0, threadCount: Int? = nil, batchesAhead: Int? = nil
    ) -> ImageBatches {
        precondition(epoch >= 0, "ImageLoader: epoch must be >= 0, got \(epoch)")
        precondition(first >= 0, "ImageLoader: the first batch must be >= 0, got \(first)")
        let threads = threadCount ?? (split.isStreamed ? min(ProcessInfo.processInfo.activeProcessorCount, 16) : 1)
        let indices = indices(epoch: epoch)
        return ImageBatches(
            from: first, to: batchCount, threadCount: threads, batchesAhead: batchesAhead ?? usualBatchesAhead(threads)
        ) { try self.batch($0, epoch: epoch, indices: indices) }
    }

    private func usualBatchesAhead(_ threads: Int) -> Int {
        let bytes = 4 * Double(batchSize) * Double(split.imageShape.reduce(1, *))
        return bytes * Double(threads + 1) > MemoryLimit.current.bytes / 16 ? 2 : threads + 1
    }

    /// Prepares one batch of an epoch on the calling thread.
    ///
    /// - Parameters:
    ///   - batch: The index of the batch in the epoch. Traps unless it is in 0 ..< `batchCount`.
    ///   - epoch: The number of the epoch, from 0.
    ///   - indices: The result of `indices(epoch:)`, if the caller has it; `nil` to compute it.
    /// - Throws: `TensorError` if a tensor cannot be made; `FileError` if an image on disk cannot be read any more, and
    ///   the data set does not skip broken files, or no image of the batch is left.
    public func batch(_ batch: Int, epoch: Int, indices: [Int]? = nil) throws -> ImageBatch {
        precondition((0..<batchCount).contains(batch), "ImageLoader: there is no batch \(batch), only \(batchCount)")
        let all = indices ?? self.indices(epoch: epoch)
        let whole = Array(all[batch * batchSize..<batch * batchSize + imageCount(ofBatch: batch)])
        let (places, isEmpty) = share.places(of: whole.count)
        var isStandIn = isEmpty
        let reader = ImageReader(self, epoch: epoch)
        var (images, chosen) = try reader.images(Array(whole[places]))
        if chosen.isEmpty {
            (images, chosen) = try reader.firstImage(of: whole)
            isStandIn = true
        }
        var targets = try targets(chosen)
        if let mixup {
            let random = RandomStream(seed: seed).split("mixup").split(epoch).split(batch)
            if chosen == whole {
                (images, targets) = try mixup(images, targets, random)
            } else {
                let partners = mixup.partners(of: whole.count, random).map { whole[$0] }
                let partner = Dictionary(uniqueKeysWithValues: zip(whole, partners))
                (images, targets) = try blended(
                    images, chosen.map { ($0, partner[$0]!) }, weight: mixup.weight(random), reader)
            }
        }
        return ImageBatch(
            epoch: epoch, index: batch, indices: chosen, images: images,
            labels: try Tensor(chosen.map { split.classIndices[$0] }), targets: targets, wholeCount: whole.count,
            isStandIn: isStandIn)
    }

    /// Returns the number of images in a batch of an epoch, over all shares.
    ///
    /// - Parameter batch: The index of the batch in the epoch, in 0 ..< `batchCount`.
    public func imageCount(ofBatch batch: Int) -> Int {
        let isLast = batch == batchCount - 1 && lastBatch != .dropped
        return isLast ? split.count - batch * batchSize : batchSize
    }

    /// Blends images with partners that may be in the shares of other processes, and are prepared a second time. An image
    /// whose partner cannot be read stays as it is.
    ///
    /// - Parameters:
    ///   - images: The images.
    ///   - pairs: The position in the split of each image, and that of its partner.
    /// - Returns: The blended images and their targets.
    private func blended(
        _ images: Tensor, _ pairs: [(own: Int, partner: Int)], weight: Double, _ reader: ImageReader
    ) throws -> (images: Tensor, targets: Tensor) {
        var (others, partners) = try reader.images(pairs.map(\.partner))
        if partners.count < pairs.count {
            let isThere = Set(partners)
            (others, partners) = try reader.images(pairs.map { isThere.contains($0.partner) ? $0.partner : $0.own })
        }
        return (
            try Mixup.blended(images, others, weight: weight),
            try Mixup.blended(targets(pairs.map(\.own)), targets(partners), weight: weight)
        )
    }

    /// Returns the smoothed targets of the images at positions of the split.
    private func targets(_ indices: [Int]) throws(TensorError) -> Tensor {
        try SoftTargets.smoothed(
            indices.map { split.classIndices[$0] }, classCount: classCount, smoothing: labelSmoothing)
    }

    /// Converts the bytes of an image to numbers.
    ///
    /// - Parameter area: The number of pixels in one plane.
    func scale(_ bytes: UnsafeBufferPointer<UInt8>, _ numbers: UnsafeMutablePointer<Float>, _ area: Int) {
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

    /// The number of images of the whole batch, of which this may be a share.
    public let wholeCount: Int

    /// Whether the batch has no image for this share, so that the batch's first image stands in and must not count.
    public let isStandIn: Bool

    /// The number of images of this share that count.
    public var count: Int { isStandIn ? 0 : indices.count }
}
