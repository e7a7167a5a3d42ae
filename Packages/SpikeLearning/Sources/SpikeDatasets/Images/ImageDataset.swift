import TorchTensors

/// A data set of labelled images: one split to train a classifier on, and one to test it on.
public struct ImageDataset: Sendable {
    /// The name of the data set, such as `CIFAR-10`.
    public let name: String

    /// The names of the classes; the name at index i belongs to label i.
    public let classNames: [String]

    /// The images to train on.
    public let train: ImageSplit
    /// The images to test on.
    public let test: ImageSplit

    /// The mean and standard deviation of each channel over all training images, including those left out by a limit.
    public let normalization: ImageNormalization

    /// The files in the data set's folder that are not part of the data set.
    public let leftOut: [LeftOut]

    /// Creates a data set from two splits.
    ///
    /// - Parameters:
    ///   - name: The name of the data set.
    ///   - classNames: The names of the classes, in the order of the labels.
    ///   - train: The images to train on.
    ///   - test: The images to test on, of the same shape as those of `train`.
    ///   - normalization: The mean and standard deviation of each channel; `nil` to compute them from the training
    ///     images.
    ///   - leftOut: The files in the data set's folder that are not part of the data set.
    /// - Throws: `TensorError` if the images of the two splits differ in shape, if a label has no name, or if the
    ///   normalisation has to be computed and there are no training images.
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

    /// Returns the data set with fewer images, for a quick run. The normalisation stays that of the whole data set.
    public func limited(train trainLimit: ImageLimit, test testLimit: ImageLimit) throws(TensorError)
        -> ImageDataset
    {
        try ImageDataset(
            name: name, classNames: classNames, train: train.limited(trainLimit), test: test.limited(testLimit),
            normalization: normalization, leftOut: leftOut)
    }
}

/// Images with their labels, for training or for testing.
public struct ImageSplit: Sendable {
    /// The images: [N, C, H, W], uint8, contiguous on the CPU. C is 1 (grey) or 3 (red, green, blue).
    public let images: Tensor

    /// The labels of the images: [N], int64.
    public let labels: Tensor

    /// The labels of the images as an array.
    public let classIndices: [Int]

    /// The files of the images, in the order of the images; `nil` if the images do not have one file each.
    public let files: [DatasetFile]?

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
            throw TensorError("images: \(files.count) files for \(images.shape[0]) images")
        }
        self.files = files
        self.images = try images.to(.cpu).contiguous()
        self.labels = try labels.to(.cpu).contiguous()
        classIndices = try labels.elements(as: Int.self)
    }

    /// The number of images.
    public var count: Int { classIndices.count }

    /// The shape of one image, [C, H, W].
    public var imageShape: [Int] { Array(images.shape.dropFirst()) }

    /// Returns the images that `limit` selects; all images if the limit is not below their number.
    public func limited(_ limit: ImageLimit) throws(TensorError) -> ImageSplit {
        try taking(limit.indices(classIndices))
    }

    /// Returns the images at the given positions.
    ///
    /// - Parameter places: Ascending positions in the split, each in 0 ..< `count` and at most once.
    /// - Throws: `TensorError` if the tensors cannot be made.
    public func taking(_ places: [Int]) throws(TensorError) -> ImageSplit {
        if places.count == count { return self }
        let indices = try Tensor(places)
        return try ImageSplit(
            images: images.taking(indices), labels: labels.taking(indices),
            files: files.map { files in places.map { files[$0] } })
    }
}
