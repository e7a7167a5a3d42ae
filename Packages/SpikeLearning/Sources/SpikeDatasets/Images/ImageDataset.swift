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
    ///     images, which must be in memory then.
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
                throw TensorError(
                    "\(name): label \(label) is none of the \(counted(classNames.count, "class", plural: "classes"))")
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
            guard !train.isStreamed else {
                throw TensorError("\(name): state the normalization; it is not computed from images on disk")
            }
            self.normalization = try ImageNormalization(of: train.images)
        }
    }

    /// Whether the images stay on disk, and are read when they are needed.
    public var isStreamed: Bool { train.isStreamed || test.isStreamed }

    /// Returns the files that were left out since the last call because they could not be read any more: of images on
    /// disk, if `BrokenFiles.skip` was chosen.
    public func takeNewlyLeftOut() -> [LeftOut] {
        // Both splits have the same source.
        train.streamed?.takeNews() ?? []
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
