import ArrayFiles
import Foundation
import ObjectDetection
import TorchTensors

/// The annotated images of a data set before they are checked.
struct AnnotatedDataset {
    /// The path of the data set's folder or file.
    let path: String
    /// Where images and annotations are looked for, for the message that there are none.
    let layout: String
    /// The names of the classes in the order of their labels.
    let classNames: [String]
    let train: [AnnotatedImage]
    let test: [AnnotatedImage]
    /// What was left out so far.
    var leftOut: [LeftOut]

    /// The number of images from which an index is kept in the user's cache. Fewer are read within seconds.
    private static let indexedCount = 1000

    /// Reads and checks all images, on LibTorch's threads.
    ///
    /// - Parameters:
    ///   - brokenFiles: What becomes of images that cannot be read.
    ///   - indexFolder: The folder of the index that keeps what was found, as `DetectionFormat.read` says.
    ///   - progress: Called while images are read.
    /// - Throws: `FileError` if there is no class, or no image that can be read, or if one cannot be read and that is
    ///   refused.
    func checked(
        _ brokenFiles: BrokenFiles, indexFolder: String?, _ progress: (ReadingProgress) throws -> Void
    ) throws -> DetectionDataset {
        func nothing(_ problem: String, _ leftOut: [LeftOut], _ advice: String = "") -> FileError {
            let found = leftOut.isEmpty ? "" : " (\(leftOut.map(\.text).joined(separator: "; ")))"
            return .unsuitable(path: path, problem: problem + found + advice)
        }
        guard !train.isEmpty || !test.isEmpty else {
            throw nothing("there is no annotated image in it", leftOut, "; \(layout)")
        }
        guard !classNames.isEmpty else { throw nothing("its annotations hold no object of any class", leftOut) }
        var leftOut = leftOut
        let listed = Listed.unique(train, &leftOut)
        let tested = Listed.unique(test, &leftOut)
        let testedFiles = Set(tested.map(\.file))
        let (kept, both) = (
            listed.filter { !testedFiles.contains($0.file) }, listed.filter { testedFiles.contains($0.file) }
        )
        // Whoever states the same images for both means it, for instance to see a network learn them by heart.
        for one in both {
            leftOut.add(
                one.image.name,
                kept.isEmpty ? "for training and for testing" : "for training, because they are for testing",
                kept.isEmpty ? .image : nil)
        }
        let trained = kept.isEmpty ? both : kept
        // An image in both parts is checked once, unless each part has another annotation of it.
        let known = Set(trained.map(\.id))
        let all = trained + tested.filter { !known.contains($0.id) }
        let checked = try checked(all, indexFolder: indexFolder, progress)
        var broken: [(name: String, error: FileError)] = []
        for (one, result) in zip(all, checked) {
            if let error = result.broken { broken.append((one.image.name, error)) }
            leftOut.merge(result.leftOut)
        }
        if brokenFiles == .refuse, !broken.isEmpty { throw FileError.refusing(broken) }
        let samples = Dictionary(uniqueKeysWithValues: zip(all.map(\.id), checked.map(\.sample)))
        let name = ((path as NSString).standardizingPath as NSString).lastPathComponent
        let dataset = DetectionDataset(
            name: name, classNames: classNames, train: trained.compactMap { samples[$0.id]! },
            test: tested.compactMap { samples[$0.id]! }, leftOut: leftOut)
        guard !dataset.train.isEmpty || !dataset.test.isEmpty else {
            let isMissing = all.allSatisfy { !$0.image.path.mayExist }
            throw nothing(
                "there is no annotated image that can be read", dataset.leftOut, isMissing ? "; \(layout)" : "")
        }
        return dataset
    }

    private func checked(
        _ images: [Listed], indexFolder: String?, _ progress: (ReadingProgress) throws -> Void
    ) throws -> [AnnotatedImage.Checked] {
        let labels = Dictionary(zip(classNames, classNames.indices)) { first, _ in first }
        // The image of an annotation that cannot be read is left out.
        let readable = images.indices.filter { images[$0].image.problem == nil }
        let folder = indexFolder ?? (readable.count < Self.indexedCount ? nil : FolderIndex.usualFolder)
        let index = folder.map { FolderIndex(of: path, side: 0, in: $0) }
        var scan = FileScan(index: index) { ImageShape($0, $1) }
        // Images with boxes are large.
        (scan.portion, scan.grain) = (256, 1)
        let found = try scan(
            readable.map { images[$0].file.bytes }, file: { images[readable[$0]].image.path },
            progress: { try progress(.images(done: $0, count: readable.count)) })
        for note in found.notes { try progress(.note(note)) }
        var results = [Result<FileRecord<ImageShape>, FileError>?](repeating: nil, count: images.count)
        for (record, place) in found.places.enumerated() { results[readable[place]] = .success(found.records[record]) }
        for (place, error) in found.broken { results[readable[place]] = .failure(error) }
        return zip(images, results).map { $0.image.checked(labels, $1) }
    }
}

/// An image of a part of a data set, with the file that it is in, by whatever path it is listed.
private struct Listed {
    struct ID: Hashable {
        let file: BytePath
        let annotation: String
    }

    let image: AnnotatedImage
    /// The path of the image's file without links and dots.
    let file: BytePath

    var id: ID { ID(file: file, annotation: image.annotation) }

    /// Returns the images without those whose file is listed before.
    static func unique(_ images: [AnnotatedImage], _ leftOut: inout [LeftOut]) -> [Listed] {
        var seen: Set<BytePath> = []
        var unique: [Listed] = []
        for image in images {
            let one = Listed(image: image, file: image.path.resolved)
            if seen.insert(one.file).inserted {
                unique.append(one)
            } else {
                leftOut.add(image.name, "listed more than once, and used once", .image)
            }
        }
        return unique
    }
}
