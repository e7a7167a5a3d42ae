import ArrayFiles
import Foundation
import ObjectDetection

/// Finds images and labels by a `data.yaml`, as YOLOv5 and its successors do.
///
/// The file states `names` (a list, or a map from indices) and the images for training and testing: `train`, and `val` or
/// `test`. Each is a folder, a text file that lists images, or a list of these. Paths are relative to `path` in the same
/// file, if that is stated, or to the file's own folder. The labels of `a/images/b.jpg` are in `a/labels/b.txt`, or
/// beside the image. An image without such a file has no objects.
///
/// A folder without `data.yaml` is read if it holds `images`, `labels` and `classes.txt` with a name per line; in
/// `images`, the folders `train` and `val` divide it.
struct YOLOFolder {
    private let path: String
    /// The folders to which paths are relative, in the order in which they are tried.
    private let bases: [BytePath]
    private var leftOut: [LeftOut] = []

    /// Reads a data set, as `DetectionFormat.read` says.
    static func read(
        _ path: String, classNames: [String]?, brokenFiles: BrokenFiles, indexFolder: String?,
        progress: (ReadingProgress) throws -> Void
    ) throws -> DetectionDataset {
        let description = try YOLODescription(path)
        var folder = YOLOFolder(path: path, bases: description.bases)
        let names = description.names
        for place in description.unused { folder.leaveOut(place) }
        var train = try folder.images(description.train, names)
        var test = try folder.images(description.test, names)
        if description.test.isEmpty {
            let isTest = TestShare(fraction: 0.2, seed: 0).contains(train.map { Array($0.name.utf8) })
            test = zip(train, isTest).filter(\.1).map(\.0)
            train = zip(train, isTest).filter { !$0.1 }.map(\.0)
        }
        return try AnnotatedDataset(
            path: path,
            layout: "images are files \(FolderContent.Kind.images.types), in the folders or lists that train: and val: "
                + "in data.yaml name",
            classNames: classNames ?? names, train: train, test: test, leftOut: folder.leftOut
        ).checked(brokenFiles, indexFolder: indexFolder, progress)
    }

    private init(path: String, bases: [BytePath]) {
        self.path = path
        self.bases = bases
    }

    /// Lists the images of the folders and lists that a description names.
    private mutating func images(_ places: [String], _ names: [String]) throws(FileError) -> [AnnotatedImage] {
        var images: [AnnotatedImage] = []
        var seen: Set<BytePath> = []
        for place in places {
            let found = try self.place(place)
            if case .list(let content) = found.kind {
                for line in TextFile.lines(content) {
                    images.append(image(resolved(line) ?? bases[0].appending(Array(line.utf8)), line, names))
                }
            } else {
                try list(found.path, place.hasSuffix("/") ? place : "\(place)/", names, &images, &seen)
            }
        }
        return images
    }

    /// Counts the images of a part that is not used.
    private mutating func leaveOut(_ place: String) {
        guard let path = resolved(place) else { return }
        let isList = (try? path.entries()) == nil
        let count = isList ? (try? path.content()).map { TextFile.lines($0).count } ?? 0 : path.fileCount
        guard count > 0 else { return }
        let name = isList || place.hasSuffix("/") ? place : "\(place)/"
        leftOut.add(name, "of a part beside train and val", count: count)
    }

    private enum Place {
        case folder
        case list([UInt8])
    }

    private func place(_ text: String) throws(FileError) -> (path: BytePath, kind: Place) {
        guard let path = resolved(text) else {
            throw .unsuitable(
                path: self.path,
                problem:
                    "there is no folder or list of images \(text) in \(bases.map(\.text).joined(separator: " or "))")
        }
        return (try? path.entries()) != nil ? (path, .folder) : (path, .list(try path.content()))
    }

    /// Returns the path of a file or folder that is stated relative to one of the bases, or `nil` if there is none.
    private func resolved(_ text: String) -> BytePath? {
        var candidates = text.hasPrefix("/") ? [BytePath(text)] : []
        // Exports for a single folder often begin with ../ although the folder is beside the file.
        var short = Substring(text)
        while short.hasPrefix("../") || short.hasPrefix("./") { short = short.drop { $0 != "/" }.dropFirst() }
        for text in [text, String(short)] where !text.hasPrefix("/") {
            candidates += bases.map { $0.appending(Array(text.utf8)) }
        }
        return candidates.first { FileManager.default.fileExists(atPath: $0.text) }
    }

    /// Adds all images in a folder and in the folders in it.
    ///
    /// - Parameter seen: The folders of the part that were read, each of which is read once, whatever links lead to it.
    private mutating func list(
        _ folder: BytePath, _ prefix: String, _ names: [String], _ images: inout [AnnotatedImage],
        _ seen: inout Set<BytePath>
    ) throws(FileError) {
        guard seen.insert(folder.resolved).inserted else {
            leftOut.add(prefix, "in folders that are read already", count: folder.fileCount)
            return
        }
        let entries = try folder.entries()
        for entry in entries where !entry.isHidden {
            switch entry.kind {
            case .folder: try list(entry.path, "\(prefix)\(entry.text)/", names, &images, &seen)
            case .file where entry.isImage: images.append(image(entry.path, prefix + entry.text, names))
            case .file where entry.has(["txt", "cache", "npy"]): break
            case .file: leftOut.add(prefix + entry.text, "of types that are not read")
            case .other: leftOut.add(prefix + entry.text, "links to nothing, or no files at all")
            }
        }
        leaveOutLabels(without: entries, folder, prefix)
    }

    /// Counts the labels of a folder of images to which there is no image.
    private mutating func leaveOutLabels(without images: [FolderEntry], _ folder: BytePath, _ prefix: String) {
        let folders = Self.labelFolders(folder)
        guard let labels = folders.lazy.compactMap({ try? $0.entries() }).first else { return }
        let stems = Set(images.filter { !$0.has(["txt"]) }.map { Self.stem($0.name) })
        for entry in labels where entry.kind == .file && !entry.isHidden && entry.has(["txt"]) {
            guard entry.text != "classes.txt", !stems.contains(Self.stem(entry.name)) else { continue }
            leftOut.add(Self.labelName(prefix + entry.text), "texts without an image of the same name")
        }
    }

    private mutating func image(_ path: BytePath, _ name: String, _ names: [String]) -> AnnotatedImage {
        let annotation = Self.labelName(name)
        let labels: YOLOLabels?
        do throws(FileError) {
            labels = try Self.labels(of: path)
        } catch {
            return AnnotatedImage(
                path: path, name: name, annotation: annotation, statedSize: nil, objects: [], problem: error)
        }
        if let polygons = labels?.polygons, polygons > 0 {
            leftOut.add(annotation, "made of polygons", .repairedBox, count: polygons)
        }
        if let scores = labels?.scores, scores > 0 {
            leftOut.add(annotation, "stated with a score, which is not used", .repairedBox, count: scores)
        }
        let objects = (labels?.objects ?? []).map { object in
            if case .missing = object.place { return object }
            guard let index = Int(object.className), names.indices.contains(index) else {
                let reason = AnnotatedObject.unknownClass(object.className)
                return AnnotatedObject(className: "", place: .missing(reason))
            }
            return AnnotatedObject(className: names[index], place: object.place)
        }
        return AnnotatedImage(path: path, name: name, annotation: annotation, statedSize: nil, objects: objects)
    }

    /// The labels of an image; `nil` if there is no file of them.
    private static func labels(of image: BytePath) throws(FileError) -> YOLOLabels? {
        var parts = image.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
        let name = stem(parts.removeLast()) + Array(".txt".utf8)
        for folder in labelFolders(BytePath(joining: parts)) {
            let path = folder.appending(name)
            if path.mayExist { return YOLOLabels(try path.content()) }
        }
        return nil
    }

    /// The path of an image's labels below the data set's folder, for messages.
    private static func labelName(_ image: String) -> String {
        var parts = (image as NSString).deletingPathExtension.components(separatedBy: "/")
        if let place = parts.dropLast().lastIndex(of: "images") { parts[place] = "labels" }
        return parts.joined(separator: "/") + ".txt"
    }

    /// The folders in which the labels of a folder's images may lie: the one with `labels` in place of the last `images`
    /// in its path, and the folder itself.
    private static func labelFolders(_ folder: BytePath) -> [BytePath] {
        var parts = folder.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
        guard let place = parts.lastIndex(of: Array("images".utf8)) else { return [folder] }
        parts[place] = Array("labels".utf8)
        return [BytePath(joining: parts), folder]
    }

    /// The name of a file without its extension.
    private static func stem(_ name: [UInt8]) -> [UInt8] {
        Array(name.lastIndex(of: UInt8(ascii: ".")).map { name[..<$0] } ?? name[...])
    }
}
