import ArrayFiles
import Foundation
import ObjectDetection

/// Finds images and annotations in the layout of Pascal VOC, or in plain folders.
///
/// These layouts are read:
/// - Folders with `Annotations/*.xml` and `JPEGImages/*`, the data set's folder itself or folders in it, such as VOC2007
///   and VOC2012. `ImageSets/Main` lists their images. Where a list `test.txt` exists, the images of `trainval.txt` of
///   all folders are for training and those of `test.txt` for testing; otherwise those of `train.txt` and `val.txt`.
///   Without lists, a fifth of the images is set aside for testing, as `ImageFolder` does it.
/// - `train` and `test` (or `val`, `valid`, `validation`) with images and XML files side by side.
/// - A plain folder of images and XML files, side by side or in folders `images` and `annotations`.
///
/// The classes are the names in the annotations, sorted.
struct VOCFolder {
    private var leftOut: [LeftOut] = []
    private let path: String
    private let root: BytePath
    /// The names of all objects that were read.
    private var names: Set<String> = []

    /// Reads a data set, as `DetectionFormat.read` says.
    static func read(
        _ path: String, classNames: [String]?, brokenFiles: BrokenFiles, indexFolder: String?,
        progress: (ReadingProgress) throws -> Void
    ) throws -> DetectionDataset {
        var folder = VOCFolder(path)
        let (train, test) = try folder.parts()
        let classNames = classNames ?? folder.names.filter { !$0.isEmpty }.sorted()
        return try AnnotatedDataset(
            path: path,
            layout: "a data set of VOC holds Annotations and JPEGImages, or folders train and test of images and XML "
                + "files, or images and XML files side by side",
            classNames: classNames, train: train, test: test, leftOut: folder.leftOut
        ).checked(brokenFiles, indexFolder: indexFolder, progress)
    }

    private init(_ path: String) {
        self.path = path
        root = BytePath(path)
    }

    private mutating func parts() throws(FileError) -> (train: [AnnotatedImage], test: [AnnotatedImage]) {
        let entries = try root.entries()
        let kits = ([root] + entries.filter { $0.kind == .folder && !$0.isHidden }.map(\.path)).filter(isKit)
        if !kits.isEmpty { return try listed(kits) }
        func part(_ names: [String]) -> FolderEntry? {
            entries.first { $0.kind == .folder && names.contains($0.text.lowercased()) }
        }
        if let train = part(["train"]), let test = part(["test", "val", "valid", "validation"]) {
            for entry in entries where entry.kind == .folder && !entry.isHidden {
                let count = entry.path.fileCount
                guard ![train.name, test.name].contains(entry.name), count > 0 else { continue }
                leftOut.add("\(entry.text)/", "beside \(train.text) and \(test.text)", count: count)
            }
            return (try images(in: train.path, "train/"), try images(in: test.path, "\(test.text)/"))
        }
        return divided(try images(in: root, ""))
    }

    private func isKit(_ folder: BytePath) -> Bool {
        let names = (try? folder.entries())?.filter { $0.kind == .folder }.map(\.text) ?? []
        return names.contains("Annotations") && names.contains("JPEGImages")
    }

    /// Divides the images by the lists of development kits, or by their names where there is none.
    private mutating func listed(
        _ kits: [BytePath]
    ) throws(FileError) -> (train: [AnnotatedImage], test: [AnnotatedImage]) {
        var lists: [[String: [String]]] = []
        for kit in kits { lists.append(Self.lists(of: kit)) }
        var (train, test): ([AnnotatedImage], [AnnotatedImage]) = ([], [])
        let isTested = lists.contains { $0["test"] != nil }
        for (kit, lists) in zip(kits, lists) {
            let prefix = kit == root ? "" : BytePath.text(Array(kit.bytes.dropFirst(root.bytes.count + 1))) + "/"
            let all = try images(in: kit, prefix)
            let trained =
                isTested ? lists["trainval"] ?? lists["train"].map { $0 + (lists["val"] ?? []) } : lists["train"]
            let tested = lists[isTested ? "test" : "val"]
            if trained == nil, tested == nil {
                let (kept, aside) = divided(all)
                (train, test) = (train + kept, test + aside)
                continue
            }
            let found = Dictionary(all.map { (Self.stem($0.path.bytes), $0) }) { first, _ in first }
            func chosen(_ list: [String]) -> [AnnotatedImage] {
                list.compactMap { line in
                    let first = String(line.split(separator: " ").first ?? "")
                    if let image = found[line] ?? found[first] { return image }
                    if !leftOut.contains(where: { $0.names.contains { Self.stem(Array($0.utf8)) == line } }) {
                        leftOut.add("\(prefix)\(line)", "listed in ImageSets/Main without an image or an annotation")
                    }
                    return nil
                }
            }
            let (chosenToTrain, chosenToTest) = (chosen(trained ?? []), chosen(tested ?? []))
            let used = Set((chosenToTrain + chosenToTest).map(\.name))
            for image in all where !used.contains(image.name) {
                leftOut.add(image.name, "in none of the lists in ImageSets/Main that are used")
            }
            (train, test) = (train + chosenToTrain, test + chosenToTest)
        }
        return (train, test)
    }

    /// The lines of the lists `train`, `val`, `trainval` and `test` of a development kit.
    private static func lists(of kit: BytePath) -> [String: [String]] {
        let folder = kit.appending(Array("ImageSets".utf8)).appending(Array("Main".utf8))
        var lists: [String: [String]] = [:]
        for name in ["train", "val", "trainval", "test"] {
            guard let content = try? folder.appending(Array("\(name).txt".utf8)).content() else { continue }
            lists[name] = TextFile.lines(content)
        }
        return lists
    }

    /// Sets a part of the images aside for testing.
    private func divided(_ images: [AnnotatedImage]) -> (train: [AnnotatedImage], test: [AnnotatedImage]) {
        let names = images.map { Array($0.path.bytes.split(separator: UInt8(ascii: "/")).last ?? []) }
        let isTest = TestShare(fraction: 0.2, seed: 0).contains(names)
        return (
            zip(images, isTest).filter { !$0.1 }.map(\.0), zip(images, isTest).filter(\.1).map(\.0)
        )
    }

    /// Lists the images of a folder that have annotations, in the folder itself or in the usual ones in it.
    ///
    /// - Parameter prefix: The path of the folder below the data set's folder, such as `train/`.
    private mutating func images(in folder: BytePath, _ prefix: String) throws(FileError) -> [AnnotatedImage] {
        var (images, annotations): ([String: (entry: FolderEntry, name: String)], [(FolderEntry, String)]) = ([:], [])
        var order: [String] = []
        var otherTypes: Set<String> = []
        func list(_ entries: [FolderEntry], _ prefix: String) {
            for entry in entries where entry.kind == .file && !entry.isHidden {
                if entry.isImage {
                    let stem = Self.stem(entry.name)
                    guard images[stem] == nil else {
                        leftOut.add(prefix + entry.text, "of the same name as another image")
                        continue
                    }
                    order.append(stem)
                    images[stem] = (entry, prefix + entry.text)
                } else if entry.text.lowercased().hasSuffix(".xml") {
                    annotations.append((entry, prefix + entry.text))
                } else {
                    otherTypes.insert(Self.stem(entry.name))
                }
            }
        }
        let entries = try folder.entries()
        list(entries, prefix)
        for entry in entries where entry.kind == .folder {
            if ["annotations", "images", "jpegimages"].contains(entry.text.lowercased()) {
                list(try entry.path.entries(), "\(prefix)\(entry.text)/")
            }
        }
        var found: [String: AnnotatedImage] = [:]
        var unreadable: Set<String> = []
        var others: [(name: String, annotation: VOCAnnotation)] = []
        func add(_ annotation: VOCAnnotation, _ name: String, to stem: String) {
            names.formUnion(annotation.objects.map(\.className))
            found[stem] = AnnotatedImage(
                path: images[stem]!.entry.path, name: images[stem]!.name, annotation: name, statedSize: annotation.size,
                objects: annotation.objects)
        }
        for (entry, name) in annotations {
            let stem = Self.stem(entry.name)
            let content = try? entry.path.content()
            guard let content, let annotation = VOCAnnotation(content) else {
                leftOut.add(name, content == nil ? "annotations that cannot be read" : "not readable as XML")
                unreadable.insert(stem)
                continue
            }
            if images[stem] == nil { others.append((name, annotation)) } else { add(annotation, name, to: stem) }
        }
        // Some annotations are named otherwise than their images, whose names they state.
        for (name, annotation) in others {
            guard let stem = annotation.fileName.map({ Self.stem(Array($0.utf8)) }), images[stem] != nil else {
                let isOther = otherTypes.contains(Self.stem(Array(name.utf8)))
                leftOut.add(
                    name,
                    isOther
                        ? "annotations of images of types that are not read (read are \(FolderContent.Kind.images.types))"
                        : "annotations without an image")
                continue
            }
            if found[stem] == nil {
                add(annotation, name, to: stem)
            } else {
                leftOut.add(name, "annotations of an image that has another one")
            }
        }
        for stem in order where found[stem] == nil && !unreadable.contains(stem) {
            leftOut.add(images[stem]!.name, "images without an annotation")
        }
        return order.compactMap { found[$0] }
    }

    /// The name of a file without its folder and extension, as text.
    private static func stem(_ path: [UInt8]) -> String {
        let name = path.split(separator: UInt8(ascii: "/")).last ?? []
        return BytePath.text(Array(name.lastIndex(of: UInt8(ascii: ".")).map { name[..<$0] } ?? name))
    }
}
