import ArrayFiles
import Foundation
import ObjectDetection
import TorchTensors

/// The annotated images of a data set before they are checked.
struct AnnotatedDataset {
    /// The path of the data set's folder or file.
    let path: String
    /// The names of the classes in the order of their labels.
    let classNames: [String]
    let train: [AnnotatedImage]
    let test: [AnnotatedImage]
    /// What was left out so far.
    var leftOut: [LeftOut]

    /// Reads and checks all images, on LibTorch's threads.
    ///
    /// - Parameter progress: Called with the number of images read, and with that of all images.
    /// - Throws: `FileError` if there is no class, or no image that can be read.
    func checked(_ progress: @escaping @Sendable (Int, Int) -> Void) throws -> DetectionDataset {
        guard !classNames.isEmpty else {
            throw FileError.unsuitable(path: path, problem: "its annotations hold no object of any class")
        }
        var leftOut = leftOut
        let tested = Set(test.map(\.path))
        let (kept, both) = (train.filter { !tested.contains($0.path) }, train.filter { tested.contains($0.path) })
        // Whoever states the same images for both means it, for instance to see a network learn them by heart.
        for image in both {
            leftOut.add(
                image.name,
                kept.isEmpty ? "for training and for testing" : "for training, because they are for testing",
                kept.isEmpty ? .image : nil)
        }
        let train = kept.isEmpty ? both : kept
        let labels = Dictionary(zip(classNames, classNames.indices)) { first, _ in first }
        let images = train + test
        let results = Locked<[AnnotatedImage.Checked?]>([AnnotatedImage.Checked?](repeating: nil, count: images.count))
        let done = Locked(0)
        try parallelFor(images.count, grain: 1) { part in
            for index in part {
                let result = images[index].checked(labels)
                results.withLock { $0[index] = result }
                let count = done.withLock { count in
                    count += 1
                    return count
                }
                progress(count, images.count)
            }
        }
        let checked = results.withLock { $0.map { $0! } }
        for one in checked { leftOut.merge(one.leftOut) }
        let name = ((path as NSString).standardizingPath as NSString).lastPathComponent
        let dataset = DetectionDataset(
            name: name, classNames: classNames, train: checked.prefix(train.count).compactMap(\.sample),
            test: checked.dropFirst(train.count).compactMap(\.sample), leftOut: leftOut)
        guard !dataset.train.isEmpty || !dataset.test.isEmpty else {
            let found = dataset.leftOut.isEmpty ? "" : " (\(dataset.leftOut.map(\.text).joined(separator: "; ")))"
            throw FileError.unsuitable(path: path, problem: "there is no annotated image that can be read\(found)")
        }
        return dataset
    }
}
