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

    /// The pictures that the run was tested on, or others of the same data set, as it was shown them.
    ///
    /// - Parameter limit: How many, evenly from each class; 0 for all; nil for as many as the run has.
    /// - Throws: `TrainingError` if the data set has other classes or pictures of another shape.
    public func testPictures(of dataset: PictureDataset, limit: Int? = nil) throws -> PictureLoader {
        guard dataset.classNames == description.classNames, dataset.test.pictureShape == description.pictureShape
        else {
            throw TrainingError(
                "\(folder): was trained on \(description.datasetName), \(description.classNames.count) classes and "
                    + "pictures of shape \(description.pictureShape); \(dataset.name) has other ones, "
                    + "\(dataset.classNames.count) classes and shape \(dataset.test.pictureShape)")
        }
        let count = limit ?? description.configuration.limitTest
        let split = try dataset.test.limited(count == 0 ? .all : .evenly(count))
        guard split.count > 0 else { throw TrainingError("\(dataset.name): there are no pictures to test on") }
        return try PictureLoader(
            split, classCount: dataset.classNames.count, batchSize: max(description.configuration.batch, 100),
            order: .asStored)
    }

    /// Computes in the precision that the run was trained in.
    func inItsPrecision(on device: Device, _ body: () throws -> Tensor) throws -> Tensor {
        switch description.configuration.precision {
        case .fp32: try body()
        case .bf16: try withAutocast(.bfloat16, on: device) { try body() }.to(.float32)
        }
    }

    /// What the run's network makes of pictures [B, C, H, W] in 0...1, in the precision that it was trained in: logits,
    /// [B, classes], float32.
    public func logits(
        _ network: some PictureClassifier, of pictures: Tensor, on device: Device = .cpu
    ) throws -> Tensor {
        try withoutGradient {
            try inItsPrecision(on: device) { try network(pictures.to(device)) }
        }
    }
}
