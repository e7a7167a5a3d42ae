import TorchTensors

/// Labelled images to train a classifier on, and others to test it on.
public struct ImageDataset: Sendable {
    /// Such as `CIFAR-10`.
    public let name: String

    /// A name for each label, from label 0.
    public let classNames: [String]

    public let train: ImageSplit
    public let test: ImageSplit

    /// The channels' means and deviations over all training images, whatever limit was set.
    public let normalization: ImageNormalization

    /// What lies in the data set's folder and is not part of it.
    public let leftOut: [LeftOut]

    /// - Throws: `TensorError` if the splits' images differ in shape or a label has no name.
    public init(
        name: String, classNames: [String], train: ImageSplit, test: ImageSplit,
        normalization: ImageNormalization? = nil, leftOut: [LeftOut] = []
    ) throws(TensorError) {
        guard train.imageShape == test.imageShape else {
            throw TensorError(
                "\(name): images for training have shape \(train.imageShape), those for testing "
                    + "\(test.imageShape); they must agree")
        }
        for split in [train, test] {
            if let label = split.classIndices.first(where: { !classNames.indices.contains($0) }) {
                throw TensorError("\(name): label \(label) is none of the \(classNames.count) classes")
            }
        }
        self.name = name
        self.classNames = classNames
        self.train = train
        self.test = test
        self.leftOut = leftOut
        if let normalization {
            self.normalization = normalization
        } else {
            self.normalization = try ImageNormalization(of: train.images)
        }
    }

    /// With fewer images, for a quick run. The normalisation stays.
    public func limited(train trainLimit: ImageLimit, test testLimit: ImageLimit) throws(TensorError)
        -> ImageDataset
    {
        try ImageDataset(
            name: name, classNames: classNames, train: train.limited(trainLimit), test: test.limited(testLimit),
            normalization: normalization, leftOut: leftOut)
    }
}

/// Images and their labels.
public struct ImageSplit: Sendable {
    /// [N, C, H, W], uint8, contiguous on the CPU; C is 1 (grey) or 3 (red, green, blue).
    public let images: Tensor

    /// [N], int64.
    public let labels: Tensor

    /// The labels, as numbers.
    public let classIndices: [Int]

    /// The images' files, in their order; nil where images do not have a file each.
    public let files: [DatasetFile]?

    /// - Throws: `TensorError` if shapes, types or counts are not those above.
    public init(images: Tensor, labels: Tensor, files: [DatasetFile]? = nil) throws(TensorError) {
        guard images.dtype == .uint8, images.rank == 4, labels.dtype == .int64, labels.shape == [images.shape[0]]
        else {
            throw TensorError(
                "images: uint8 [N, C, H, W] and int64 labels [N] are needed, got \(images.dtype) \(images.shape) "
                    + "and \(labels.dtype) \(labels.shape)")
        }
        if let files, files.count != images.shape[0] {
            throw TensorError("images: \(files.count) files for \(images.shape[0]) images")
        }
        self.files = files
        self.images = try images.to(.cpu).contiguous()
        self.labels = try labels.to(.cpu).contiguous()
        classIndices = try labels.elements(as: Int.self)
    }

    /// How many images there are.
    public var count: Int { classIndices.count }

    /// [C, H, W]
    public var imageShape: [Int] { Array(images.shape.dropFirst()) }

    /// Part of the images; all of them if the limit is above their number.
    public func limited(_ limit: ImageLimit) throws(TensorError) -> ImageSplit {
        try taking(limit.indices(classIndices))
    }

    /// The images at these places, which ascend.
    public func taking(_ places: [Int]) throws(TensorError) -> ImageSplit {
        if places.count == count { return self }
        let indices = try Tensor(places)
        return try ImageSplit(
            images: images.taking(indices), labels: labels.taking(indices),
            files: files.map { files in places.map { files[$0] } })
    }
}
