import ArrayFiles
import Foundation
import SpikeDatasets
import SpikingModels
import TorchTensors

extension TrainedRun {
    /// Returns the folders of the runs at a path: the path itself, or all folders below it that contain a run.
    ///
    /// They are in the order in which the runs were trained according to `results.json`. Runs that the file does not
    /// list follow in the order of their names, with numbers compared by value.
    ///
    /// - Throws: `TrainingError` if there is no run.
    public static func folders(at path: String) throws -> [String] {
        if isRun(path) { return [path] }
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        let order = trainingOrder(in: path)
        let sorted = names.sorted { a, b in
            let (first, second) = (order[a] ?? .max, order[b] ?? .max)
            return first != second ? first < second : isNaturallyBefore(a, b)
        }
        let found = sorted.map { "\(path)/\($0)" }.filter(isRun)
        guard !found.isEmpty else {
            throw TrainingError("\(path): there is no run in it; name the folder that spike train --output named")
        }
        return found
    }

    private static func listed(_ classNames: [String]) -> String {
        "\(counted(classNames.count, "class", plural: "classes")) (\(classNames.prefix(8).joined(separator: ", "))\(classNames.count > 8 ? ", …" : ""))"
    }

    /// Returns whether a folder is that of a single run, not one that contains the folders of several.
    public static func isRun(_ folder: String) -> Bool { RunPaths(folder).holdRun }

    /// Returns the images of a data set to test the run on, in the form in which the run was tested.
    ///
    /// - Parameters:
    ///   - dataset: The data set that the run was trained on, or one with the same classes and image shape.
    ///   - limit: The number of images, spread evenly over the classes; 0 for all, `nil` for the limit in the run's
    ///     configuration.
    ///   - allowsChangedData: Whether the images may differ from those that the run's folder records. Images that the
    ///     run was trained on are then left out.
    ///   - note: Called with one line for each remark about the images.
    /// - Throws: `TrainingError` if the data set has other classes or images of another shape, if there are no images
    ///   to test on, or if the images differ and that is not allowed.
    public func testImages(
        of dataset: ImageDataset, limit: Int? = nil, allowsChangedData: Bool = false,
        note: (String) -> Void = { _ in }
    ) throws -> ImageLoader {
        guard dataset.classNames == description.classNames, dataset.test.imageShape == description.imageShape
        else {
            throw TrainingError(
                "\(folder): was trained on \(description.datasetName), with "
                    + "\(Self.listed(description.classNames)) and images of shape \(description.imageShape); "
                    + "\(dataset.name) has \(Self.listed(dataset.classNames)) and shape \(dataset.test.imageShape); "
                    + "name the right images with --data")
        }
        let count = limit ?? description.configuration.limitTest
        let split = try testImages(of: dataset, allowsChangedData: allowsChangedData, note: note)
            .limited(count == 0 ? .all : .evenly(count))
        guard split.count > 0 else { throw TrainingError("\(dataset.name): there are no images to test on") }
        return try ImageLoader(
            split, classCount: dataset.classNames.count, batchSize: max(description.configuration.batch, 100),
            order: .asStored)
    }

    /// Returns all images of the data set to test the run on, without those that it was trained on if the images have
    /// changed.
    ///
    /// - Parameters:
    ///   - dataset: The data set that the run was trained on.
    ///   - allowsChangedData: Whether the images may differ from those that the run's folder records. Images that the
    ///     run was trained on, recognized by the content or the pixels of their files, are then left out.
    ///   - note: Called with one line for each remark: what differs, and what is done about it.
    /// - Throws: `TrainingError` if the images differ and that is not allowed, or if the record cannot be read.
    public func testImages(
        of dataset: ImageDataset, allowsChangedData: Bool, note: (String) -> Void
    ) throws -> ImageSplit {
        guard let recorded = try RunData(folder: folder)?.completed(from: dataset) else {
            note(
                "\(folder): does not record its data; images that it was trained on may be among those that it is "
                    + "tested on")
            return dataset.test
        }
        let now = try RunData(description.configuration.limited(dataset))
        guard let difference = recorded.difference(to: now) else {
            let (split, leftOut) = try recorded.testable(dataset.test)
            if let leftOut {
                note("\(folder): \(leftOut)")
            } else if let copies = recorded.copies {
                note("\(folder): \(copies)")
            }
            return split
        }
        guard allowsChangedData else {
            throw TrainingError(
                "\(folder): the images of \(dataset.name) are not those that the run was trained and tested on: "
                    + "\(difference); name the right folder with --data, or test on these with --allow-changed-data")
        }
        guard let files = dataset.test.files, recorded.train != nil else {
            note("\(folder): \(difference); whether it was trained on some of the test images is not known")
            return dataset.test
        }
        let trained = recorded.trainedContents
        let (known, unknown) = (
            files.indices.filter { files[$0].isAmong(trained) }, files.indices.filter { !files[$0].isAmong(trained) }
        )
        let names = LeftOut.listed(known.map { files[$0].name })
        note(
            "\(folder): the images have changed: \(difference); "
                + (known.isEmpty
                    ? "no test image has the file's content or the pixels of a training image; whether some show the same "
                        + "in another form is not known"
                    : "\(known.count) of \(files.count) test images are left out, as it was trained on them: \(names)"))
        return try dataset.test.taking(unknown)
    }

    /// Runs `body` in the precision in which the run was trained.
    func inItsPrecision(on device: Device, _ body: () throws -> Tensor) throws -> Tensor {
        switch description.configuration.precision {
        case .fp32: try body()
        case .bf16: try withAutocast(.bfloat16, on: device) { try body() }.to(.float32)
        }
    }

    /// Returns the logits of the run's network for images, in the precision in which the run was trained.
    ///
    /// - Parameters:
    ///   - network: The network of this run, on `device`.
    ///   - images: The images: [B, C, H, W], intensities in 0...1.
    ///   - device: The device that computes.
    /// - Returns: The logits: [B, K] for K classes, float32.
    /// - Throws: `TensorError` if the images do not fit the network or the computation fails.
    public func logits(
        _ network: some ImageClassifier, of images: Tensor, on device: Device = .cpu
    ) throws -> Tensor {
        try withoutGradient {
            try inItsPrecision(on: device) { try network(images.to(device)) }
        }
    }
}
