import ArrayFiles
import Foundation
import ObjectDetection

/// Finds images and annotations in the layouts in which data sets of COCO's format are shared.
///
/// Annotations are JSON files in the folder itself, in `annotations`, or in the folders of its parts, such as
/// `train/_annotations.coco.json`; the names of file and folder tell whether a file is for training (`train`) or for
/// testing (`val`, or `test`). A single file is divided: a fifth of its images is set aside for testing, as `ImageFolder`
/// does it. The images lie beside the annotations, or in the folder itself, in `images`, or in a folder of the part's
/// name, such as `train2017`. If a single file of annotations is named, they may lie in the folder above it, too.
///
/// A `bbox` is in pixels of the upright image. Crowds count as difficult. The classes are those of the annotations for
/// training, by rising `id`, and those that only the annotations for testing have.
struct COCOFolder {
    private var leftOut: [LeftOut] = []
    private let root: BytePath
    /// The folders around the images, besides that of the annotations.
    private let bases: [String]

    /// Reads a data set, as `DetectionFormat.read` says.
    static func read(
        _ path: String, classNames: [String]?, brokenFiles: BrokenFiles, indexFolder: String?,
        progress: (ReadingProgress) throws -> Void
    ) throws -> DetectionDataset {
        let isFolder = (try? BytePath(path).entries()) != nil
        let root = isFolder ? path : (path as NSString).deletingLastPathComponent
        var folder = COCOFolder(root.isEmpty ? "." : root, isFolder: isFolder)
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
            path: path, layout: folder.layout(of: train), classNames: classNames ?? names, train: trained,
            test: tested!, leftOut: folder.leftOut
        ).checked(brokenFiles, indexFolder: indexFolder, progress)
    }

    private init(_ path: String, isFolder: Bool) {
        root = BytePath(path)
        bases = isFolder ? [path] : ["\(path)/.."]
    }

    /// The paths of the annotations for training and for testing. Files of annotations that are not read are counted.
    private mutating func files(_ path: String) throws(FileError) -> (train: String?, test: String?) {
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
        let chosen: (train: String?, test: String?) =
            train == nil && test == nil ? (files.first?.path, nil) : (train, test)
        for file in files where file.path != chosen.train && file.path != chosen.test {
            leftOut.add(name(ofFile: file.path), "JSON files beside those that are read")
        }
        return chosen
    }

    /// Lists the images of a file of annotations.
    ///
    /// - Parameter names: The names of the classes, to which those of the file are added.
    private mutating func images(_ path: String, _ names: inout [String]) throws(FileError) -> [AnnotatedImage] {
        let file = try COCOAnnotations(path)
        for category in file.categories where !names.contains(category.name) { names.append(category.name) }
        let categories = Dictionary(uniqueKeysWithValues: file.categories.map { ($0.id, $0.name) })
        var seenNames: Set<String> = []
        let repeated = Set(file.categories.filter { !seenNames.insert($0.name).inserted }.map(\.id))
        let annotation = name(ofFile: path)
        var objects: [Int: [AnnotatedObject]] = [:]
        let known = Set(file.images.map(\.id))
        for (number, one) in file.annotations.enumerated() {
            let name = "\(annotation) [\(one.id ?? number)]"
            if one.problem != nil {
                leftOut.add(name, "with values that are missing or not numbers, or of negative size", .box)
            } else if !known.contains(one.image) {
                leftOut.add(name, "of images that are not listed", .box)
            } else {
                if repeated.contains(one.category) {
                    leftOut.add(name, "of categories with the same name, which count as one class", .repairedBox)
                }
                let className = categories[one.category]
                let place: AnnotatedObject.Place =
                    className == nil ? .missing(AnnotatedObject.unknownClass("\(one.category)")) : .pixels(one.box)
                objects[one.image, default: []].append(
                    AnnotatedObject(
                        className: className ?? "", place: place, isDifficult: one.isCrowd || one.isIgnored))
            }
        }
        let folders = folders(of: path)
        // An image may be there under several numbers, each with some of its objects.
        var order: [String] = []
        var byFile: [String: (first: COCOAnnotations.Image, objects: [AnnotatedObject])] = [:]
        for image in file.images {
            guard let name = image.fileName, !name.isEmpty else {
                leftOut.add("\(annotation) [\(image.id)]", "images without a file name")
                continue
            }
            let own = objects[image.id] ?? []
            if byFile[name] == nil {
                order.append(name)
                byFile[name] = (image, own)
            } else {
                leftOut.add(name, "listed more than once, and used once with all their boxes", .image)
                byFile[name]!.objects += own
            }
        }
        return order.map { name in
            let (image, objects) = byFile[name]!
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
                statedSize: size, objects: objects)
        }
    }

    /// The path of a file of annotations below the data set's folder.
    private func name(ofFile path: String) -> String {
        path.hasPrefix("\(root.text)/")
            ? String(path.dropFirst(root.text.count + 1)) : (path as NSString).lastPathComponent
    }

    /// The folders in which the images of a file of annotations may lie, the likeliest first.
    private func folders(of path: String) -> [BytePath] {
        let (bases, names) = places(of: path)
        return bases.flatMap { base in names.map { BytePath($0.isEmpty ? base : "\(base)/\($0)") } }
    }

    /// Where the images of a file of annotations are looked for, for messages.
    private func layout(of path: String) -> String {
        let (bases, names) = places(of: path)
        return "images are looked for in \(bases.joined(separator: " and ")), and there in "
            + names.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// The folders around the images of a file of annotations, and the names of the folders in them, of which the empty
    /// name is the folder itself.
    private func places(of path: String) -> (bases: [String], names: [String]) {
        let own = (path as NSString).deletingLastPathComponent
        let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
        // instances_train2017.json belongs to train2017.
        let part = stem.split(separator: "_").last.map(String.init) ?? stem
        let names = ["", "images", part, "images/\(part)", "\(part)/images", "JPEGImages"]
        let all = [own.isEmpty ? "." : own] + bases
        return (all[0] == all[1] ? [all[0]] : all, names)
    }
}
