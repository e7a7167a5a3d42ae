import Foundation
import SpikeDatasets
import SpikingModels
import TorchTensors

extension TrainedRun {
    /// The folders of the runs at a path: itself, or all below it that hold one, in the order of their names.
    ///
    /// - Throws: `TrainingError` if there is none.
    public static func folders(at path: String) throws -> [String] {
        func isRun(_ folder: String) -> Bool { RunPaths(folder).holdRun }
        if isRun(path) { return [path] }
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        let found = names.sorted().map { "\(path)/\($0)" }.filter(isRun)
        guard !found.isEmpty else {
            throw TrainingError("\(path): there is no run in it; name the folder that spike train --output named")
        }
        return found
    }

    /// The images that the run was tested on, or others of the same data set, as it was shown them.
    ///
    /// - Parameters:
    ///   - limit: How many, evenly from each class; 0 for all; nil for as many as the run has.
    ///   - allowsChangedData: As `testImages` has it.
    ///   - note: As `testImages` has it.
    /// - Throws: `TrainingError` if the data set has other classes or images of another shape, and what `testImages`
    ///   throws.
    public func testImages(
        of dataset: ImageDataset, limit: Int? = nil, allowsChangedData: Bool = false,
        note: (String) -> Void = { _ in }
    ) throws -> ImageLoader {
        guard dataset.classNames == description.classNames, dataset.test.imageShape == description.imageShape
        else {
            throw TrainingError(
                "\(folder): was trained on \(description.datasetName), \(description.classNames.count) classes and "
                    + "images of shape \(description.imageShape); \(dataset.name) has other ones, "
                    + "\(dataset.classNames.count) classes and shape \(dataset.test.imageShape)")
        }
        let count = limit ?? description.configuration.limitTest
        let split = try testImages(of: dataset, allowsChangedData: allowsChangedData, note: note)
            .limited(count == 0 ? .all : .evenly(count))
        guard split.count > 0 else { throw TrainingError("\(dataset.name): there are no images to test on") }
        return try ImageLoader(
            split, classCount: dataset.classNames.count, batchSize: max(description.configuration.batch, 100),
            order: .asStored)
    }

    /// All images of the data set to test the run on: none that it was trained on, where its folder records these.
    ///
    /// - Parameters:
    ///   - allowsChangedData: Whether the images may be others than the run's folder records. Those that it was trained
    ///     on, by their content, are then left out.
    ///   - note: Is told, in a line, what is different and what is done about it.
    /// - Throws: `TrainingError` if the images are others and that is not allowed.
    public func testImages(
        of dataset: ImageDataset, allowsChangedData: Bool, note: (String) -> Void
    ) throws -> ImageSplit {
        guard let recorded = try RunData(folder: folder) else {
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
            files.indices.filter { trained.contains(files[$0].sha256) },
            files.indices.filter { !trained.contains(files[$0].sha256) }
        )
        let names = LeftOut.listed(known.map { files[$0].name })
        note(
            "\(folder): the images have changed: \(difference); "
                + (known.isEmpty
                    ? "no test image has the content of a training image, as files go; whether some show the same is not known"
                    : "\(known.count) of \(files.count) test images are left out, as it was trained on them: \(names)"))
        return try dataset.test.taking(unknown)
    }

    /// Computes in the precision that the run was trained in.
    func inItsPrecision(on device: Device, _ body: () throws -> Tensor) throws -> Tensor {
        switch description.configuration.precision {
        case .fp32: try body()
        case .bf16: try withAutocast(.bfloat16, on: device) { try body() }.to(.float32)
        }
    }

    /// What the run's network makes of images [B, C, H, W] in 0...1, in the precision that it was trained in: logits,
    /// [B, classes], float32.
    public func logits(
        _ network: some ImageClassifier, of images: Tensor, on device: Device = .cpu
    ) throws -> Tensor {
        try withoutGradient {
            try inItsPrecision(on: device) { try network(images.to(device)) }
        }
    }
}
