import ArrayFiles

/// The samples of a folder by class, and the files that are left out.
struct FolderContent {
    /// A sample of a class.
    struct Sample: Sendable {
        let path: BytePath
        /// The path of the sample below the data set's folder, as text.
        let name: String
        let label: Int
    }

    /// The kind of samples that a folder holds.
    struct Kind: Sendable {
        /// The word for several samples, such as `images`.
        let noun: String
        /// The extensions of their files, in lower case.
        let extensions: [String]
        /// The extensions of files that belong to a sample of the same name, and are no samples themselves.
        var companions: [String] = []
        /// Whether `gz` may follow the extensions.
        var mayBeCompressed = false

        var types: String { extensions.map { ".\($0)" }.joined(separator: " ") }

        static let images = Kind(noun: "images", extensions: ImageFile.extensions)
    }

    let classNames: [String]
    let train: [Sample]
    let test: [Sample]
    let leftOut: [LeftOut]

    private static let testNames = ["test", "val", "valid", "validation"]

    /// Lists the content of a folder.
    ///
    /// - Parameters:
    ///   - path: The path of the data set's folder.
    ///   - share: The choice of test samples, where the folder has no part for testing.
    ///   - kind: The kind of samples.
    /// - Throws: `FileError` if a folder cannot be listed or its layout does not fit, for instance if a class has no
    ///   samples.
    init(_ path: String, share: TestShare, kind: Kind = .images) throws(FileError) {
        let root = BytePath(path)
        var reader = ClassReader(kind: kind)
        let entries = try root.entries()
        func part(_ name: String) -> FolderEntry? { entries.first { $0.kind == .folder && $0.text == name } }
        guard let trainPart = part("train") else {
            let classes = try reader.classes(in: root, prefix: "")
            var (train, test): ([Sample], [Sample]) = ([], [])
            for (label, folder) in classes.enumerated() {
                let isTest = share.contains(folder.samples.map(\.name))
                for (sample, isTest) in zip(folder.labelled(label), isTest) {
                    if isTest { test.append(sample) } else { train.append(sample) }
                }
            }
            (self.train, self.test, leftOut) = (train, test, reader.leftOut)
            classNames = classes.map(\.name)
            return
        }
        guard let testPart = Self.testNames.lazy.compactMap(part).first else {
            throw .unsuitable(
                path: path,
                problem:
                    "it holds train, but neither test nor val beside it; add a folder of test \(kind.noun), or name "
                    + "train itself, of which a fifth is then set aside")
        }
        for entry in entries where ![trainPart.name, testPart.name].contains(entry.name) {
            reader.leaveOut(entry, prefix: "", "beside train and \(testPart.text)")
        }
        let trained = try reader.classes(in: trainPart.path, prefix: "train/")
        let tested = try reader.classes(in: testPart.path, prefix: "\(testPart.text)/")
        let classNames = trained.map(\.name)
        self.classNames = classNames
        train = trained.enumerated().flatMap { $1.labelled($0) }
        var test: [Sample] = []
        for folder in tested {
            // Names that are equal as Swift strings may differ in bytes, because accents can be written in two ways.
            guard let label = classNames.firstIndex(of: folder.name) else {
                throw .unsuitable(
                    path: "\(testPart.path.text)/\(folder.name)", problem: "there is no class of this name in train")
            }
            test += folder.labelled(label)
        }
        self.test = test
        leftOut = reader.leftOut
    }
}

/// Lists class folders, and records the files that are in none.
private struct ClassReader {
    struct ClassFolder {
        let name: String
        /// The path of the class folder below the data set's folder, such as `train/cat/`.
        let prefix: String
        let samples: [FolderEntry]

        func labelled(_ label: Int) -> [FolderContent.Sample] {
            samples.map { FolderContent.Sample(path: $0.path, name: prefix + $0.text, label: label) }
        }
    }

    private let kind: FolderContent.Kind
    private(set) var leftOut: [LeftOut] = []

    init(kind: FolderContent.Kind) { self.kind = kind }

    /// Lists the class folders within a folder, and records what it leaves out.
    ///
    /// - Parameters:
    ///   - folder: The folder that contains the class folders.
    ///   - prefix: The path of `folder` below the data set's folder, such as `train/`.
    /// - Throws: `FileError` if there is no class folder, or a class folder without samples.
    mutating func classes(in folder: BytePath, prefix: String) throws(FileError) -> [ClassFolder] {
        var classes: [ClassFolder] = []
        for entry in try folder.entries() {
            if entry.kind == .folder, !entry.isHidden {
                classes.append(try classFolder(entry, prefix: prefix))
            } else {
                leaveOut(entry, prefix: prefix, "in no class folder")
            }
        }
        guard !classes.isEmpty else {
            let found = leftOut.isEmpty ? "" : " (\(leftOut.map(\.text).joined(separator: "; ")))"
            throw .unsuitable(
                path: folder.text,
                problem: "there are no \(kind.noun) in it; it should hold a folder for each class, with files "
                    + kind.types + found)
        }
        return classes
    }

    private mutating func classFolder(_ folder: FolderEntry, prefix: String) throws(FileError) -> ClassFolder {
        var samples: [FolderEntry] = []
        let inner = "\(prefix)\(folder.text)/"
        var others: [FolderEntry] = []
        for entry in try folder.path.entries() {
            if entry.kind == .folder {
                leaveOut(entry, prefix: inner, "in folders within class folders")
            } else if entry.kind == .file, entry.has(kind.extensions, mayBeCompressed: kind.mayBeCompressed),
                !entry.isHidden
            {
                samples.append(entry)
            } else if !(entry.kind == .file && entry.has(kind.companions)) {
                leaveOut(entry, prefix: inner, "of types that are not read (read are \(kind.types))")
            }
            if samples.isEmpty { others.append(entry) }
        }
        guard samples.isEmpty else { return ClassFolder(name: folder.text, prefix: inner, samples: samples) }
        let advice =
            if let inside = others.first(where: { $0.kind == .folder && !$0.isHidden }) {
                "; they lie in the folder itself, not within it in others such as \(inside.text): if those are the classes, "
                    + "name \(folder.path.text) as the data set's folder"
            } else if others.isEmpty {
                "; put some in, or remove it"
            } else {
                ", but \(LeftOut.listed(others.map(\.text))); read are \(kind.types)"
            }
        throw .unsuitable(path: folder.path.text, problem: "there are no \(kind.noun) in this class folder\(advice)")
    }

    mutating func leaveOut(_ entry: FolderEntry, prefix: String, _ reason: String) {
        let isFolder = entry.kind == .folder
        let count = isFolder ? entry.path.fileCount : 1
        let name = prefix + entry.text + (isFolder ? "/" : "")
        let reason = entry.isHidden ? "hidden" : entry.kind == .other ? "links to nothing, or no files at all" : reason
        guard count > 0 else { return }
        leftOut.add(name, reason, count: count)
    }
}
