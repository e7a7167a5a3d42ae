import TorchTensors

/// Labelled pictures to train a classifier on, and others to test it on.
public struct PictureDataset: Sendable {
    /// Such as `CIFAR-10`.
    public let name: String

    /// A name for each label, from label 0.
    public let classNames: [String]

    public let train: PictureSplit
    public let test: PictureSplit

    /// The channels' means and deviations over all training pictures, whatever limit was set.
    public let normalization: PictureNormalization

    /// What lies in the data set's folder and is not part of it.
    public let leftOut: [LeftOut]

    /// - Throws: `TensorError` if the splits' pictures differ in shape or a label has no name.
    public init(
        name: String, classNames: [String], train: PictureSplit, test: PictureSplit,
        normalization: PictureNormalization? = nil, leftOut: [LeftOut] = []
    ) throws(TensorError) {
        guard train.pictureShape == test.pictureShape else {
            throw TensorError(
                "\(name): pictures for training have shape \(train.pictureShape), those for testing "
                    + "\(test.pictureShape); they must agree")
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
            self.normalization = try PictureNormalization(of: train.pictures)
        }
    }

    /// With fewer pictures, for a quick run. The normalisation stays.
    public func limited(train trainLimit: PictureLimit, test testLimit: PictureLimit) throws(TensorError)
        -> PictureDataset
    {
        try PictureDataset(
            name: name, classNames: classNames, train: train.limited(trainLimit), test: test.limited(testLimit),
            normalization: normalization, leftOut: leftOut)
    }
}

/// Pictures and their labels.
public struct PictureSplit: Sendable {
    /// [N, C, H, W], uint8, contiguous on the CPU; C is 1 (grey) or 3 (red, green, blue).
    public let pictures: Tensor

    /// [N], int64.
    public let labels: Tensor

    /// The labels, as numbers.
    public let classIndices: [Int]

    /// The images' files, in their order; nil where images do not have a file each.
    public let files: [DatasetFile]?

    /// - Throws: `TensorError` if shapes, types or counts are not those above.
    public init(pictures: Tensor, labels: Tensor, files: [DatasetFile]? = nil) throws(TensorError) {
        guard pictures.dtype == .uint8, pictures.rank == 4, labels.dtype == .int64, labels.shape == [pictures.shape[0]]
        else {
            throw TensorError(
                "pictures: uint8 [N, C, H, W] and int64 labels [N] are needed, got \(pictures.dtype) \(pictures.shape) "
                    + "and \(labels.dtype) \(labels.shape)")
        }
        if let files, files.count != pictures.shape[0] {
            throw TensorError("pictures: \(files.count) files for \(pictures.shape[0]) pictures")
        }
        self.files = files
        self.pictures = try pictures.to(.cpu).contiguous()
        self.labels = try labels.to(.cpu).contiguous()
        classIndices = try labels.elements(as: Int.self)
    }

    /// How many pictures there are.
    public var count: Int { classIndices.count }

    /// [C, H, W]
    public var pictureShape: [Int] { Array(pictures.shape.dropFirst()) }

    /// Part of the pictures; all of them if the limit is above their number.
    public func limited(_ limit: PictureLimit) throws(TensorError) -> PictureSplit {
        try taking(limit.indices(classIndices))
    }

    /// The pictures at these places, which ascend.
    public func taking(_ places: [Int]) throws(TensorError) -> PictureSplit {
        if places.count == count { return self }
        let indices = try Tensor(places)
        return try PictureSplit(
            pictures: pictures.taking(indices), labels: labels.taking(indices),
            files: files.map { files in places.map { files[$0] } })
    }
}
