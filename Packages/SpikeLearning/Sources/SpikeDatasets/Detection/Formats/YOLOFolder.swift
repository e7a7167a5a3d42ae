import ArrayFiles
import Foundation
import ObjectDetection
import Yams

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
        _ path: String, classNames: [String]?, progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> DetectionDataset {
        let description = try YOLODescription(path)
        var folder = YOLOFolder(path: path, bases: description.bases)
        let names = description.names
        var train = try folder.images(description.train, names)
        var test = try folder.images(description.test, names)
        if description.test.isEmpty {
            let isTest = TestShare(fraction: 0.2, seed: 0).contains(train.map { Array($0.name.utf8) })
            test = zip(train, isTest).filter(\.1).map(\.0)
            train = zip(train, isTest).filter { !$0.1 }.map(\.0)
        }
        return try AnnotatedDataset(
            path: path, classNames: classNames ?? names, train: train, test: test, leftOut: folder.leftOut
        ).checked(progress)
    }

    private init(path: String, bases: [BytePath]) {
        self.path = path
        self.bases = bases
    }

    /// Lists the images of the folders and lists that a description names.
    private mutating func images(_ places: [String], _ names: [String]) throws(FileError) -> [AnnotatedImage] {
        var images: [AnnotatedImage] = []
        for place in places {
            let found = try self.place(place)
            if case .list(let content) = found.kind {
                for line in String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline) {
                    let line = line.trimmingCharacters(in: .whitespaces)
                    guard !line.isEmpty else { continue }
                    images.append(image(resolved(line) ?? bases[0].appending(Array(line.utf8)), line, names))
                }
            } else {
                try list(found.path, place.hasSuffix("/") ? place : "\(place)/", names, &images)
            }
        }
        return images
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
    private mutating func list(
        _ folder: BytePath, _ prefix: String, _ names: [String], _ images: inout [AnnotatedImage]
    ) throws(FileError) {
        for entry in try folder.entries() where !entry.isHidden {
            switch entry.kind {
            case .folder: try list(entry.path, "\(prefix)\(entry.text)/", names, &images)
            case .file where entry.isImage: images.append(image(entry.path, prefix + entry.text, names))
            case .file where [".txt", ".cache", ".npy"].contains { entry.text.lowercased().hasSuffix($0) }: break
            default: leftOut.add(prefix + entry.text, "of types that are not read")
            }
        }
    }

    private mutating func image(_ path: BytePath, _ name: String, _ names: [String]) -> AnnotatedImage {
        let labels = Self.labelPaths(path).lazy.compactMap { try? $0.content() }.first.map(YOLOLabels.init)
        let annotation = Self.labelName(name)
        if let polygons = labels?.polygons, polygons > 0 {
            leftOut.add(annotation, "made of polygons", .repairedBox, count: polygons)
        }
        if let scores = labels?.scores, scores > 0 {
            leftOut.add(annotation, "stated with a score, which is not used", .repairedBox, count: scores)
        }
        let objects = (labels?.objects ?? []).map { object in
            let index = Int(object.className) ?? -1
            // An index without a name stays a number, which is none of the names.
            let name = names.indices.contains(index) ? names[index] : object.className
            return AnnotatedObject(className: name, place: object.place)
        }
        return AnnotatedImage(path: path, name: name, annotation: annotation, statedSize: nil, objects: objects)
    }

    /// The path of an image's labels below the data set's folder, for messages.
    private static func labelName(_ image: String) -> String {
        var parts = (image as NSString).deletingPathExtension.components(separatedBy: "/")
        if let place = parts.dropLast().lastIndex(of: "images") { parts[place] = "labels" }
        return parts.joined(separator: "/") + ".txt"
    }

    /// The paths at which the labels of an image may lie: with `labels` in place of the last folder `images`, and beside
    /// the image.
    private static func labelPaths(_ image: BytePath) -> [BytePath] {
        var parts = image.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
        let name = parts.removeLast()
        let stem = Array(name.lastIndex(of: UInt8(ascii: ".")).map { name[..<$0] } ?? name[...])
        parts.append(stem + Array(".txt".utf8))
        let beside = parts
        if let place = parts.dropLast().lastIndex(of: Array("images".utf8)) { parts[place] = Array("labels".utf8) }
        return (parts == beside ? [beside] : [parts, beside]).map { BytePath(joining: $0) }
    }
}

/// What a `data.yaml` says, or what stands in its place.
private struct YOLODescription {
    let names: [String]
    let train: [String]
    let test: [String]
    let bases: [BytePath]

    init(_ path: String) throws(FileError) {
        var file = path
        var folder = BytePath((path as NSString).deletingLastPathComponent)
        if let entries = try? BytePath(path).entries() {
            folder = BytePath(path)
            let yaml = entries.filter { $0.kind == .file && ($0.text.hasSuffix(".yaml") || $0.text.hasSuffix(".yml")) }
            guard let entry = yaml.first(where: { $0.text == "data.yaml" }) ?? (yaml.count == 1 ? yaml[0] : nil) else {
                self = try Self(plain: folder, path)
                return
            }
            file = entry.path.text
        } else if folder.bytes.isEmpty {
            folder = BytePath(".")
        }
        let content = String(decoding: try BytePath(file).content(), as: UTF8.self)
        let node: Node
        do {
            guard let composed = try Yams.compose(yaml: content) else {
                throw FileError.malformed(path: file, place: nil, problem: "it is empty")
            }
            node = composed
        } catch let error as FileError {
            throw error
        } catch {
            throw .malformed(path: file, place: nil, problem: "it is not valid YAML")
        }
        names = try Self.names(node["names"], file)
        func places(_ key: String) -> [String] {
            switch node[key] {
            case .scalar(let scalar)? where !scalar.string.isEmpty && node[key]?.null == nil: [scalar.string]
            case .sequence(let sequence)?: sequence.compactMap(\.string)
            default: []
            }
        }
        train = places("train")
        test = ["val", "valid", "validation", "test"].lazy.map(places).first { !$0.isEmpty } ?? []
        guard !train.isEmpty || !test.isEmpty else {
            throw .malformed(path: file, place: nil, problem: "it names no images; train: and val: are needed")
        }
        if let base = node["path"]?.string, !base.isEmpty {
            let relative = folder.appending(Array(base.utf8))
            bases = (base.hasPrefix("/") ? [BytePath(base)] : [relative, BytePath(base)]) + [folder]
        } else {
            bases = [folder]
        }
        if let count = node["nc"]?.int, count != names.count {
            throw .malformed(
                path: file, place: "nc", problem: "it says \(count) classes, but there are \(names.count) names")
        }
    }

    /// A folder without a description.
    private init(plain folder: BytePath, _ path: String) throws(FileError) {
        let content = try? folder.appending(Array("classes.txt".utf8)).content()
        func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.text + "/" + name) }
        guard let content, has("images") else {
            throw .unsuitable(
                path: path,
                problem:
                    "there is no data.yaml in it; write one with the lines train: images/train, val: images/val and "
                    + "names: [cat, dog]")
        }
        names = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        test = ["images/val", "images/valid", "images/test"].first(where: has).map { [$0] } ?? []
        train = has("images/train") ? ["images/train"] : test.isEmpty ? ["images"] : []
        bases = [folder]
    }

    private static func names(_ node: Node?, _ file: String) throws(FileError) -> [String] {
        switch node {
        case .sequence(let sequence)?: return sequence.map { $0.string ?? "" }
        case .mapping(let mapping)?:
            var names: [Int: String] = [:]
            for (key, value) in mapping {
                guard let index = key.int, index >= 0, names[index] == nil else {
                    throw .malformed(
                        path: file, place: "names",
                        problem: "the keys must be 0, 1, 2 and so on, got \(key.string ?? "another kind")")
                }
                names[index] = value.string ?? ""
            }
            guard names.keys.allSatisfy({ $0 < names.count }) else {
                throw .malformed(
                    path: file, place: "names", problem: "the keys must be 0, 1, 2 and so on, without a gap")
            }
            return names.sorted { $0.key < $1.key }.map(\.value)
        default:
            throw .malformed(
                path: file, place: "names", problem: "it must be a list of the classes, or a map from 0, 1, 2 … to them"
            )
        }
    }
}
