import ArrayFiles
import Foundation
import ObjectDetection

/// Finds images and annotations in the layouts in which data sets of COCO's format are shared.
///
/// Annotations are JSON files in the folder itself, in `annotations`, or in the folders of its parts, such as
/// `train/_annotations.coco.json`; the names of file and folder tell whether a file is for training (`train`) or for
/// testing (`val`, or `test`). A single file is divided: a fifth of its images is set aside for testing, as `ImageFolder`
/// does it. The images lie beside the annotations, or in the folder itself, in `images`, or in a folder of the part's
/// name, such as `train2017`.
///
/// A `bbox` is in pixels of the upright image. Crowds count as difficult. The classes are those of the annotations for
/// training, by rising `id`, and those that only the annotations for testing have.
struct COCOFolder {
    private var leftOut: [LeftOut] = []
    private let root: BytePath

    /// Reads a data set, as `DetectionFormat.read` says.
    static func read(
        _ path: String, classNames: [String]?, progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> DetectionDataset {
        let isFolder = (try? BytePath(path).entries()) != nil
        let root = isFolder ? path : (path as NSString).deletingLastPathComponent
        var folder = COCOFolder(root.isEmpty ? "." : root)
        let files = try isFolder ? folder.files(path) : (train: path, test: nil)
        guard let train = files.train ?? files.test else {
            throw FileError.unsuitable(
                path: path,
                problem: "there is no JSON file with annotations in it, nor in annotations, train or val in it")
        }
        var names: [String] = []
        var trained = try folder.images(train, &names)
        var tested = try files.train != nil ? files.test.map { try folder.images($0, &names) } : nil
        if tested == nil {
            let isTest = TestShare(fraction: 0.2, seed: 0).contains(trained.map { Array($0.name.utf8) })
            tested = zip(trained, isTest).filter(\.1).map(\.0)
            trained = zip(trained, isTest).filter { !$0.1 }.map(\.0)
        }
        return try AnnotatedDataset(
            path: path, classNames: classNames ?? names, train: trained, test: tested!, leftOut: folder.leftOut
        ).checked(progress)
    }

    private init(_ path: String) { root = BytePath(path) }

    /// The paths of the annotations for training and for testing.
    private func files(_ path: String) throws(FileError) -> (train: String?, test: String?) {
        let entries = try root.entries().filter { !$0.isHidden }
        var files = entries.filter { $0.kind == .file && $0.text.lowercased().hasSuffix(".json") }
            .map { (path: $0.path.text, part: $0.text.lowercased()) }
        for entry in entries where entry.kind == .folder {
            let inner = (try? entry.path.entries()) ?? []
            for file in inner where file.kind == .file && file.text.lowercased().hasSuffix(".json") {
                files.append((file.path.text, "\(entry.text)/\(file.text)".lowercased()))
            }
        }
        // Captions and key points lie beside the boxes of the original COCO.
        files.removeAll {
            $0.part.contains("captions") || $0.part.contains("keypoints") || $0.part.contains("image_info")
        }
        func part(_ names: [String], not other: String? = nil) -> String? {
            names.lazy.compactMap { name in files.first { $0.part.contains(name) && $0.path != other }?.path }.first
        }
        let train = part(["train"])
        let test = part(["val", "test"], not: train)
        return train == nil && test == nil ? (files.first?.path, nil) : (train, test)
    }

    /// Lists the images of a file of annotations.
    ///
    /// - Parameter names: The names of the classes, to which those of the file are added.
    private mutating func images(_ path: String, _ names: inout [String]) throws(FileError) -> [AnnotatedImage] {
        let file = try COCOAnnotations(path)
        for category in file.categories where !names.contains(category.name) { names.append(category.name) }
        let categories = Dictionary(uniqueKeysWithValues: file.categories.map { ($0.id, $0.name) })
        let annotation =
            path.hasPrefix("\(root.text)/")
            ? String(path.dropFirst(root.text.count + 1)) : (path as NSString).lastPathComponent
        var objects: [Int: [AnnotatedObject]] = [:]
        let known = Set(file.images.map(\.id))
        for (number, one) in file.annotations.enumerated() {
            let name = "\(annotation) [\(one.id ?? number)]"
            if one.problem != nil {
                leftOut.add(name, "with values that are missing or not numbers, or of negative size", .box)
            } else if !known.contains(one.image) {
                leftOut.add(name, "of images that are not listed", .box)
            } else {
                let name = categories[one.category] ?? "\(one.category)"
                objects[one.image, default: []].append(
                    AnnotatedObject(className: name, place: .pixels(one.box), isDifficult: one.isCrowd || one.isIgnored)
                )
            }
        }
        let folders = folders(of: path)
        return file.images.compactMap { image in
            guard let name = image.fileName, !name.isEmpty else {
                leftOut.add("\(annotation) [\(image.id)]", "images without a file name")
                return nil
            }
            let path = folders.map { $0.appending(Array(name.utf8)) }
                .first { FileManager.default.fileExists(atPath: $0.text) }
            let size: PixelSize? =
                if let width = image.width, let height = image.height, width > 0, height > 0 {
                    PixelSize(width: width, height: height)
                } else {
                    nil
                }
            return AnnotatedImage(
                path: path ?? folders[0].appending(Array(name.utf8)), name: name, annotation: "\(annotation), \(name)",
                statedSize: size,
                objects: objects[image.id] ?? [])
        }
    }

    /// The folders in which the images of a file of annotations may lie, the likeliest first.
    private func folders(of path: String) -> [BytePath] {
        let own = (path as NSString).deletingLastPathComponent
        let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
        // instances_train2017.json belongs to train2017.
        let part = stem.split(separator: "_").last.map(String.init) ?? stem
        let names = ["", "images", part, "images/\(part)", "\(part)/images", "JPEGImages"]
        let bases = [own.isEmpty ? "." : own, root.text]
        return bases.flatMap { base in names.map { BytePath($0.isEmpty ? base : "\(base)/\($0)") } }
    }
}
